"""Reference numbers: PHD-2026-014. Counted per kind and year; two at once never get the same."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tracker.models import Position, PositionKind
from tracker.plumbing.database import db

PREFIXES = {PositionKind.PHD: "PHD", PositionKind.POSTDOC: "PD"}
HOME = ZoneInfo("Europe/Amsterdam")


def next_reference(kind: PositionKind, now: datetime) -> str:
    """The number after the highest given; holds its turn until the transaction ends."""
    start = f"{PREFIXES[kind]}-{now.astimezone(HOME).year}-"
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(start, 0))))
    highest = db.session.scalar(
        select(Position.reference)
        .where(Position.reference.startswith(start))
        .order_by(func.length(Position.reference).desc(), Position.reference.desc())
        .limit(1)
    )
    number = int(highest.removeprefix(start)) + 1 if highest else 1
    return f"{start}{number:03d}"

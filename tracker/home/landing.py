"""What the landing shows: themes, the positions that close first, and one's own next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.models import Application, Position
from tracker.plumbing.database import db
from tracker.positions.queries import takes_applications
from tracker.rules.roles import Standing
from tracker.themes.queries import theme_cards

SHOWN = 6


@dataclass(frozen=True)
class Landing:
    themes: Sequence[Any]
    positions: Sequence[Any]
    open_positions: int
    draft: Any = None
    """The candidate's draft that closes first, if there is one."""
    applications: int = 0
    """How many the candidate has sent."""


def landing_of(who: Standing, *, now: datetime) -> Landing:
    open_now = takes_applications(now)
    rows = db.session.execute(
        select(
            Position.id,
            Position.title,
            Position.summary,
            Position.kind,
            Position.department,
            Position.closes_at,
            Position.time_zone,
            func.count().over().label("open"),
        )
        .where(open_now)
        .order_by(Position.closes_at, Position.id)
        .limit(SHOWN)
    ).all()
    total = rows[0].open if rows else 0
    if not who.person_id:
        return Landing(theme_cards(now), rows, total)
    return Landing(theme_cards(now), rows, total, _first_draft(who, now), _sent(who))


def _first_draft(who: Standing, now: datetime) -> Any:
    return db.session.execute(
        select(Application.id, Position.title, Position.closes_at, Position.time_zone)
        .join(Position)
        .where(Application.candidate_id == who.person_id, Application.submitted_at.is_(None), takes_applications(now))
        .order_by(Position.closes_at, Application.id)
        .limit(1)
    ).first()


def _sent(who: Standing) -> int:
    sent = select(func.count()).where(Application.candidate_id == who.person_id, Application.submitted_at.is_not(None))
    return db.session.scalar(sent) or 0

"""How long a session lives: an idle limit, an absolute one, and a last-seen time that is kept coarsely."""

from datetime import datetime, timedelta

from sqlalchemy import update

from tracker.models import Session
from tracker.plumbing.database import db
from tracker.plumbing.settings import Settings

COARSE = timedelta(minutes=10)


def is_live(session: Session, now: datetime, settings: Settings) -> bool:
    idle = timedelta(hours=settings.session_idle_hours)
    whole = timedelta(days=settings.session_days)
    return now - session.seen_at < idle and now - session.opened_at < whole


def touch(session: Session, now: datetime) -> None:
    """Note that the session was used, at most once in ten minutes, in a transaction of its own."""
    if now - session.seen_at < COARSE:
        return
    with db.engine.begin() as connection:
        connection.execute(update(Session).where(Session.key_hash == session.key_hash).values(seen_at=now))

"""How long a session lives: an idle limit, an absolute one, and a last-seen time that is kept coarsely."""

from datetime import datetime, timedelta

from flask import request
from sqlalchemy import update

from tracker.models import Session
from tracker.plumbing.database import db
from tracker.plumbing.settings import Settings

COARSE = timedelta(minutes=10)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_live(session: Session, now: datetime, settings: Settings) -> bool:
    idle = timedelta(hours=settings.session_idle_hours)
    whole = timedelta(days=settings.session_days)
    return now - session.seen_at < idle and now - session.opened_at < whole


def touch(session: Session, now: datetime) -> None:
    """Note that the session was used, at most once in ten minutes.

    A request that writes notes it in its own transaction, since it may hold SQLite's only write lock;
    one that reads, apart.
    """
    if now - session.seen_at < COARSE:
        return
    if request.method not in SAFE:
        session.seen_at = now
        return
    with db.engine.begin() as connection:
        connection.execute(update(Session).where(Session.key_hash == session.key_hash).values(seen_at=now))

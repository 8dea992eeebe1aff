"""How long a session lives, what it still lacks before it opens anything, and when it was last seen."""

from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tracker.models import Person, Session, SiteRole
from tracker.plumbing.database import apart, db, has_written
from tracker.plumbing.settings import Settings

COARSE = timedelta(minutes=10)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_live(session: Session, now: datetime, settings: Settings) -> bool:
    idle = timedelta(hours=settings.session_idle_hours)
    whole = timedelta(days=settings.session_days)
    return now - session.seen_at < idle and now - session.opened_at < whole


class Step(StrEnum):
    """What is left to do after the password, before a session opens anything."""

    SHOW = "show the second factor"
    SET_UP = "set up a second factor"


def step_before(session: Session, person: Person, settings: Settings) -> Step | None:
    """Whoever has a second factor shows it; staff have one where the settings say so."""
    if session.factor_at is not None:
        return None
    if person.factor_since is not None:
        return Step.SHOW
    return Step.SET_UP if settings.staff_second_factor and works_here(person) else None


def works_here(person: Person) -> bool:
    return person.is_staff or person.site_role is not SiteRole.NONE


def touch(session: Session, now: datetime) -> bool:
    """Note that the session was used, at most once in ten minutes; whether there was something to note.

    Apart, so that what must survive a refusal can still be written apart as well; unless the request has written
    already, since it may hold SQLite's only write lock.
    Where it cannot be noted just now (a full disk, another writer), the request goes on all the same.
    """
    if now - session.seen_at < COARSE:
        return False
    if has_written(db.session()):
        session.seen_at = now
        return True
    key_hash = session.key_hash
    with suppress(OperationalError, PoolExhausted), apart(at_once=True) as own:
        own.execute(update(Session).where(Session.key_hash == key_hash).values(seen_at=now))
    return True

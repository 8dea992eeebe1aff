"""Whether the installation can do its work: what a load balancer asks every few seconds."""

import time
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tracker.models import Job, JobState
from tracker.plumbing import storage
from tracker.plumbing.database import db

LATE = timedelta(minutes=10)
"""A job that waits longer than this after its time has nobody to do it."""
KEPT_SECONDS = 5
AWAY = (DBAPIError, PoolExhausted)


def readiness(*, now: datetime) -> dict[str, bool]:
    """What works: database, storage, jobs."""
    database = _database_answers()
    return {
        "database": database,
        "storage": _storage_answers(int(time.monotonic() // KEPT_SECONDS)),
        "jobs": database and _jobs_are_done(now),
    }


def _database_answers() -> bool:
    try:
        return bool(db.session.scalar(text("select 1")) == 1)
    except AWAY:
        db.session.rollback()
        return False


@lru_cache(maxsize=1)
def _storage_answers(moment: int) -> bool:
    """Kept for some seconds, so that asking often does not write often."""
    return storage.answers()


def _jobs_are_done(now: datetime) -> bool:
    left = select(Job.id).where(Job.state == JobState.WAITING, Job.run_after < now - LATE).limit(1)
    try:
        return db.session.scalar(left) is None
    except AWAY:
        db.session.rollback()
        return False

"""Whether the installation can do its work: what a load balancer asks every few seconds."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tracker.models import Job, JobState
from tracker.plumbing import schema, storage
from tracker.plumbing.database import db
from tracker.plumbing.redis_line import LineState, the_line

LATE = timedelta(minutes=10)
"""A job that waits longer than this after its time has nobody to do it."""
KEPT_SECONDS = 5
AWAY = (DBAPIError, PoolExhausted)


@dataclass(frozen=True)
class Health:
    """What works. Without the needed there is nothing to serve; without the rest, pages answer and something waits."""

    database: bool
    migrations: bool
    """False: the database is behind the program. Ahead of it is well: an upgrade is under way."""
    storage: bool
    jobs: bool
    redis: LineState

    @property
    def is_ready(self) -> bool:
        """Late jobs and an absent Redis are no reason to send people away from every machine at once."""
        return self.database and self.migrations and self.storage

    @property
    def is_degraded(self) -> bool:
        return not self.jobs or self.redis is LineState.AWAY


def health(*, now: datetime) -> Health:
    database = _database_answers()
    return Health(
        database=database,
        migrations=database and _schema_is_new_enough(),
        storage=_storage_answers(int(time.monotonic() // KEPT_SECONDS)),
        jobs=database and _jobs_are_done(now),
        redis=the_line().state(),
    )


def _schema_is_new_enough() -> bool:
    try:
        found = schema.revision_of(db.session.connection())
    except AWAY:
        db.session.rollback()
        return False
    return found == schema.head() or (found is not None and not schema.knows(found))


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

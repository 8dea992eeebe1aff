"""What is tidied away by the hour: exports that expired, old attempts, jobs long done, files without a row."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Column, delete, select, text

from tracker.models import Attempt, Base, Export, Job, JobState, SentForm
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, transaction
from tracker.plumbing.jobs import periodic

ATTEMPTS_KEPT = timedelta(days=1)
JOBS_KEPT = timedelta(days=14)
SENT_FORMS_KEPT = timedelta(days=2)
"""Longer than a page stays open that is sent again."""
FILES_WAIT = timedelta(days=1)
"""Longer than any request or job takes between the file and the row that names it."""
AT_ONCE = 500


@periodic("delete_expired_exports", every=timedelta(minutes=30), in_steps=True)
def delete_expired_exports() -> None:
    """First the file, then its row: a file without a row would stay for ever."""
    expired = db.session.execute(select(Export.id, Export.storage_key).where(Export.expires_at <= now())).all()
    db.session.rollback()
    for export_id, key in expired:
        if key:
            storage.delete(key)
        with transaction() as session:
            session.execute(delete(Export).where(Export.id == export_id))


@periodic("forget_old_attempts", every=timedelta(hours=6))
def forget_old_attempts() -> None:
    db.session.execute(delete(Attempt).where(Attempt.at < now() - ATTEMPTS_KEPT))


@periodic("forget_done_jobs", every=timedelta(hours=6))
def forget_done_jobs() -> None:
    db.session.execute(delete(Job).where(Job.state == JobState.DONE, Job.finished_at < now() - JOBS_KEPT))


@periodic("forget_sent_forms", every=timedelta(hours=6))
def forget_sent_forms() -> None:
    db.session.execute(delete(SentForm).where(SentForm.at < now() - SENT_FORMS_KEPT))


@periodic("know_the_tables", every=timedelta(hours=12))
def know_the_tables() -> None:
    """SQLite chooses indexes by what it counted when it was last told to; PostgreSQL counts by itself.

    All rows, a second for 100,000 applications: where it looks at some of each index alone, it takes one index for
    longer than its table, and reads the whole table before a page of it.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("ANALYZE"))


@periodic("sweep_files", every=timedelta(hours=6), in_steps=True)
def sweep_files() -> None:
    """A file is kept before the row that names it; where the row never came, the file goes."""
    storage.clear_unfinished(before=now() - FILES_WAIT)
    old = storage.keys(before=now() - FILES_WAIT)
    while batch := list(islice(old, AT_ONCE)):
        for key in set(batch) - _named(batch):
            storage.delete(key)


def _named(keys: Sequence[str]) -> set[str]:
    """Those of the keys that any row holds."""
    named: set[str] = set()
    for column in columns_that_name_files():
        named.update(db.session.scalars(select(column).where(column.in_(keys))))
    db.session.rollback()
    return named


def columns_that_name_files() -> list[Column[Any]]:
    """Every column called storage_key, whatever its table: a new one is known here by its name."""
    return [one for table in Base.metadata.sorted_tables for one in table.columns if one.name.endswith("storage_key")]

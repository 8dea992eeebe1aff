"""What is tidied away by the hour: exports that expired, old attempts, jobs long done."""

from datetime import timedelta

from sqlalchemy import delete, select

from tracker.models import Attempt, Export, Job, JobState
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, transaction
from tracker.plumbing.jobs import periodic

ATTEMPTS_KEPT = timedelta(days=2)
JOBS_KEPT = timedelta(days=14)


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

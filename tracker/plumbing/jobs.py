"""Jobs: rows written with the data that wants them, claimed with a lease, done once in effect.

A handler runs inside a transaction that also marks its job done: it happened whole, or not at all. One that talks to
the world for long (`in_steps`) makes its own transactions, can run twice, and must not mind. A worker that dies loses
its lease, and the job is claimed again.
"""

import hashlib
import inspect
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import and_, event, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.models import Job, JobState, Person, new_id
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import apart, db, reading, transaction
from tracker.plumbing.last_act import LastAct, id_for
from tracker.plumbing.redis_line import the_line
from tracker.plumbing.storage import StorageAway

LEASE = timedelta(seconds=30)
"""How long a job is its worker's; renewed while it works, so that only a dead worker loses it."""
ATTEMPTS = 5
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
DEATHS = 14
"""So many workers may die with a job in hand, over half a day, before it is held to be what kills them."""
DEATH_WAITS = (timedelta(), timedelta(), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Twice at once: most died of a restart. Then ever later, so that a job that does kill leaves workers to others."""
CHANNEL = "jobs"
"""On which workers of other processes and machines are woken."""
STORAGE_WAIT = timedelta(seconds=30)
"""How soon a job is tried again that found the storage away; no fault of its own, and not counted as one."""
ASKED = "jobs asked"
log = structlog.get_logger("tracker.jobs")

Run = Callable[..., Any]
Progress = Callable[[int, int], None]


class TryAgain(Exception):
    """Raised by a handler to be called again at that moment; no failure, and not counted as one."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


@dataclass(frozen=True)
class Handler:
    name: str
    run: Run
    in_steps: bool
    attempts: int
    wants_progress: bool
    given_up: Run | None


@dataclass(frozen=True)
class Periodic:
    name: str
    every: timedelta


@dataclass(frozen=True)
class Claim:
    """A job in hand: the number of the attempt is the fence against a worker that lost its lease."""

    id: str
    name: str
    arguments: dict[str, Any]
    attempt: int
    deaths: int


HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, Periodic] = {}
_wakers: list[Callable[[], None]] = []


def handler(
    name: str, *, in_steps: bool = False, attempts: int = ATTEMPTS, given_up: Run | None = None
) -> Callable[[Run], Run]:
    """Register `run(**arguments)` for jobs of this name. With a parameter `progress`, it gets progress(done, total).

    `given_up(**arguments)` tells whoever waits, where a job that is not tried again cannot be seen to have failed.
    """

    def register(run: Run) -> Run:
        wants_progress = "progress" in inspect.signature(run).parameters
        if wants_progress and not in_steps:
            raise TypeError(f"{name} reports progress, so it must work in steps: nobody sees inside a transaction")
        HANDLERS[name] = Handler(name, run, in_steps, attempts, wants_progress, given_up)
        return run

    return register


def periodic(name: str, *, every: timedelta, in_steps: bool = False) -> Callable[[Run], Run]:
    """Register `run()` to be done once in each such span of time, whatever the number of workers."""

    def register(run: Run) -> Run:
        PERIODIC[name] = Periodic(name, every)
        return handler(name, in_steps=in_steps)(run)

    return register


def enqueue(
    name: str, /, *, now: datetime, run_after: datetime | None = None, by: Person | None = None, **arguments: Any
) -> str:
    """Have the job written with the current transaction; it begins only if that is committed. The id of the job.

    Arguments are ids; a row among them stands for its own.
    """
    if name not in HANDLERS:
        raise LookupError(f"no handler is registered for {name!r}")
    job_id = new_id()
    asked = {
        "id": job_id,
        "name": name,
        "arguments": arguments,
        "created_at": now,
        "run_after": run_after or now,
        "by_id": by.id if by is not None else None,
    }
    _asked.add(db.session, [asked])
    db.session().info[ASKED] = True
    return job_id


def _write(session: Session, asked: list[dict[str, Any]]) -> None:
    rows = [one | {"arguments": {name: id_for(value) for name, value in one["arguments"].items()}} for one in asked]
    session.connection().execute(_into_jobs, rows)


_into_jobs = insert(db.metadata.tables[Job.__tablename__])
_asked = LastAct[dict[str, Any]](Job, _write)


@event.listens_for(Session, "after_commit")
def _wake_after_commit(session: Session) -> None:
    if session.info.pop(ASKED, False):
        for wake in _wakers:
            wake()
        the_line().tell(CHANNEL)


@event.listens_for(Session, "after_rollback")
def _forget_after_rollback(session: Session) -> None:
    session.info.pop(ASKED, None)


def on_new_job(wake: Callable[[], None]) -> Callable[[], None]:
    """Call `wake` after each commit in this process that asked for a job; gives back what ends that."""
    _wakers.append(wake)
    return lambda: _wakers.remove(wake)


def run_due(limit: int | None = None) -> int:
    """Do everything that is due, here and now, one after the other; returns how many jobs were taken in hand.

    What the caller's session holds is committed first, so that the jobs see it and do not wait for it.
    """
    db.session.commit()
    done = 0
    while (limit is None or done < limit) and run_one():
        done += 1
    return done


def run_one() -> bool:
    """Take one due job in hand; False when nothing is due."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's
    with app.app_context():
        claim = claim_next(clock_now())
    if claim is None:
        return False
    with app.app_context():
        work(claim)
    return True


def claim_next(now: datetime) -> Claim | None:
    """Make the job that has been due longest ours, or one whose worker lost its lease."""
    due = or_(
        and_(Job.state == JobState.WAITING, Job.run_after <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until <= now),
    )
    with transaction() as session:
        next_due = select(Job).where(due).order_by(Job.run_after, Job.id).limit(1).with_for_update(skip_locked=True)
        while (job := session.scalars(next_due).first()) is not None:
            if job.state is JobState.RUNNING and _must_wait(job, now):
                continue
            job.state = JobState.RUNNING
            job.lease_until = now + LEASE
            job.attempts += 1
            return Claim(job.id, job.name, dict(job.arguments), job.attempts, job.deaths)
    return None


def _must_wait(job: Job, now: datetime) -> bool:
    """Its worker died. One that has lost several waits, counted from then, the longer the more."""
    job.deaths += 1
    again = (job.lease_until or now) + DEATH_WAITS[min(job.deaths, len(DEATH_WAITS)) - 1]
    if again <= now or job.deaths > DEATHS:
        return False
    job.state, job.lease_until, job.run_after = JobState.WAITING, None, again
    return True


def something_due(now: datetime) -> bool:
    """A look that takes no lock."""
    reading(db.session)
    due = or_(
        and_(Job.state == JobState.WAITING, Job.run_after <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until <= now),
    )
    found = db.session.scalar(select(Job.id).where(due).limit(1)) is not None
    db.session.rollback()
    return found


def work(claim: Claim) -> None:
    """Call the handler and write down what became of the job."""
    found = HANDLERS.get(claim.name)
    structlog.contextvars.bind_contextvars(job=claim.id, job_name=claim.name, attempt=claim.attempt)
    try:
        if found is None:
            _settle(claim, state=JobState.FAILED, error="no handler of this name")
        elif claim.deaths > DEATHS:
            _give_up(claim, found, "its worker died each time")
        else:
            _attempt(claim, found)
    finally:
        structlog.contextvars.unbind_contextvars("job", "job_name", "attempt")


def _attempt(claim: Claim, found: Handler) -> None:
    try:
        if found.in_steps:
            reading(db.session)
            found.run(**claim.arguments, **_progress_of(claim, found))
            db.session.rollback()
            _settle(claim, state=JobState.DONE)
        else:
            with transaction():
                found.run(**claim.arguments)
                _mark(claim, state=JobState.DONE)
    except LeaseLost:
        log.warning("the lease was lost; what this attempt did is undone")
    except TryAgain as later:
        db.session.rollback()
        _settle(claim, state=JobState.WAITING, run_after=later.at, attempts=claim.attempt - 1)
    except StorageAway as away:
        db.session.rollback()
        log.warning("the storage is away; the job waits for it", kind=str(away))
        _settle(claim, state=JobState.WAITING, run_after=clock_now() + STORAGE_WAIT, attempts=claim.attempt - 1)
    except Exception as error:
        db.session.rollback()
        _failed(claim, found, error)


def _failed(claim: Claim, found: Handler, error: Exception) -> None:
    log.error("job failed", exc_info=error)
    kind = type(error).__name__
    failures = claim.attempt - claim.deaths
    if failures >= found.attempts:
        _give_up(claim, found, kind)
    else:
        wait = WAITS[min(failures, len(WAITS)) - 1]
        _settle(claim, state=JobState.WAITING, run_after=clock_now() + wait, error=kind)


class LeaseLost(Exception):
    """Another worker has this job now."""


def _mark(claim: Claim, *, state: JobState, **values: Any) -> None:
    """Conditional: the fence against writing about a job that is another's by now."""
    ended = state in {JobState.DONE, JobState.FAILED}
    marked = db.session.execute(
        update(Job)
        .where(Job.id == claim.id, Job.state == JobState.RUNNING, Job.attempts == claim.attempt)
        .values(state=state, lease_until=None, finished_at=clock_now() if ended else None, **values)
    )
    if marked.rowcount != 1:  # type: ignore[attr-defined]  # a cursor's
        raise LeaseLost(claim.id)


def _settle(claim: Claim, *, state: JobState, **values: Any) -> None:
    with suppress(LeaseLost), transaction():
        _mark(claim, state=state, **values)


def _give_up(claim: Claim, found: Handler, error: str) -> None:
    with suppress(LeaseLost), transaction():
        if found.given_up is not None:
            found.given_up(**claim.arguments)
        _mark(claim, state=JobState.FAILED, error=error)


def renew(claim: Claim) -> None:
    """Keep the job for another lease; the runner does this while a handler works."""
    with transaction() as session:
        session.execute(
            update(Job)
            .where(Job.id == claim.id, Job.state == JobState.RUNNING, Job.attempts == claim.attempt)
            .values(lease_until=clock_now() + LEASE)
        )


def _progress_of(claim: Claim, found: Handler) -> dict[str, Progress]:
    if not found.wants_progress:
        return {}
    told = 0.0

    def progress(done: int, total: int) -> None:
        """Written apart, at most four times a second, so that the page that waits can show it."""
        nonlocal told
        if done < total and time.monotonic() - told < 0.25:
            return
        told = time.monotonic()
        with apart() as session:
            session.execute(
                update(Job)
                .where(Job.id == claim.id, Job.attempts == claim.attempt)
                .values(done=done, total=total, lease_until=clock_now() + LEASE)
            )

    return {"progress": progress}


def enqueue_periodic(now: datetime) -> None:
    """Ask for each periodic job once in its span: the id is the span's own, so a second asking finds it there."""
    for one in PERIODIC.values():
        span = int(now.timestamp() // one.every.total_seconds())
        job_id = hashlib.sha256(f"{one.name} {span}".encode()).hexdigest()[:16]
        with suppress(IntegrityError), transaction() as session:
            if session.get(Job, job_id) is None:
                session.add(Job(id=job_id, name=one.name, arguments={}, created_at=now, run_after=now))

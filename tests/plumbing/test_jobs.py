"""Jobs: written with their data, done once in effect, and not lost with their worker."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from tests.factories import make_application, make_document, make_export, make_letter, make_person, make_staff
from tracker.models import Attempt, Export, Job, JobState, Person
from tracker.plumbing import jobs, storage
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db, reading, transaction
from tracker.plumbing.jobs import TryAgain, claim_next, enqueue, enqueue_periodic, handler, run_due, work
from tracker.plumbing.runner import Runner
from tracker.plumbing.upkeep import JOBS_KEPT, sweep_files

pytestmark = pytest.mark.engines


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """Handlers that a test registers are gone after it."""
    kept = dict(jobs.HANDLERS)
    yield
    jobs.HANDLERS.clear()
    jobs.HANDLERS.update(kept)


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Person.name).order_by(Person.name)))


def test_a_job_is_done_with_its_arguments_and_for_whom_it_was_asked(session: Session, now: datetime) -> None:
    person = make_staff()

    @handler("greet")
    def greet(name: str) -> None:
        make_person(name)

    asked = enqueue("greet", now=now, by=person, name="Sukarno")
    assert run_due() == 1
    job = the_job()
    assert (job.id, job.arguments) == (asked, {"name": "Sukarno"})
    assert (job.state, job.by_id, job.attempts) == (JobState.DONE, person.id, 1)
    assert "Sukarno" in names()


def test_a_job_asked_in_a_transaction_that_is_rolled_back_never_was(session: Session, now: datetime) -> None:
    handler("nothing")(lambda: None)
    enqueue("nothing", now=now)
    session.rollback()
    assert run_due() == 0


def test_a_job_nobody_can_do_cannot_be_asked(session: Session, now: datetime) -> None:
    with pytest.raises(LookupError):
        enqueue("unheard_of", now=now)


def test_a_job_waits_for_its_time(session: Session, now: datetime) -> None:
    handler("later")(lambda: None)
    enqueue("later", now=now, run_after=now + timedelta(minutes=5))
    assert run_due() == 0
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        assert run_due() == 1


def test_what_a_failing_job_wrote_is_undone_and_it_is_tried_again_later(session: Session, now: datetime) -> None:
    fails = [True, False]

    @handler("sometimes")
    def sometimes() -> None:
        make_person("half done")
        if fails.pop(0):
            raise ZeroDivisionError("李小龙 typed this")

    enqueue("sometimes", now=now)
    run_due()
    assert names() == []
    assert (the_job().state, the_job().error) == (JobState.WAITING, "ZeroDivisionError")
    with time_machine.travel(now + timedelta(seconds=30)):
        run_due()
    assert names() == ["half done"]
    assert the_job().state is JobState.DONE


def test_a_job_that_always_fails_is_given_up(session: Session, now: datetime) -> None:
    @handler("never", attempts=3)
    def never() -> None:
        raise ZeroDivisionError

    enqueue("never", now=now)
    session.commit()
    for hours in range(6):
        with time_machine.travel(now + timedelta(hours=2 * hours)):
            run_due()
    assert (the_job().state, the_job().attempts) == (JobState.FAILED, 3)


def test_try_again_is_no_failure(session: Session, now: datetime) -> None:
    @handler("patient", in_steps=True, attempts=1)
    def patient() -> None:
        if clock_now() < now + timedelta(hours=10):
            raise TryAgain(clock_now() + timedelta(hours=1))
        with transaction():
            make_person("done")

    enqueue("patient", now=now)
    session.commit()
    for hours in range(12):
        with time_machine.travel(now + timedelta(hours=hours, seconds=hours)):
            run_due()
    assert (names(), the_job().state) == (["done"], JobState.DONE)


def test_a_worker_that_died_loses_its_job_to_the_next(session: Session, now: datetime) -> None:
    handler("fragile")(lambda: None)
    enqueue("fragile", now=now)
    session.commit()
    assert claim_next(now) is not None
    assert claim_next(now) is None
    assert claim_next(now + timedelta(seconds=29)) is None
    with time_machine.travel(now + timedelta(seconds=31)):
        assert run_due() == 1
    assert (the_job().state, the_job().attempts) == (JobState.DONE, 2)


def claims_of_workers_that_die(start: datetime) -> list[timedelta]:
    """When a job was taken in hand in half a day, by workers that look every half a minute and die of it."""
    looks = [timedelta(seconds=31 * number) for number in range(30)]
    looks += [timedelta(minutes=20 + 10 * number) for number in range(70)]
    return [look for look in looks if claim_next(start + look) is not None]


def test_a_job_whose_workers_are_killed_is_done_by_the_next(session: Session, now: datetime) -> None:
    """Five in a row, as when somebody restarts a server that does not come up."""
    handler("unlucky", attempts=2)(lambda: None)
    enqueue("unlucky", now=now)
    session.commit()
    looks = (timedelta(seconds=31 * number) for number in range(60))
    taken = list(islice((look for look in looks if claim_next(now + look) is not None), 5))
    assert taken[1:3] == [timedelta(seconds=31), timedelta(seconds=62)]
    with time_machine.travel(now + timedelta(hours=2)):
        run_due()
    assert the_job().state is JobState.DONE


def test_a_job_that_kills_every_worker_is_given_up_after_half_a_day_and_says_so(
    session: Session, now: datetime
) -> None:
    told: list[str] = []
    handler("deadly", given_up=lambda name: told.append(name))(lambda name: None)
    enqueue("deadly", now=now, name="Sukarno")
    session.commit()
    taken = claims_of_workers_that_die(now)
    assert taken[jobs.DEATHS] > timedelta(hours=10)
    assert (told, the_job().state) == ([], JobState.RUNNING)
    with time_machine.travel(now + timedelta(days=1)):
        run_due()
    assert (told, the_job().state, the_job().error) == (["Sukarno"], JobState.FAILED, "its worker died each time")


def test_a_job_is_not_blamed_for_the_deaths_of_its_workers(session: Session, now: datetime) -> None:
    @handler("never", attempts=2)
    def never() -> None:
        raise ZeroDivisionError

    enqueue("never", now=now)
    session.commit()
    assert claim_next(now) is not None
    for hours, state in ((1, JobState.WAITING), (2, JobState.FAILED)):
        with time_machine.travel(now + timedelta(hours=hours)):
            run_due()
        assert the_job().state is state
    assert (the_job().attempts, the_job().deaths) == (3, 1)


def test_a_worker_that_wakes_up_late_changes_nothing(app: Flask, session: Session, now: datetime) -> None:
    handler("slow")(lambda: make_person("twice") and None)
    enqueue("slow", now=now)
    session.commit()
    slept = claim_next(now)
    assert slept is not None
    with time_machine.travel(now + timedelta(minutes=1)):
        assert run_due() == 1
    with app.app_context():
        work(slept)
    assert names() == ["twice"]


def test_progress_is_seen_while_the_job_runs(session: Session, now: datetime) -> None:
    seen: list[tuple[int, int]] = []

    @handler("long", in_steps=True)
    def long(progress: jobs.Progress) -> None:
        for done in range(3):
            progress(done, 2)
            job = db.session.scalars(select(Job)).one()
            seen.append((job.done, job.total))
            db.session.rollback()

    enqueue("long", now=now)
    run_due()
    assert seen[0] == (0, 2)
    assert seen[-1] == (2, 2)


def test_progress_inside_a_transaction_is_refused_when_the_program_starts() -> None:
    with pytest.raises(TypeError):
        handler("blind")(lambda progress: None)


def test_two_hundred_jobs_and_eight_workers_do_each_once(app: Flask, session: Session, now: datetime) -> None:
    @handler("count")
    def count(number: int) -> None:
        db.session.add(Attempt(bucket=f"job {number}", at=clock_now()))

    for number in range(200):
        enqueue("count", now=now, number=number)
    session.commit()
    runner = Runner(app, 8).start()
    wait_until(lambda: not unfinished())
    assert runner.stop(10)
    assert sorted(session.scalars(select(Attempt.bucket))) == sorted(f"job {number}" for number in range(200))


def unfinished() -> bool:
    """Looked at without the lock that the workers need."""
    reading(db.session)
    found = db.session.scalars(select(Job.id).where(Job.state != JobState.DONE).limit(1)).first()
    db.session.rollback()
    return found is not None


def wait_until(true: object, seconds: float = 20) -> None:
    end = threading.Event()
    for _ in range(int(seconds * 50)):
        if callable(true) and true():
            return
        end.wait(0.02)
    raise AssertionError("waited in vain")


def test_the_runner_wakes_at_the_commit_and_not_at_its_next_look(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.plumbing.runner.LOOK_EVERY", 60.0)
    done = threading.Event()
    handler("wake")(done.set)
    session.commit()
    runner = Runner(app, 1).start()
    try:
        threading.Event().wait(0.3)
        enqueue("wake", now=now)
        session.commit()
        assert done.wait(5)
    finally:
        runner.stop(10)


def test_the_runner_finishes_the_job_in_hand_before_it_stops(app: Flask, session: Session, now: datetime) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @handler("in_hand", in_steps=True)
    def in_hand() -> None:
        begun.set()
        go_on.wait(10)
        with transaction():
            make_person("finished")

    enqueue("in_hand", now=now)
    enqueue("in_hand", now=now + timedelta(seconds=1))
    session.commit()
    runner = Runner(app, 1).start()
    assert begun.wait(10)
    ending = threading.Thread(target=runner.stop)
    ending.start()
    go_on.set()
    ending.join(10)
    assert not runner.is_alive
    assert names() == ["finished"]
    db.session.rollback()
    assert sorted(db.session.scalars(select(Job.state))) == [JobState.DONE, JobState.WAITING]


def test_periodic_jobs_are_asked_once_in_their_span_by_any_number_of_workers(session: Session, now: datetime) -> None:
    session.commit()
    morning = now.replace(hour=6, minute=1)
    for _ in range(3):
        enqueue_periodic(morning)
    asked = session.scalars(select(Job.name)).all()
    assert sorted(asked) == sorted(jobs.PERIODIC)
    enqueue_periodic(morning + timedelta(days=1))
    assert len(session.scalars(select(Job.name)).all()) == 2 * len(jobs.PERIODIC)


def test_expired_exports_and_old_attempts_and_jobs_are_tidied_away(session: Session, now: datetime) -> None:
    person, key = make_staff(), storage.new_key("exports")
    storage.put(key, b"data")
    old, fresh = make_export(person, storage_key=key, now=now - timedelta(days=2)), make_export(person, now=now)
    session.add_all([Attempt(bucket="old", at=now - timedelta(days=3)), Attempt(bucket="new", at=now)])
    handler("nothing")(lambda: None)
    enqueue("nothing", now=now)
    run_due()
    session.execute(update(Job).values(finished_at=now - JOBS_KEPT - timedelta(days=1)))
    old_id, fresh_id = old.id, fresh.id
    session.commit()
    enqueue_periodic(now)
    run_due()
    session.expire_all()
    assert session.scalars(select(Export.id)).all() == [fresh_id]
    assert old_id != fresh_id
    assert not storage.exists(key)
    assert session.scalars(select(Attempt.bucket)).all() == ["new"]
    assert "nothing" not in session.scalars(select(Job.name)).all()


def test_a_file_whose_row_never_came_is_swept_after_a_day_and_no_other(session: Session, now: datetime) -> None:
    application = make_application()
    held = [make_document(application).storage_key]
    for make in (make_letter(application), make_export(make_staff())):
        make.storage_key = storage.new_key("files")
        storage.put(make.storage_key, b"data")
        held.append(make.storage_key)
    storage.put(storage.new_key("documents"), b"its row was rolled back")
    session.commit()
    sweep_files()
    assert len(list(storage.keys())) == 4
    with time_machine.travel(now + timedelta(days=2)):
        sweep_files()
    assert sorted(storage.keys()) == sorted(held)


def test_the_engine_is_told_what_its_tables_hold(session: Session, now: datetime, engine_name: str) -> None:
    make_application()
    enqueue("know_the_tables", now=now)
    run_due()
    if engine_name == "sqlite":
        assert "application" in set(db.session.scalars(text("SELECT tbl FROM sqlite_stat1")))
    assert the_job().state is JobState.DONE

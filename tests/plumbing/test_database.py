"""Transactions: who reads, who writes, and what is never lost."""

import multiprocessing
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import make_application, make_person, make_position, make_review, make_staff
from tracker.models import Answer, Attempt, Person, PositionRole, Seat
from tracker.plumbing import engines
from tracker.plumbing.clock import now
from tracker.plumbing.database import (
    apart,
    counted_statements,
    db,
    fetch,
    let_others_write,
    reading,
    transaction,
    writing,
)
from tracker.plumbing.engines import AT_ONCE
from tracker.plumbing.planning import Plan, at_most

pytestmark = pytest.mark.engines


def test_every_factory_makes_rows_that_the_database_accepts(session: Session) -> None:
    application = make_application(stage="review")
    make_review(application)
    session.commit()
    assert application.reviews_in == 1


def test_a_reading_session_is_refused_to_write(session: Session) -> None:
    reading(session)
    make = Attempt(bucket="sign-in", at=now())
    session.add(make)
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_session_reads_and_then_writes(session: Session) -> None:
    reading(session)
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    writing(session)
    make_person("Sukarno")
    session.commit()
    assert session.scalars(select(Person.name)).all() == ["Sukarno"]


@pytest.mark.parametrize(("plan", "plans"), [(Plan.BY_COST, (0, 3)), (Plan.ONCE, (3, 0)), (Plan.ANEW, None)])
def test_a_statement_of_many_requests_is_prepared_and_planned_as_it_wishes(
    session: Session, engine_name: str, plan: Plan, plans: tuple[int, int] | None
) -> None:
    """As many plans for all values, and for each; psycopg prepares what it is asked for the sixth time."""
    if engine_name == "sqlite":
        pytest.skip("SQLite does not tell what it holds prepared")
    for number in range(8):
        reading(session)
        fetch(select(Person.name).where(Person.name != bindparam("name")), {"name": str(number)}, plan=plan).all()
        fetch(select(Person.id)).all()  # of another wish, on the same connection
        session.rollback()
    held = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT person.name%'"
    row = session.execute(text(held)).one_or_none()
    assert (row if row is None else tuple(row)) == plans


def test_a_limit_stands_in_the_statement(session: Session) -> None:
    assert " LIMIT 51" in str(select(Person.name).limit(at_most(51))).replace("\n", "")
    make_person("Sukarno")
    make_person("Wu Zetian")
    session.commit()
    assert session.scalars(select(Person.name).order_by(Person.name).limit(at_most(1))).all() == ["Sukarno"]


def test_who_reads_has_a_connection_that_never_writes(session: Session, engine_name: str) -> None:
    setting = text("PRAGMA query_only" if engine_name == "sqlite" else "SHOW transaction_read_only")
    yes, no = (1, 0) if engine_name == "sqlite" else ("on", "off")
    seen = []
    for side in (reading, writing, reading):
        side(session)
        seen.append((session.connection().connection.dbapi_connection, session.scalar(setting)))
        session.rollback()
    (first, reads), (other, writes), (again, still_reads) = seen
    assert [reads, writes, still_reads] == [yes, no, yes]
    assert first is again
    assert first is not other


def test_a_connection_that_died_while_it_lay_idle_is_replaced(
    session: Session, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name == "sqlite":
        pytest.skip("a file has nobody at the other end")
    monkeypatch.setattr(engines, "IDLE", 0.0)
    whose = text("SELECT pg_backend_pid()")
    dead = session.scalar(whose)
    with db.engine.connect() as killer:
        session.rollback()
        assert killer.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": dead}) is True
        assert session.scalar(whose) != dead


def test_what_is_done_apart_survives_a_refusal(session: Session) -> None:
    session.scalar(select(func.count()).select_from(Person))
    with apart() as own:
        own.add(Attempt(bucket="sign-in", at=now()))
    make_person()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_apart_after_writing_is_a_mistake_that_is_told_at_once(session: Session) -> None:
    make_person()
    with pytest.raises(RuntimeError), apart():
        pass


def test_before_something_slow_a_writer_lets_others_write(session: Session) -> None:
    make_person("Sukarno")
    with pytest.raises(RuntimeError):
        let_others_write(session)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Person)) == 1
    let_others_write(session)
    with Session(db.engine.execution_options(**{AT_ONCE: True})) as other, other.begin():
        other.execute(update(Person).values(name="Hatta"))
    assert session.scalars(select(Person.name)).all() == ["Hatta"]


def test_a_writer_who_fails_leaves_the_turn_to_the_next(session: Session) -> None:
    for fail in (1, 2):
        with pytest.raises(DBAPIError), transaction():
            session.execute(text(f"SELECT no_such_function_{fail}()"))
    with Session(db.engine.execution_options(**{AT_ONCE: True})) as other, other.begin():
        other.execute(update(Person).values(name="Hatta"))


def test_to_lock_a_row_forgets_nothing_that_was_added_to_it(session: Session) -> None:
    position, member = make_position(), make_staff()
    position.seats.append(Seat(person_id=member.id, role=PositionRole.MEMBER, since=datetime(2027, 1, 1, tzinfo=UTC)))
    session.refresh(position, with_for_update=True)
    assert [(one.person_id, one.role) for one in position.seats] == [(member.id, PositionRole.MEMBER)]


def test_statements_are_counted(session: Session) -> None:
    session.commit()
    with counted_statements() as statements:
        session.execute(text("SELECT 1"))
        session.execute(text("SELECT 2"))
    assert statements.count == 2


def test_twenty_writers_who_read_first_lose_no_update(app: Flask, session: Session) -> None:
    person_id = make_person("0").id
    session.commit()

    def add_one() -> None:
        with app.app_context(), transaction() as own:
            person = own.get(Person, person_id, with_for_update=True)
            assert person is not None
            person.name = str(int(person.name) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.scalar(select(Person.name)) == "20"


@pytest.mark.parametrize("value", [0, 36, 7.5, True, None, "3", ["a", 1], {"en": "Þóra"}])
def test_every_kind_of_answer_is_read_as_it_was_given(session: Session, value: object) -> None:
    application = make_application()
    session.add(Answer(application_id=application.id, question="it", value=value, saved_at=now()))
    session.commit()
    session.expire_all()
    assert session.scalars(select(Answer.value).where(Answer.question == "it")).one() == value


def _which_connection() -> str:
    """By what tells one from another: its process on a server, its object here."""
    if db.engine.dialect.name == "postgresql":
        return str(db.session.scalar(text("SELECT pg_backend_pid()")))
    driver = db.session.connection().connection.driver_connection
    return str(id(driver))


def _count_in_child(app: Flask, told: "multiprocessing.Queue[tuple[str, int]]") -> None:
    with app.app_context():
        told.put((_which_connection(), db.session.scalar(select(func.count()).select_from(Person)) or 0))
        db.session.rollback()


@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own_and_leaves_its_parents_open(app: Flask, session: Session) -> None:
    make_person("Ada")
    session.commit()
    own = _which_connection()
    session.rollback()
    fork = multiprocessing.get_context("fork")
    told = fork.Queue()
    child = fork.Process(target=_count_in_child, args=(app, told))
    child.start()
    other, people = told.get(timeout=20)
    child.join()
    assert (other != own, people, child.exitcode) == (True, 1, 0)
    assert _which_connection() == own
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1

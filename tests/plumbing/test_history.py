"""History: a chain per thing that only grows, and shows where it was touched."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import make_person, make_position
from tracker.models import Entry, PositionRole, PositionState, Seat
from tracker.plumbing.clock import now
from tracker.plumbing.database import apart, counted_statements, db, has_written, transaction
from tracker.plumbing.history import Break, broken, count, hash_of, remember

pytestmark = pytest.mark.engines


def make_chain(thing_id: str = "a1", length: int = 3) -> list[Entry]:
    person = make_person("李小龙")
    for step in range(length):
        remember("application", thing_id, f"step {step}", by=person, now=now(), step=step)
    db.session.commit()
    return list(db.session.scalars(select(Entry).where(Entry.thing_id == thing_id).order_by(Entry.number)))


def behind_the_triggers(do: Callable[[Any], None]) -> None:
    """As somebody with the database's own rights could."""
    db.session.commit()
    with db.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            do(connection)
            connection.execute(text("SET session_replication_role = DEFAULT"))
        else:
            triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _sql in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            do(connection)
            for _name, sql in triggers:
                connection.exec_driver_sql(sql)


def test_a_chain_counts_from_one_and_carries_the_hash_before(session: Session) -> None:
    chain = make_chain()
    assert [entry.number for entry in chain] == [1, 2, 3]
    assert [entry.previous for entry in chain] == ["", chain[0].hash, chain[1].hash]
    assert list(broken()) == []
    assert count() == 3


def test_chains_of_different_things_do_not_meet(session: Session) -> None:
    make_chain("a1", 2)
    make_chain("a2", 1)
    assert session.execute(select(Entry.thing_id, Entry.number).order_by(Entry.id)).all() == [
        ("a1", 1),
        ("a1", 2),
        ("a2", 1),
    ]
    assert list(broken()) == []


def test_every_kind_of_fact_is_read_as_it_was_written(session: Session) -> None:
    amsterdam = timezone(timedelta(hours=2))
    remember(
        "position",
        "p1",
        "published",
        by=None,
        now=datetime(2026, 7, 1, 12, 30, tzinfo=amsterdam),
        state=PositionState.PUBLISHED,
        closes_at=datetime(2026, 8, 1, tzinfo=amsterdam),
        weight=Decimal("12.50"),
        ids=("b", "a"),
        kinds={"phd", "postdoc"},
        nothing=None,
        number=3,
        share=0.1,
        words={"en": "Þóra", "nl": "محمد"},
    )
    session.commit()
    session.expire_all()
    entry = session.scalars(select(Entry)).one()
    assert entry.at == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    assert entry.data == {
        "state": "published",
        "closes_at": "2026-07-31T22:00:00+00:00",
        "weight": "12.50",
        "ids": ["b", "a"],
        "kinds": ["phd", "postdoc"],
        "nothing": None,
        "number": 3,
        "share": 0.1,
        "words": {"en": "Þóra", "nl": "محمد"},
    }
    assert list(broken()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET what = 'nothing happened'",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE number = 3",
    ],
)
def test_the_database_refuses_to_change_history(session: Session, statement: str) -> None:
    make_chain()
    with pytest.raises(DBAPIError, match="history is append-only"):
        session.execute(text(statement))
    session.rollback()
    assert count() == 3


def test_sqlite_refuses_to_replace_a_line(session: Session, engine_name: str) -> None:
    if engine_name != "sqlite":
        with pytest.raises(DBAPIError, match="history is append-only"):
            session.execute(text("TRUNCATE entry"))
        return
    make_chain()
    with pytest.raises(DBAPIError, match="history is append-only"):
        session.execute(text("INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE number = 2"))


@pytest.mark.parametrize(
    "column", ["what = 'other'", "data = '{}'", "at = '2020-01-01'", "by_id = NULL", "hash = 'x'", "previous = 'x'"]
)
def test_a_line_changed_behind_the_triggers_is_found(session: Session, column: str) -> None:
    make_chain()
    behind_the_triggers(lambda connection: connection.execute(text(f"UPDATE entry SET {column} WHERE number = 2")))
    assert {(one.thing_id, one.number) for one in broken()} <= {("a1", 2), ("a1", 3)}
    assert ("a1", 2) in {(one.thing_id, one.number) for one in broken()}


def test_a_line_changed_with_its_hash_is_found_at_the_next(session: Session) -> None:
    make_chain()
    second = session.scalars(select(Entry).where(Entry.number == 2)).one()
    session.expunge(second)
    second.what = "other"
    forged = hash_of(second)
    behind_the_triggers(
        lambda connection: connection.execute(
            text("UPDATE entry SET what = 'other', hash = :hash WHERE number = 2"), {"hash": forged}
        )
    )
    assert list(broken()) == [Break("application", "a1", 3, "it does not carry the hash of the entry before it")]


def test_a_line_taken_away_is_found(session: Session) -> None:
    make_chain()
    behind_the_triggers(lambda connection: connection.execute(text("DELETE FROM entry WHERE number = 2")))
    assert list(broken()) == [Break("application", "a1", 3, "entry 2 is missing")]


def test_what_is_rolled_back_leaves_no_line(session: Session) -> None:
    make_chain(length=1)
    remember("application", "a1", "moved", by=None, now=now())
    session.rollback()
    assert count() == 1
    remember("application", "a1", "moved", by=None, now=now())
    session.commit()
    assert list(broken()) == []


def test_all_lines_of_a_transaction_are_two_statements_and_can_be_read_within_it(session: Session) -> None:
    make_chain("a1", 2)
    with counted_statements() as statements:
        remember("application", "a1", "commented", by=None, now=now())
        remember("position", "p1", "changed", by=None, now=now())
        remember("application", "a1", "moved", by=None, now=now())
        session.commit()
    assert statements.count == 2
    remember("application", "a1", "moved", by=None, now=now())
    assert count() == 6
    remember("application", "a1", "moved", by=None, now=now())
    steps = select(Entry.number, Entry.what).where(Entry.thing_id == "a1", Entry.number > 2).order_by(Entry.number)
    assert session.execute(steps).all() == [(3, "commented"), (4, "moved"), (5, "moved"), (6, "moved")]
    session.commit()
    assert list(broken()) == []


def test_a_thing_that_is_wrongly_said_to_be_new_is_refused_whole(session: Session) -> None:
    make_chain("a1", 2)
    remember("application", "a1", "started", by=None, now=now(), is_new=True)
    with pytest.raises(DBAPIError):
        session.commit()
    session.rollback()
    assert (count(), list(broken())) == (2, [])


def test_a_line_counts_as_written_before_it_is(session: Session) -> None:
    session.commit()
    assert not has_written(session)
    remember("application", "a1", "moved", by=None, now=now())
    assert has_written(session)
    session.rollback()
    assert not has_written(session)
    session.commit()
    assert count() == 0


def test_a_line_can_be_written_apart_from_the_request(session: Session) -> None:
    session.scalar(select(Entry.id))
    with apart() as own:
        remember("application", "a1", "viewed", by=None, now=now(), session=own)
    assert count() == 1


def test_twenty_at_once_make_one_unbroken_chain(app: Flask, session: Session) -> None:
    session.commit()

    def write() -> None:
        with app.app_context(), transaction():
            remember("application", "a1", "viewed", by=None, now=now())

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.scalars(select(Entry.number).order_by(Entry.number)).all() == list(range(1, 21))
    assert list(broken()) == []


def test_what_was_changed_before_it_is_remembered_outlives_a_refresh(session: Session) -> None:
    position, person = make_position(), make_person(is_staff=True)
    position.seats.append(Seat(person_id=person.id, role=PositionRole.MEMBER, since=now()))
    position.state = PositionState.CLOSED
    remember("position", position.id, "seated", by=None, now=now())
    session.refresh(position, with_for_update=True)
    assert (position.state, person.id in [one.person_id for one in position.seats]) == (PositionState.CLOSED, True)

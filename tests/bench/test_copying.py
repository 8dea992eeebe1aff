"""Copies of the demo's applications: as whole as those they were made from, on both engines."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, Table, and_, exists, func, select

from tracker import demo, installing
from tracker.bench.copying import multiply
from tracker.models import (
    Answer,
    Application,
    ApplicationText,
    Comment,
    Delivery,
    Letter,
    Message,
    Person,
    Review,
    Score,
    Transition,
)
from tracker.plumbing import history
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

FEW, MANY = 60, 200
KINDS = (Answer, ApplicationText, Comment, Delivery, Letter, Message, Review, Score, Transition)


def calls() -> Counter[str]:
    found = db.session.execute(
        select(Application.position_id, func.count())
        .where(Application.submitted_at.is_not(None))
        .group_by(Application.position_id)
    )
    return Counter(dict(found.all()))


def rows_of_each() -> dict[str, int]:
    return {kind.__tablename__: db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in KINDS}


def orphans(table: Table, key: ForeignKeyConstraint) -> int:
    """Rows that refer to nothing; both engines looked away while the copies were written."""
    other = key.referred_table.alias()
    pairs = [(one.parent, other.c[one.column.name]) for one in key.elements]
    filled = and_(*(column.is_not(None) for column, _ in pairs))
    there = exists().where(*(column == target for column, target in pairs))
    return db.session.scalar(select(func.count()).select_from(table).where(filled, ~there)) or 0


@pytest.mark.engines
def test_copies_are_whole(app: Flask) -> None:
    installing.prepare(now=now())
    demo.build(applications=FEW, seed=1, now=now())
    before, few = calls(), rows_of_each()
    db.session.rollback()

    told: list[int] = []
    assert multiply(MANY, seed=1, progress=lambda done, total: told.append(done)) == told[-1]

    assert abs(told[-1] - MANY) < 5
    assert db.session.scalar(select(func.count()).select_from(Application)) == told[-1]
    after = calls()
    grown = [position for position in after if after[position] > before[position]]
    assert len(grown) == 5
    assert len({after[position] for position in grown}) == 1
    many = rows_of_each()
    assert [kind for kind in many if many[kind] <= 2 * few[kind]] == []
    broken = [
        (table.name, key.column_keys)
        for table in db.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if orphans(table, key)
    ]
    assert broken == []
    assert list(history.broken(lambda done: None)) == []
    counted = select(func.count(func.distinct(Application.code)), func.count(func.distinct(Application.name)))
    codes, names = db.session.execute(counted).one()
    assert codes == told[-1]
    assert names > told[-1] * 0.9
    numbers = select(func.count()).select_from(ApplicationText).join(Application)
    assert db.session.scalar(numbers.where(ApplicationText.number != func.coalesce(Application.text_number, 0))) == 0
    mails = select(func.count()).select_from(Message).join(Person, Person.id == Message.to_id)
    assert db.session.scalar(mails.where(Message.to_email != Person.email)) == 0

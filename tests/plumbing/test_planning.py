"""Statements that are asked again and again: the same as others, and found sooner."""

from flask import Flask
from sqlalchemy import Integer, bindparam, select

from tracker.models import Person
from tracker.plumbing.database import fetch
from tracker.plumbing.planning import lasting

_named = select(Person.name).where(Person.id == bindparam("id"))


def _key(statement: object) -> object:
    key = statement._generate_cache_key()  # type: ignore[attr-defined]  # as SQLAlchemy asks for it
    return key.key


def test_a_lasting_statement_is_found_by_the_same_key() -> None:
    assert (_key(lasting(_named)), hash(_key(lasting(_named)))) == (_key(_named), hash(_key(_named)))


def test_what_is_made_of_a_lasting_statement_is_another() -> None:
    narrower = lasting(_named).where(Person.is_staff.is_(True))
    assert _key(narrower) == _key(_named.where(Person.is_staff.is_(True)))
    assert _key(narrower) != _key(lasting(_named))


def test_a_lasting_statement_answers_for_each_value(app: Flask) -> None:
    with app.app_context():
        asked = lasting(select(bindparam("number", type_=Integer())))
        assert [fetch(asked, {"number": number}).scalar_one() for number in (1, 2, 1)] == [1, 2, 1]

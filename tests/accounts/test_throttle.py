"""Tries against several limits at once: counted in turn, up to the first that is reached."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.accounts import throttle
from tracker.models import Attempt
from tracker.plumbing.database import counted_statements
from tracker.rules.refusals import TooMany

pytestmark = pytest.mark.engines
PLACE, MAIL = ("sign-up by address", "::1"), ("mail to", "linh@example.org")


def counted(session: Session, of: tuple[str, str]) -> int:
    session.rollback()
    return session.scalars(select(func.count()).where(Attempt.bucket == throttle.bucket(*of))).one()


def test_two_are_counted_and_forgiven_in_one_statement_each(session: Session, now: datetime) -> None:
    with counted_statements() as statements:
        throttle.count_all([PLACE, MAIL], now=now)
        throttle.count_all([PLACE, MAIL], now=now)
        throttle.forgive_all([PLACE, MAIL], now=now)
    assert len(statements) == 3
    assert (counted(session, PLACE), counted(session, MAIL)) == (1, 1)


def test_where_the_last_is_reached_the_first_still_counts(session: Session, now: datetime) -> None:
    answers = [throttle.admit(*MAIL, now=now, after=[PLACE]) for _ in range(6)]
    assert answers == [True] * 5 + [False]
    assert (counted(session, PLACE), counted(session, MAIL)) == (6, 5)


def test_where_the_first_is_reached_nothing_after_it_counts(session: Session, now: datetime) -> None:
    for _ in range(throttle.LIMITS[PLACE[0]].tries):
        throttle.count(*PLACE, now=now)
    for attempt in (
        lambda: throttle.admit(*MAIL, now=now, after=[PLACE]),
        lambda: throttle.count_all([PLACE, MAIL], now=now),
    ):
        with pytest.raises(TooMany):
            attempt()
    assert counted(session, MAIL) == 0

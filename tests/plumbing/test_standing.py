"""A person's roles: read with the person, and anew as soon as they can be others."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.factories import make_position, make_seat, make_staff, make_theme
from tracker.models import PositionRole, Seat, ThemeSeat
from tracker.plumbing.clock import now
from tracker.plumbing.database import apart, counted_statements
from tracker.plumbing.standing import standing_of

pytestmark = pytest.mark.engines


def test_roles_are_one_query_and_asked_again_in_the_same_transaction_none(session: Session) -> None:
    person, one, other, theme = make_staff(), make_position(), make_position(), make_theme()
    make_seat(one, person, PositionRole.CHAIR)
    make_seat(other, person, PositionRole.OBSERVER)
    session.add(ThemeSeat(theme_id=theme.id, person_id=person.id, since=now()))
    session.flush()
    with counted_statements() as statements:
        first, second = standing_of(person), standing_of(person)
    assert statements.count == 1
    assert first == second
    assert dict(first.seats) == {one.id: PositionRole.CHAIR, other.id: PositionRole.OBSERVER}
    assert first.themes == {theme.id}


def test_nobody_has_roles_who_does_not_work_here(session: Session) -> None:
    person, position = make_staff(), make_position()
    make_seat(position, person, PositionRole.CHAIR)
    person.is_staff = False
    assert dict(standing_of(person).seats) == {}


def test_a_role_given_or_taken_counts_at_once_for_whoever_does_it(session: Session) -> None:
    person, position = make_staff(), make_position()
    assert dict(standing_of(person).seats) == {}
    make_seat(position, person, PositionRole.CHAIR)
    assert dict(standing_of(person).seats) == {position.id: PositionRole.CHAIR}
    session.execute(update(Seat).where(Seat.person_id == person.id).values(role=PositionRole.MEMBER))
    assert dict(standing_of(person).seats) == {position.id: PositionRole.MEMBER}
    session.execute(delete(Seat).where(Seat.person_id == person.id))
    assert dict(standing_of(person).seats) == {}


def test_a_role_taken_by_somebody_else_counts_at_the_next_transaction(session: Session) -> None:
    person, position = make_staff(), make_position()
    person_id = make_seat(position, person, PositionRole.CHAIR).person_id
    session.commit()
    assert dict(standing_of(person).seats) == {position.id: PositionRole.CHAIR}
    session.commit()
    with apart() as another:
        another.execute(delete(Seat).where(Seat.person_id == person_id))
    assert dict(standing_of(person).seats) == {}

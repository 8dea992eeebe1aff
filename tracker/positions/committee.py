"""Seats on a position's committee: given, changed and taken."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select

from tracker.models import Person, Position, PositionRole, PositionState, Seat
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.sentences import say

ORDER = {role: place for place, role in enumerate(PositionRole)}
ENDED = frozenset({PositionState.ARCHIVED, PositionState.CANCELLED})


def members(position: Position) -> Sequence[Row[str, str, str, PositionRole, datetime]]:
    """Id, name, address, role and since when; the chair first."""
    rows = db.session.execute(
        select(Person.id, Person.name, Person.email, Seat.role, Seat.since)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.position_id == position.id)
        .order_by(Person.name, Person.id)
    ).all()
    return sorted(rows, key=lambda row: ORDER[row.role])


def seat(position: Position, person: Person, role: PositionRole, *, by: Person, now: datetime) -> None:
    """Give a seat, or another role to who has one."""
    _check_open(position)
    held = _held(position, person.id)
    if held is None:
        position.seats.append(Seat(person_id=person.id, role=role, since=now))
        remember("position", position.id, "seated", by=by, now=now, person=person.id, role=role.value)
        return
    if held.role is role:
        raise Invalid(say("%(name)s already has this seat.", name=person.name))
    _check_chair_stays(position, held)
    held.role = role
    remember("position", position.id, "seat_changed", by=by, now=now, person=person.id, role=role.value)


def unseat(position: Position, person_id: str, *, by: Person, now: datetime) -> None:
    """Take a seat; from the next request on the person sees nothing of the position."""
    _check_open(position)
    held = _held(position, person_id)
    if held is None:
        return
    _check_chair_stays(position, held)
    position.seats.remove(held)
    remember("position", position.id, "unseated", by=by, now=now, person=person_id, role=held.role.value)


def _held(position: Position, person_id: str) -> Seat | None:
    return next((one for one in position.seats if one.person_id == person_id), None)


def _check_open(position: Position) -> None:
    if position.state in ENDED:
        raise NotAllowedNow(say("The procedure has ended; the committee stands as it was."))


def _check_chair_stays(position: Position, held: Seat) -> None:
    """A draft may be without a chair for a while; what is published may not."""
    chairs = [one for one in position.seats if one.role is PositionRole.CHAIR]
    if position.is_frozen and held in chairs and len(chairs) == 1:
        raise NotAllowedNow(say("Appoint another chair first. A published position always has one."))

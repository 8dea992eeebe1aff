"""What is counted of reviewers and declarations is what a look at the rows finds, whatever was done to them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, select

from tests.factories import (
    make_application,
    make_assignment,
    make_conflict,
    make_position,
    make_review,
    make_seat,
    make_staff,
    move_to,
)
from tracker.committee.queries import Load, count_declared, ids_declared, ids_to_declare, loads_of
from tracker.home.tasks import Urgency
from tracker.home.waiting import what_waits
from tracker.models import (
    Application,
    Assignment,
    Conflict,
    ConflictKind,
    Person,
    Position,
    PositionRole,
    Review,
    ReviewState,
    Seat,
)
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of

STAGES = ("review", "review", "shortlist", "withdrawn", "rejected")
Deed = Callable[[Application, Person, Random], object]


def assign(application: Application, person: Person, dice: Random) -> None:
    if db.session.get(Assignment, (application.id, person.id)) is None:
        days = dice.choice((None, 1, 2, 3))
        one = make_assignment(application, person)
        one.due_at = datetime(2027, 1, days, tzinfo=UTC) if days else None


def take_away(application: Application, person: Person, dice: Random) -> None:
    its = Assignment.application_id == application.id, Assignment.person_id == person.id
    db.session.execute(delete(Assignment).where(*its), execution_options={"synchronize_session": False})
    db.session.expire_all()


def review(application: Application, person: Person, dice: Random) -> None:
    """Begun, sent, abstained from, or opened again."""
    found = review_of(application, person)
    state = dice.choice(list(ReviewState))
    if found is None:
        make_review(application, person, state=state)
    else:
        found.state = state


def throw_away(application: Application, person: Person, dice: Random) -> None:
    found = review_of(application, person)
    if found is not None:
        db.session.delete(found)


def move(application: Application, person: Person, dice: Random) -> None:
    move_to(application, dice.choice(STAGES))


def declare(application: Application, person: Person, dice: Random) -> None:
    found = db.session.get(Conflict, (application.id, person.id))
    if found is None:
        found = make_conflict(application, person)
    found.kind = dice.choice((ConflictKind.NONE, ConflictKind.FAMILY))
    found.blocks, found.was_blind = found.kind is ConflictKind.FAMILY, dice.random() < 0.5


def lift(application: Application, person: Person, dice: Random) -> None:
    found = db.session.get(Conflict, (application.id, person.id))
    if found is not None:
        db.session.delete(found)
        db.session.flush()
        db.session.expire(application, ["conflicts"])


def switch(application: Application, person: Person, dice: Random) -> None:
    """Names show, or no longer, whatever was declared meanwhile."""
    application.position.blind_first_round = dice.random() < 0.7


def give_or_take_the_seat(application: Application, person: Person, dice: Random) -> None:
    """Who leaves keeps what they wrote, and finds it again when they come back."""
    seat = seat_of(person, application.position)
    if seat is None:
        make_seat(application.position, person, dice.choice((PositionRole.CHAIR, PositionRole.MEMBER)))
    elif dice.random() < 0.5:
        db.session.delete(seat)


DEEDS: Sequence[Deed] = (
    *(assign, assign, take_away, review, review, throw_away, move, switch, *(declare,) * 4, lift),
    give_or_take_the_seat,
)


def seat_of(person: Person, position: Position) -> Seat | None:
    its = Seat.person_id == person.id, Seat.position_id == position.id
    return db.session.scalars(select(Seat).where(*its)).one_or_none()


def review_of(application: Application, person: Person) -> Review | None:
    its = Review.application_id == application.id, Review.reviewer_id == person.id
    return db.session.scalars(select(Review).where(*its)).one_or_none()


def looked_at(person: Person, role: PositionRole, applications: Sequence[Application]) -> Load:
    """The load of a reviewer by one row after the other."""
    asked = [(a, db.session.get(Assignment, (a.id, person.id))) for a in applications]
    mine = [(a, one, review_of(a, person)) for a, one in asked if one is not None]
    done = [one for _, one, written in mine if written is not None and written.is_in]
    still = [one for a, one, written in mine if not (written and written.is_in) and a.stage.takes_reviews]
    conflicts = [db.session.get(Conflict, (a.id, person.id)) for a in applications]
    return Load(
        person.id,
        person.name,
        role,
        done=len(done),
        open=len(still),
        put_by=len(mine) - len(done) - len(still),
        conflicts=sum(one is not None and one.blocks for one in conflicts),
        due_at=min((one.due_at for one in still if one.due_at), default=None),
    )


def at_most_one(load: Load) -> Load:
    counted = {name: min(getattr(load, name), 1) for name in ("done", "open", "put_by", "conflicts")}
    return replace(load, **counted)


def said(person: Person, applications: Sequence[Application]) -> tuple[list[str], list[str], int]:
    """Those to be declared and those that are, of those in sight; how many of the first are still under way."""
    waiting: list[str] = []
    done: list[str] = []
    under_way = 0
    for application in applications:
        found = db.session.get(Conflict, (application.id, person.id))
        if seat_of(person, application.position) is None or (found is not None and found.blocks):
            continue
        hides = application.position.blind_first_round and application.stage.is_blind
        holds = found is not None and (not found.was_blind or hides)
        (done if holds else waiting).append(application.id)
        under_way += not holds and not application.stage.kind.is_end
    return waiting, done, under_way


def on_the_desk(person: Person) -> int:
    """How many applicants it names to declare conflicts about."""
    with current_app.test_request_context():
        found = what_waits(standing_of(person), now=datetime(2026, 2, 1, tzinfo=UTC))
    return sum(task.number for task in found if task.urgency is Urgency.DECLARE)


def committee(title: str, *, blind: bool) -> tuple[Position, Person, Person, list[Application]]:
    chair, member = make_staff(f"Ann {title}"), make_staff(f"Bob {title}")
    position = make_position(title, chair=chair, members=[member], blind=blind)
    before = datetime(2026, 1, 1, tzinfo=UTC)
    made = [make_application(position, stage="review", now=before + timedelta(days=day)) for day in range(3)]
    return position, chair, member, made


@pytest.mark.engines
@pytest.mark.parametrize("blind", [True, False])
def test_counts_are_those_of_the_rows_after_every_deed(app: Flask, blind: bool) -> None:
    dice = Random(7 + blind)
    there, elsewhere = committee("there", blind=blind), committee("elsewhere", blind=blind)
    most_open = most_done = most_waiting = most_ended = most_empty = 0
    for number in range(80):
        position, chair, member, applications = there if number % 3 else elsewhere
        dice.choice(DEEDS)(dice.choice(applications), dice.choice((chair, member)), dice)
        db.session.flush()
        db.session.expire_all()
        seats = [(person, seat_of(person, position)) for person in (chair, member)]
        loads = [looked_at(person, seat.role, applications) for person, seat in seats if seat is not None]
        assert loads_of(position) == loads
        assert loads_of(position, most=1) == [at_most_one(load) for load in loads]
        most_open = max([most_open, *(one.open for one in loads)])
        most_done = max([most_done, *(one.done for one in loads)])
        for person in (chair, member):
            who, (waiting, done, under_way) = standing_of(person), said(person, applications)
            assert ids_to_declare(who, position) == waiting
            assert (
                ids_to_declare(who, position, after=applications[0].id)
                == waiting[waiting[:1] == [applications[0].id] :]
            )
            assert ids_declared(who, position, limit=9) == done
            assert count_declared(who, position) == len(done)
            assert on_the_desk(person) == under_way
            most_waiting = max(most_waiting, len(waiting))
            most_ended = max(most_ended, len(waiting) - under_way)
        most_empty = max(most_empty, len(seats) - len(loads))
    # what is to be told apart was there at some time
    assert min(most_open, most_done, most_waiting - 1, most_ended, most_empty) > 0


@pytest.mark.engines
def test_each_declaration_and_assignment_knows_what_of_its_application_stays(app: Flask) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    make_conflict(application, member)
    make_assignment(application, member)
    for table in (Conflict, Assignment):
        assert db.session.scalars(select(table.position_id)).all() == [application.position_id]
    assert db.session.scalars(select(Conflict.submitted_at)).all() == [application.submitted_at]

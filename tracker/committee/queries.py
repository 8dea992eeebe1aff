"""Readers of a position: what they have declared, what they have to review, who they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.applications.queries import sees, visible_applications
from tracker.models import (
    ENDS,
    Answer,
    Application,
    Assignment,
    Conflict,
    Person,
    Position,
    PositionRole,
    Review,
    ReviewState,
    Seat,
    Stage,
)
from tracker.plumbing.database import db
from tracker.plumbing.keyset import MANY
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing

REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)


@dataclass(frozen=True)
class Load:
    """A reviewer of a position and what they have on their desk there."""

    id: str
    name: str
    role: PositionRole
    assigned: int = 0
    done: int = 0
    open: int = 0
    """Assigned, of applications that still take reviews, and not in."""
    conflicts: int = 0
    due_at: datetime | None = None


def reviewers_of(position_id: str) -> list[Load]:
    """Chair and members, by name, without their loads."""
    rows = db.session.execute(
        select(Person.id, Person.name, Seat.role)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.position_id == position_id, Seat.role.in_(REVIEWING))
        .order_by(Person.name, Person.id)
    )
    return [Load(row.id, row.name, row.role) for row in rows]


def loads_of(position: Position) -> list[Load]:
    """Chair and members with their loads, in one query that an index answers."""
    done, is_open = (case((fact, 1), else_=0) for fact in (Assignment.is_in, Assignment.is_open))
    desks = (
        select(
            Assignment.person_id,
            func.count().label("assigned"),
            func.sum(done).label("done"),
            func.sum(is_open).label("open"),
            func.min(case((Assignment.is_open, Assignment.due_at))).label("due_at"),
        )
        .where(Assignment.position_id == position.id)
        .group_by(Assignment.person_id)
        .subquery()
    )
    blocked = select(func.count()).where(
        Conflict.person_id == Person.id, Conflict.position_id == position.id, Conflict.blocks.is_(True)
    )
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            Seat.role,
            func.coalesce(desks.c.assigned, 0).label("assigned"),
            func.coalesce(desks.c.done, 0).label("done"),
            func.coalesce(desks.c.open, 0).label("open"),
            desks.c.due_at,
            blocked.correlate(Person).scalar_subquery().label("conflicts"),
        )
        .join(Seat, Seat.person_id == Person.id)
        .outerjoin(desks, desks.c.person_id == Person.id)
        .where(Seat.position_id == position.id, Seat.role.in_(REVIEWING))
        .order_by(Person.name, Person.id)
    )
    return [Load(**row._mapping) for row in rows]


def assignable(
    who: Standing, position: Position, *, only: Collection[str] | None = None, limit: int | None = None, after: str = ""
) -> list[Application]:
    """Applications under way for which this person may ask reviewers, in the order of the list."""
    query = (
        visible_applications(who)
        .where(Application.position_id == position.id, Application.stage_kind.not_in(ENDS))
        .options(
            joinedload(Application.stage), selectinload(Application.conflicts), selectinload(Application.assignments)
        )
        .order_by(Application.submitted_at, Application.id)
    )
    if only is not None:
        query = query.where(Application.id.in_(only))
    query = _after(query, after)
    if limit is not None:
        query = query.limit(limit)
    found = db.session.scalars(query).unique()
    return [one for one in found if can(who, May.ASSIGN_REVIEWERS, one)]


def reviews_in(application_ids: Collection[str]) -> dict[tuple[str, str], ReviewState]:
    """State of each review of these applications, by application and reviewer."""
    rows = db.session.execute(
        select(Review.application_id, Review.reviewer_id, Review.state).where(
            Review.application_id.in_(application_ids)
        )
    )
    return {(row.application_id, row.reviewer_id): row.state for row in rows}


def declared_by(who: Standing, position: Position) -> ColumnElement[bool]:
    """predicates.declared in SQL: said, and with the name shown if it shows now; all they said here is read once."""
    mine = select(Conflict.application_id).where(Conflict.person_id == who.person_id)
    here = mine.where(Conflict.position_id == position.id)
    named = Application.id.in_(here.where(Conflict.was_blind.is_(False)))
    if not position.blind_first_round:
        return named
    return or_(named, and_(_hides_names(position), Application.id.in_(here.where(Conflict.was_blind.is_(True)))))


def _hides_names(position: Position) -> ColumnElement[bool]:
    blind = select(Stage.id).where(Stage.workflow_id == position.workflow_id, Stage.is_blind.is_(True))
    return Application.stage_id.in_(blind)


def to_declare(who: Standing, position: Position, *, declared: bool, limit: int, after: str = "") -> list[Application]:
    """Applications of the position that this reader sees, declared or still to be, in the order of the list."""
    said = declared_by(who, position)
    query = (
        visible_applications(who)
        .where(Application.position_id == position.id, said if declared else ~said)
        .options(joinedload(Application.stage), joinedload(Application.candidate), selectinload(Application.conflicts))
        .order_by(Application.submitted_at, Application.id)
        .limit(limit)
    )
    return list(db.session.scalars(_after(query, after)).unique())


def count_declared(who: Standing, position: Position) -> tuple[int, int]:
    """How many are still to be declared, and how many are; each counted to one beyond MANY and no further."""
    one = select(literal(1).label("one")).select_from(Application).limit(MANY + 1)
    here = one.where(sees(who), Application.position_id == position.id)
    mine = and_(Conflict.person_id == who.person_id, Conflict.position_id == position.id)
    holds = or_(Conflict.was_blind.is_(False), _hides_names(position) if position.blind_first_round else false())
    # those declared are counted from what was said, where an index has this reader's alone
    said = here.join(Conflict, Conflict.application_id == Application.id).where(mine, holds)

    def number(of: Select[Any]) -> Any:
        return select(func.count()).select_from(of.subquery()).scalar_subquery()

    waiting, done = db.session.execute(select(number(here.where(~declared_by(who, position))), number(said))).one()
    return waiting, done


def _after(query: Select[Any], after: str) -> Select[Any]:
    """Keyset: what stands behind this application in the list."""
    if not after:
        return query
    mark = select(Application.submitted_at).where(Application.id == after).scalar_subquery()
    later = Application.submitted_at > mark
    return query.where(or_(later, and_(Application.submitted_at == mark, Application.id > after)))


def institutions_of(applications: Sequence[Application], questions: Collection[str]) -> dict[str, list[str]]:
    """Where each applicant studied or worked, by the answers to these questions, each place once."""
    rows = db.session.execute(
        select(Answer.application_id, Answer.value).where(
            Answer.application_id.in_([one.id for one in applications]), Answer.question.in_(questions)
        )
    )
    found: dict[str, list[str]] = {}
    for application_id, value in rows:
        places = found.setdefault(application_id, [])
        for entry in value if isinstance(value, list) else ():
            place = str(entry.get("institution") or entry.get("organisation") or "").strip()
            if place and place not in places:
                places.append(place)
    return found


def blocking_conflicts(who: Standing, position: Position) -> list[tuple[Application, Conflict]]:
    """What readers of the position declared, other than none; HR alone reads it."""
    rows = db.session.execute(
        select(Application, Conflict)
        .join(Conflict, Conflict.application_id == Application.id)
        .where(sees(who), Application.position_id == position.id, Conflict.kind != "none")
        .options(
            joinedload(Application.stage),
            joinedload(Application.candidate),
            selectinload(Application.conflicts),
            joinedload(Conflict.person),
        )
        .order_by(Conflict.declared_at.desc(), Application.id)
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]

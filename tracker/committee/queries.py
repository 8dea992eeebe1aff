"""Readers of a position: what they have declared, what they have to review, who they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from tracker.applications.queries import sees, visible_applications, with_own_assignment, with_own_conflict
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
from tracker.plumbing.keyset import ENOUGH
from tracker.plumbing.sight import out_of_sight, reaches
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing

REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)
Pair = tuple[str, str]
"""An application's id and a reviewer's."""


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
    """Chair and members with their loads, in two queries that indexes answer."""
    desks = db.session.execute(
        select(Assignment.person_id, Assignment.is_in, Assignment.is_open, func.count().label("number"))
        .where(Assignment.position_id == position.id)
        .group_by(Assignment.person_id, Assignment.is_in, Assignment.is_open)
    ).all()
    rows = db.session.execute(
        select(Person.id, Person.name, Seat.role, _due_first(position), _conflicts(position))
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.position_id == position.id, Seat.role.in_(REVIEWING))
        .order_by(Person.name, Person.id)
    )
    return [_load(row._mapping, [desk for desk in desks if desk.person_id == row.id]) for row in rows]


def _load(reviewer: Mapping[Any, Any], desk: Sequence[Any]) -> Load:
    return Load(
        **reviewer,
        assigned=sum(one.number for one in desk),
        done=sum(one.number for one in desk if one.is_in),
        open=sum(one.number for one in desk if one.is_open),
    )


def _due_first(position: Position) -> Any:
    """When the first of what a person has still to review here is due; the index begins with it."""
    theirs = Assignment.position_id == position.id, Assignment.person_id == Person.id
    still = Assignment.is_in.is_(False), Assignment.is_open.is_(True)
    return (
        select(func.min(Assignment.due_at)).where(*theirs, *still).correlate(Person).scalar_subquery().label("due_at")
    )


def _conflicts(position: Position) -> Any:
    """With how many applicants of the position a person is in conflict."""
    theirs = Conflict.person_id == Person.id, Conflict.position_id == position.id, Conflict.blocks.is_(True)
    return select(func.count()).where(*theirs).correlate(Person).scalar_subquery().label("conflicts")


def assignable(who: Standing, position: Position, *, only: Collection[str] | None = None) -> list[Application]:
    """Applications under way for which this person may ask reviewers, in the order of the list."""
    query = _under_way(who, position).options(
        selectinload(Application.conflicts), selectinload(Application.assignments)
    )
    if only is not None:
        query = query.where(Application.id.in_(only))
    return _may_assign(who, query)


def page_to_assign(who: Standing, position: Position, *, limit: int, after: str = "") -> list[Application]:
    """The same, some behind this one, without what others declared and have to review: `marks_of` tells that."""
    query = _under_way(who, position).options(with_own_conflict(who), with_own_assignment(who))
    return _may_assign(who, _after(query, after).limit(limit))


def _under_way(who: Standing, position: Position) -> Select[Application]:
    return (
        visible_applications(who.at(position.id))
        .where(Application.position_id == position.id, Application.stage_kind.not_in(ENDS))
        .options(joinedload(Application.stage))
        .order_by(Application.submitted_at, Application.id)
    )


def _may_assign(who: Standing, query: Select[Application]) -> list[Application]:
    return [one for one in db.session.scalars(query).unique() if can(who, May.ASSIGN_REVIEWERS, one)]


@dataclass(frozen=True)
class Marks:
    """Pairs of an application and a reader: who was asked, whose review is in, who is in conflict."""

    asked: set[Pair] = field(default_factory=set)
    done: set[Pair] = field(default_factory=set)
    blocked: set[Pair] = field(default_factory=set)


def marks_of(position: Position, application_ids: Collection[str]) -> Marks:
    """Those of these applications of the position, in one query."""
    asked = select(literal("asked"), Assignment.application_id, Assignment.person_id)
    done = select(literal("done"), Review.application_id, Review.reviewer_id).where(Review.state != ReviewState.DRAFT)
    blocked = select(literal("blocked"), Conflict.application_id, Conflict.person_id)
    in_the_way = Conflict.position_id == position.id, Conflict.blocks.is_(True)
    marks = Marks()
    parts = (
        asked.where(Assignment.application_id.in_(application_ids)),
        done.where(Review.application_id.in_(application_ids)),
        blocked.where(Conflict.application_id.in_(application_ids), *in_the_way),
    )
    for what, application_id, person_id in db.session.execute(union_all(*parts)):
        getattr(marks, what).add((application_id, person_id))
    return marks


def _in_sight(who: Standing, position: Position) -> ColumnElement[bool]:
    """`sees` at one position, in words that ask for no more columns than the index of the list has."""
    return and_(Application.position_id == position.id, reaches(who.at(position.id)), not_(out_of_sight(who)))


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


def ids_to_declare(
    who: Standing, position: Position, *, declared: bool = False, limit: int = ENOUGH + 1, after: str = ""
) -> list[str]:
    """Of the position, those this reader sees and has still to declare, or has declared, in the order of the list."""
    said = declared_by(who, position)
    query = select(Application.id).where(sees(who), Application.position_id == position.id, said if declared else ~said)
    in_order = query.order_by(Application.submitted_at, Application.id).limit(limit)
    return list(db.session.scalars(_after(in_order, after)))


def to_declare(who: Standing, position: Position, application_ids: Collection[str]) -> list[Application]:
    """These of the position, with what this reader declared."""
    query = (
        visible_applications(who.at(position.id))
        .where(Application.id.in_(application_ids))
        .options(
            joinedload(Application.stage),
            joinedload(Application.candidate).load_only(Person.name),
            with_own_conflict(who),
        )
        .order_by(Application.submitted_at, Application.id)
    )
    return list(db.session.scalars(query).unique())


def count_declared(who: Standing, position: Position) -> int:
    """How many are declared and in sight, counted to one beyond ENOUGH and no further."""
    mine = and_(Conflict.person_id == who.person_id, Conflict.position_id == position.id)
    holds = or_(Conflict.was_blind.is_(False), _hides_names(position) if position.blind_first_round else false())
    # counted from what was said, where an index has this reader's alone
    said = select(literal(1)).join_from(Application, Conflict).where(_in_sight(who, position), mine, holds)
    return db.session.scalar(select(func.count()).select_from(said.limit(ENOUGH + 1).subquery())) or 0


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

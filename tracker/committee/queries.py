"""Readers of a position: what they have declared, what they have to review, who they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    except_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

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
from tracker.plumbing.planning import at_most
from tracker.plumbing.sight import out_of_sight, reaches
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing

REVIEWING = (PositionRole.CHAIR, PositionRole.MEMBER)
Pair = tuple[str, str]
"""An application's id and a reviewer's."""
Walk = Select[datetime | None, str] | CompoundSelect[datetime | None, str]


STATEMENTS = 256
"""So many are kept by a process, put together once for a reader and asked with these values."""
HERE, WORKFLOW = bindparam("here", type_=String()), bindparam("workflow", type_=String())
AFTER = bindparam("after", type_=String())
SOME = bindparam("some", type_=String(), expanding=True)
"""A position's id, its workflow's, that of the application where the page before ended, and some applications'."""


@dataclass(frozen=True)
class Load:
    """A reviewer of a position and what they have on their desk there."""

    id: str
    name: str
    role: PositionRole
    done: int = 0
    open: int = 0
    """Assigned, of applications that still take reviews, and not in."""
    put_by: int = 0
    """Not in, and not to be written where the application stands now."""
    conflicts: int = 0
    due_at: datetime | None = None

    @property
    def assigned(self) -> int:
        return self.done + self.open + self.put_by


_IN, _OUT = Assignment.is_in.is_(True), Assignment.is_in.is_(False)
_STILL = _OUT, Assignment.is_open.is_(True)
_BLOCKED = Conflict.position_id == HERE, Conflict.blocks.is_(True)
_ASKED = Assignment.position_id == HERE, Assignment.person_id == Person.id
"""Of a Person's assignments here: an index has what they are chosen by, so each count is a walk along a part of it."""


@cache
def _readers(most: int | None) -> Select[*tuple[Any, ...]]:
    """Chair and members: how much each was asked, when the first of what is still open is due, and their conflicts."""

    def counted(*which: ColumnElement[bool]) -> Any:
        rows = select(literal(1)).where(*which).correlate(Person)
        rows = rows if most is None else rows.limit(at_most(most))
        return select(func.count()).select_from(rows.subquery()).scalar_subquery()

    return (
        select(
            *(Person.id, Person.name, Seat.role),
            counted(*_ASKED, _IN).label("done"),
            counted(*_ASKED, *_STILL).label("open"),
            counted(*_ASKED, _OUT, Assignment.is_open.is_(False)).label("put_by"),
            counted(*_BLOCKED, Conflict.person_id == Person.id).label("conflicts"),
            select(func.min(Assignment.due_at)).where(*_ASKED, *_STILL).correlate(Person).label("due_at"),
        )
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.position_id == HERE, Seat.role.in_(REVIEWING))
        .order_by(Person.name, Person.id)
    )


MARKS = union_all(
    select(literal("asked"), Assignment.application_id, Assignment.person_id).where(
        Assignment.application_id.in_(SOME)
    ),
    select(literal("done"), Review.application_id, Review.reviewer_id).where(
        Review.application_id.in_(SOME), Review.state != ReviewState.DRAFT
    ),
    select(literal("blocked"), Conflict.application_id, Conflict.person_id).where(
        Conflict.application_id.in_(SOME), *_BLOCKED
    ),
)

ANSWERS = select(Answer.application_id, Answer.value).where(
    Answer.application_id.in_(SOME), Answer.question.in_(bindparam("asked", type_=String(), expanding=True))
)


def reviewers_of(position_id: str) -> list[Load]:
    """Chair and members, by name, without their loads."""
    rows = db.session.execute(
        select(Person.id, Person.name, Seat.role)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.position_id == position_id, Seat.role.in_(REVIEWING))
        .order_by(Person.name, Person.id)
    )
    return [Load(row.id, row.name, row.role) for row in rows]


def loads_of(position: Position, *, most: int | None = None) -> list[Load]:
    """Chair and members with their loads, in one query that indexes answer; none is counted further than `most`."""
    return [Load(**row._mapping) for row in db.session.execute(_readers(most), {"here": position.id})]


def assignable(who: Standing, position: Position, *, only: Collection[str] | None = None) -> list[Application]:
    """Applications under way for which this person may ask reviewers, in the order of the list.

    With all that was declared and asked of others, also where a page before held this person's own alone.
    """
    query = _under_way(who.at(position.id)).options(
        selectinload(Application.conflicts), selectinload(Application.assignments)
    )
    query = query.execution_options(populate_existing=True)
    if only is not None:
        query = query.where(Application.id.in_(only))
    return _may_assign(who, query, {"here": position.id})


def page_to_assign(who: Standing, position: Position, *, limit: int, after: str = "") -> list[Application]:
    """The same, some behind this one, without what others declared and have to review: `marks_of` tells that."""
    query = _page_to_assign(who.at(position.id), limit, bool(after))
    return _may_assign(who, query, {"here": position.id, "after": after})


@lru_cache(STATEMENTS)
def _page_to_assign(who: Standing, limit: int, goes_on: bool) -> Select[Application]:
    query = _under_way(who).options(with_own_conflict(who), with_own_assignment(who)).limit(limit)
    return query.where(_behind(who)) if goes_on else query


def _under_way(who: Standing) -> Select[Application]:
    return (
        visible_applications(who)
        .where(Application.position_id == HERE, Application.stage_kind.not_in(ENDS))
        .options(joinedload(Application.stage))
        .order_by(Application.submitted_at, Application.id)
    )


def _may_assign(who: Standing, query: Select[Application], values: dict[str, Any]) -> list[Application]:
    return [one for one in db.session.scalars(query, values).unique() if can(who, May.ASSIGN_REVIEWERS, one)]


@dataclass(frozen=True)
class Marks:
    """Pairs of an application and a reader: who was asked, whose review is in, who is in conflict."""

    asked: set[Pair] = field(default_factory=set)
    done: set[Pair] = field(default_factory=set)
    blocked: set[Pair] = field(default_factory=set)


def marks_of(position: Position, application_ids: Collection[str]) -> Marks:
    """Those of these applications of the position, in one query."""
    marks = Marks()
    for what, *pair in db.session.execute(MARKS, {"here": position.id, "some": application_ids}):
        getattr(marks, what).add(tuple(pair))
    return marks


def _in_sight(who: Standing) -> ColumnElement[bool]:
    """`sees` at one position, in words that ask for no more columns than the index of the list has."""
    return and_(Application.position_id == HERE, reaches(who), not_(out_of_sight(who)))


def undeclared(
    who: Standing,
    position_id: Any,
    *in_sight: ColumnElement[bool],
    hides: ColumnElement[bool],
    said: Sequence[ColumnElement[bool]] = (),
) -> Walk:
    """Moment and id of each application in sight that this reader has still to declare, in the order of the list.

    What is in sight and what was declared stand in indexes in the same order, so the two are walked side by side, and
    not beyond what is asked for: SQLite does so for EXCEPT, PostgreSQL for NOT EXISTS, and neither for the other.
    `hides` is where names do not show: what was declared blind holds there alone.
    """
    seen = select(Application.submitted_at.label("at"), Application.id).where(
        Application.position_id == position_id, *in_sight
    )
    mine = select(Conflict.submitted_at, Conflict.application_id).where(
        Conflict.person_id == who.person_id, Conflict.position_id == position_id, *said
    )
    named, blind = mine.where(Conflict.was_blind.is_(False)), mine.where(Conflict.was_blind.is_(True), hides)
    this = Conflict.application_id == Application.id
    if db.engine.dialect.name == "sqlite":
        parts = seen, named, blind.join(Application, this)
        return except_(*(one.correlate(Position) for one in parts)).order_by("at", "id")
    same = Conflict.submitted_at == Application.submitted_at, this
    declared = (one.where(*same).correlate(Position, Application).exists() for one in (named, blind))
    return seen.where(*(not_(one) for one in declared)).correlate(Position).order_by("at", "id")


def _declared(who: Standing, *, is_blind: bool) -> ColumnElement[bool]:
    """predicates.declared in SQL: said, and with the name shown if it shows now; all they said here is read once."""
    mine = select(Conflict.application_id).where(Conflict.person_id == who.person_id, Conflict.position_id == HERE)
    named = Application.id.in_(mine.where(Conflict.was_blind.is_(False)))
    if not is_blind:
        return named
    return or_(named, and_(_hides_names(), Application.id.in_(mine.where(Conflict.was_blind.is_(True)))))


def _hides_names(is_blind: bool = True) -> ColumnElement[bool]:
    """For positions with a blind first round."""
    if not is_blind:
        return false()
    return Application.stage_id.in_(select(Stage.id).where(Stage.workflow_id == WORKFLOW, Stage.is_blind.is_(True)))


def ids_to_declare(who: Standing, position: Position, *, limit: int = ENOUGH + 1, after: str = "") -> list[str]:
    """Of the position, those this reader sees and has still to declare, in the order of the list."""
    query = _ids_to_declare(who.at(position.id), position.blind_first_round, limit, bool(after))
    return [row.id for row in db.session.execute(query, _values(position, after))]


@lru_cache(STATEMENTS)
def _ids_to_declare(who: Standing, is_blind: bool, limit: int, goes_on: bool) -> Walk:
    seen, said = ([_behind(who)], [Conflict.submitted_at >= _moment_of_mark(who)]) if goes_on else ([], [])
    found = undeclared(who, HERE, _in_sight(who), *seen, hides=_hides_names(is_blind), said=said)
    return found.limit(limit)


def ids_declared(who: Standing, position: Position, *, limit: int, after: str = "") -> list[str]:
    """Those they see and have declared."""
    query = _ids_declared(who.at(position.id), position.blind_first_round, limit, bool(after))
    return list(db.session.scalars(query, _values(position, after)))


@lru_cache(STATEMENTS)
def _ids_declared(who: Standing, is_blind: bool, limit: int, goes_on: bool) -> Select[str]:
    query = select(Application.id).where(_in_sight(who), _declared(who, is_blind=is_blind))
    in_order = query.order_by(Application.submitted_at, Application.id).limit(limit)
    return in_order.where(_behind(who)) if goes_on else in_order


def _values(position: Position, after: str) -> dict[str, Any]:
    return {"here": position.id, "workflow": position.workflow_id, "after": after}


def to_declare(who: Standing, position: Position, application_ids: Collection[str]) -> list[Application]:
    """These of the position, with what this reader declared."""
    values = {"here": position.id, "some": application_ids}
    found = list(db.session.scalars(_to_declare(who.at(position.id)), values).unique())
    for one in found:
        set_committed_value(one, "position", position)
    return found


@lru_cache(STATEMENTS)
def _to_declare(who: Standing) -> Select[Application]:
    name = joinedload(Application.candidate).load_only(Person.name)
    return (
        visible_applications(who)
        .where(Application.position_id == HERE, Application.id.in_(SOME))
        .options(joinedload(Application.stage), name, with_own_conflict(who))
        .order_by(Application.submitted_at, Application.id)
    )


def count_declared(who: Standing, position: Position, *, most: int = ENOUGH + 1) -> int:
    """How many are declared and in sight, counted so far and no further."""
    query = _count_declared(who.at(position.id), position.blind_first_round, most)
    return db.session.scalar(query, {"here": position.id, "workflow": position.workflow_id}) or 0


@lru_cache(STATEMENTS)
def _count_declared(who: Standing, is_blind: bool, most: int) -> Select[int]:
    """Counted from what was said, where an index has this reader's alone."""
    mine = Conflict.person_id == who.person_id, Conflict.position_id == HERE
    holds = or_(Conflict.was_blind.is_(False), _hides_names()) if is_blind else Conflict.was_blind.is_(False)
    said = select(literal(1)).join_from(Application, Conflict).where(_in_sight(who), *mine, holds)
    return select(func.count()).select_from(said.limit(most).subquery())


def _behind(who: Standing) -> ColumnElement[bool]:
    """Keyset: what stands behind the application `after` in the list."""
    mark = _moment_of_mark(who)
    return or_(Application.submitted_at > mark, and_(Application.submitted_at == mark, Application.id > AFTER))


def _moment_of_mark(who: Standing) -> Any:
    """Of one here that they reach, though it may have gone out of sight by what they declared on the page before.

    An id from elsewhere marks nothing, and nothing stands behind it.
    """
    mark = select(Application.submitted_at).where(
        Application.id == AFTER, Application.position_id == HERE, reaches(who)
    )
    return mark.correlate(None).scalar_subquery()


def institutions_of(applications: Sequence[Application], questions: Collection[str]) -> dict[str, list[str]]:
    """Where each applicant studied or worked, by the answers to these questions, each place once."""
    values = {"some": [one.id for one in applications], "asked": questions}
    rows = db.session.execute(ANSWERS, values)
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

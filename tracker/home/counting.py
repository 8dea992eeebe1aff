"""How many applications wait at each position, and since when: one statement for every kind of waiting.

Each count stops one beyond ENOUGH, and walks an index that has its rows in order, whatever the number of rows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, TextClause, cast, func, literal, null, select

from tracker.models import Application, Position, PositionState, Stage
from tracker.plumbing.database import db
from tracker.plumbing.keyset import ENOUGH

Dates = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
Part = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Waiting:
    """What waits at one position, or anywhere where `id` is empty."""

    what: str
    id: str
    title: dict[str, str]
    reference: str
    state: PositionState
    closes_at: datetime | None
    closed_at: datetime | None
    number: int
    """Counted to one beyond ENOUGH and no further."""
    first: datetime | None


def dates_of(sight: ColumnElement[bool], date: Any, *where: ColumnElement[bool] | TextClause) -> Select[Any]:
    """A date of each application of a position, or of one of its stages, that is in sight, the earliest first."""
    found = select(date.label("at")).where(Application.position_id == Position.id, sight, *where)
    return found.order_by(date).correlate(Position, Stage)


def waits_at(what: str, dates: Dates, *positions: ColumnElement[bool]) -> Part:
    """One row for each of the positions."""
    return _part(what, dates).where(*positions)


def waits_in_stages(what: str, dates: Dates, *where: ColumnElement[bool], first: Any = None) -> Part:
    """One row for each stage of the positions, for dates that look at it, too; with `first` instead of the earliest."""
    found = _part(what, dates, first).join(Stage, Stage.workflow_id == Position.workflow_id)
    return found.where(*where)


def waits_anywhere(what: str, dates: Dates) -> Part:
    """One row that is of no position."""
    return select(literal(what), *(null() for _ in range(6)), _number_and_first(dates))


def _part(what: str, dates: Dates, first: Any = None) -> Part:
    its = (
        Position.id,
        Position.title,
        Position.reference,
        Position.state,
        Position.closes_at,
        Position.closed_at,
    )
    return select(literal(what).label("what"), *its, _number_and_first(dates, first).label("found"))


def _number_and_first(dates: Dates, first: Any = None) -> Any:
    """Both in one word, "12 2027-03-01 …", so that the rows are walked once."""
    found = dates.limit(ENOUGH + 1).subquery()
    at = func.min(found.c.at) if first is None else first
    word = cast(func.count(), String) + " " + func.coalesce(cast(at, String), "")
    return select(word).select_from(found).scalar_subquery()


def counted(parts: CompoundSelect[*tuple[Any, ...]], **values: datetime) -> list[Waiting]:
    """Everything the parts find, each row once; those without any application, too."""
    return [_waiting(dict(row._mapping)) for row in db.session.execute(parts, values)]


def _waiting(row: dict[str, Any]) -> Waiting:
    number, _, first = row.pop("found").partition(" ")
    moment = datetime.fromisoformat(first) if first else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Waiting(**row, number=int(number), first=moment)

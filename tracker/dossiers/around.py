"""What stands around a dossier: the neighbours in the list, and whether this reader was here within the hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.dossiers.filters import Sort
from tracker.dossiers.rows import (
    NEVER,
    Rows,
    beyond,
    beyond_at_each,
    direction,
    first_of_all_parts,
    is_known_in_part,
    lines,
    not_short_of,
    runs_downwards,
)
from tracker.dossiers.trail import Face, Trail
from tracker.dossiers.walking import LISTS, Walk, ask
from tracker.models import Application, Entry, Person, Position
from tracker.plumbing.database import apart
from tracker.plumbing.history import remember
from tracker.plumbing.planning import at_most, lasting
from tracker.rules.roles import Standing

ONE_VISIT = timedelta(hours=1)


@dataclass(frozen=True)
class Around:
    """Ids of the neighbours in the order of the list one came from, None at its ends."""

    previous: str | None
    next: str | None
    was_here: bool


def around(who: Standing, application: Application, trail: Trail, now: datetime) -> Around:
    """Among what this reader sees and what the list was narrowed to, also where this one no longer fits it itself."""
    filters = trail.order(application.stage.key)
    within = None if trail.face is Face.ACROSS else application.position
    walk = Walk.along(who, filters, within, size=1, ahead=runs_downwards(filters), started=True)
    values = {"start": _place(application, walk), "start_id": application.id, "hour": now - ONE_VISIT}
    row = ask(_beside, walk, walk.values(now, within) | values).one()
    return Around(row[0], row[1], bool(row[2]))


@lru_cache(LISTS)
def _beside(walk: Walk) -> Select[Any]:
    order, (start, its) = walk.order, walk.start
    if not _is_said_by_itself(walk):
        place = lines(walk.who, order.label("mark")).where(Application.id == its).cte("place")
        start = select(place.c.mark).scalar_subquery()

    def next_one(ahead: bool) -> Any:
        if walk.sort is Sort.DEADLINE:
            return _by_deadline(walk.fitting(Application.id), order, (start, its), ahead)
        if is_known_in_part(walk.sort, walk.who):
            first = first_of_all_parts(walk.fitting, walk.sort, walk.who, (start, its), ahead, most=1)
            return select(first.c.id).scalar_subquery()
        is_near = walk.in_one and _is_in_a_column(walk) and not walk.is_narrowed
        following = walk.fitting(Application.id, one_by_one=is_near).where(beyond(order, (start, its), ahead))
        return following.order_by(*direction(order, ahead)).limit(at_most(1)).scalar_subquery()

    hour = bindparam("hour", type_=Entry.at.type)
    return lasting(select(next_one(walk.ahead), next_one(not walk.ahead), _visit(its, walk.who.person_id, hour)))


def _by_deadline(here: Rows, order: Any, start: tuple[Any, Any], ahead: bool) -> Any:
    """The nearest of those that stand first at each position, since thousands share a deadline."""
    first = here.where(Application.position_id == Position.id, beyond_at_each(order, start, ahead))
    first = (
        first.order_by(Application.id.asc() if ahead else Application.id.desc()).limit(at_most(1)).correlate(Position)
    )
    each = select(order.label("mark"), first.scalar_subquery().label("id"))
    found = each.where(not_short_of(order, start[0], ahead)).subquery()
    nearest = select(found.c.id).where(found.c.id.is_not(None)).order_by(*direction(found.c.mark, ahead, found.c.id))
    return nearest.limit(at_most(1)).scalar_subquery()


def _is_said_by_itself(walk: Walk) -> bool:
    """Whether an application and its position say where it stands, so that an index begins there."""
    return walk.sort is Sort.DEADLINE or _is_in_a_column(walk)


def _is_in_a_column(walk: Walk) -> bool:
    return isinstance(walk.order, InstrumentedAttribute)


def _place(application: Application, walk: Walk) -> Any:
    if walk.sort is Sort.DEADLINE:
        return application.position.closes_at or NEVER
    return getattr(application, walk.order.key) if _is_said_by_itself(walk) else None


def _visit(application_id: Any, person_id: str, hour: Any) -> Any:
    return exists().where(
        Entry.thing == "application",
        Entry.thing_id == application_id,
        Entry.what == "viewed",
        Entry.by_id == person_id,
        Entry.at > hour,
    )


def note_visit(application: Application, *, by: Person, now: datetime) -> None:
    """An entry that this reader opened the dossier, at most one an hour, in a transaction of its own.

    The one thing a GET leaves behind: whom an applicant's file was shown to must be known, also where nothing was done.
    Without the entry there is no page.
    """
    with apart() as session:
        if not session.scalar(select(_visit(application.id, by.id, now - ONE_VISIT))):
            remember("application", application.id, "viewed", by=by, now=now, session=session)

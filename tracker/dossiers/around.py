"""What stands around a dossier: the neighbours in the list, and whether this reader was here within the hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.dossiers.filters import Sort
from tracker.dossiers.rows import (
    NEVER,
    Rows,
    beyond,
    beyond_at_each,
    direction,
    lines,
    narrow,
    narrowed,
    not_short_of,
    order_of,
    runs_downwards,
)
from tracker.dossiers.trail import Face, Trail
from tracker.models import Application, Entry, Person, Position
from tracker.plumbing.database import apart, db
from tracker.plumbing.history import remember
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
    order, downwards = order_of(filters.sort, who), runs_downwards(filters)
    start = _place(application, order, who, filters.sort), application.id
    here = narrowed(narrow(who, Application.id, within=within), filters, who=who, now=now)

    def beside(ahead: bool) -> Any:
        if filters.sort is Sort.DEADLINE:
            return _by_deadline(here, order, start, ahead)
        following = here.where(beyond(order, start, ahead)).order_by(*direction(order, ahead))
        return following.limit(1).scalar_subquery()

    row = db.session.execute(
        select(beside(downwards), beside(not downwards), _visit(application.id, who.person_id, now))
    ).one()
    return Around(row[0], row[1], bool(row[2]))


def _by_deadline(here: Rows, order: Any, start: tuple[Any, str], ahead: bool) -> Any:
    """The nearest of those that stand first at each position, since thousands share a deadline."""
    first = here.where(Application.position_id == Position.id, beyond_at_each(order, start, ahead))
    first = first.order_by(Application.id.asc() if ahead else Application.id.desc()).limit(1).correlate(Position)
    each = select(order.label("mark"), first.scalar_subquery().label("id"))
    found = each.where(not_short_of(order, start[0], ahead)).subquery()
    nearest = select(found.c.id).where(found.c.id.is_not(None)).order_by(*direction(found.c.mark, ahead, found.c.id))
    return nearest.limit(1).scalar_subquery()


def _place(application: Application, order: Any, who: Standing, sort: Sort) -> Any:
    """Where it stands in that order. What its own row says is said at once, so that an index begins there."""
    if sort is Sort.DEADLINE:
        return application.position.closes_at or NEVER
    if isinstance(order, InstrumentedAttribute):
        return getattr(application, order.key)
    place = lines(who, order.label("mark")).where(Application.id == application.id).cte("place")
    return select(place.c.mark).scalar_subquery()


def _visit(application_id: str, person_id: str, now: datetime) -> Any:
    return exists().where(
        Entry.thing == "application",
        Entry.thing_id == application_id,
        Entry.what == "viewed",
        Entry.by_id == person_id,
        Entry.at > now - ONE_VISIT,
    )


def note_visit(application: Application, *, by: Person, now: datetime) -> None:
    """An entry that this reader opened the dossier, at most one an hour, in a transaction of its own.

    The one thing a GET leaves behind: whom an applicant's file was shown to must be known, also where nothing was done.
    Without the entry there is no page.
    """
    with apart() as session:
        if not session.scalar(select(_visit(application.id, by.id, now))):
            remember("application", application.id, "viewed", by=by, now=now, session=session)

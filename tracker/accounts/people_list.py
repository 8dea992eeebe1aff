"""The list of people: filtered, in the order of names, a page at a time."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from tracker.accounts.queries import has_way_in, people
from tracker.models import Person, Position, Seat, SiteRole, Theme, ThemeSeat
from tracker.plumbing.database import db
from tracker.plumbing.keyset import Page
from tracker.rules.roles import Standing

ROWS: Final = 50
WHO: Final[Mapping[str, ColumnElement[bool]]] = {
    "staff": Person.is_staff.is_(True) & Person.closed_at.is_(None),
    "hr": (Person.site_role == SiteRole.HR) & Person.closed_at.is_(None),
    "admin": (Person.site_role == SiteRole.ADMIN) & Person.closed_at.is_(None),
    "invited": Person.is_staff.is_(True) & ~has_way_in() & Person.closed_at.is_(None),
    "candidates": Person.is_staff.is_(False) & Person.closed_at.is_(None),
    "closed": Person.closed_at.is_not(None),
}
ORDER = (func.lower(Person.name), Person.id)


def people_page(who: Standing, asked: Mapping[str, str]) -> Page[Any]:
    """One page of rows; staff alone unless asked otherwise. `after` and `before` are marks of an earlier page."""
    query = people(who).where(WHO.get(asked.get("who", ""), WHO["staff"]))
    for word in asked.get("q", "").replace("\x00", "").split()[:8]:
        query = query.where(
            or_(Person.name.icontains(word, autoescape=True), Person.email.icontains(word, autoescape=True))
        )
    rows = query.with_only_columns(
        Person.id,
        Person.name,
        Person.email,
        Person.site_role,
        Person.is_staff,
        has_way_in().label("has_come"),
        Person.factor_since,
        Person.email_verified_at,
        Person.created_at,
        Person.closed_at,
        ORDER[0].label("sorted_by"),
        _count(Seat).label("seats"),
        _count(ThemeSeat).label("themes"),
    )
    return _page(rows, after=_mark(asked.get("after")), before=_mark(asked.get("before")))


def _count(kind: type[Seat] | type[ThemeSeat]) -> ColumnElement[int]:
    return select(func.count()).where(kind.person_id == Person.id).correlate(Person).scalar_subquery()


def _page(query: Any, *, after: list[str] | None, before: list[str] | None) -> Page[Any]:
    place = tuple_(*ORDER)
    if before and not after:
        found = db.session.execute(
            query.where(place < tuple_(*before)).order_by(*(one.desc() for one in ORDER)).limit(ROWS + 1)
        ).all()
        rows, more_before, more_after = list(reversed(found[:ROWS])), len(found) > ROWS, True
    else:
        narrowed = query.where(place > tuple_(*after)) if after else query
        found = db.session.execute(narrowed.order_by(*ORDER).limit(ROWS + 1)).all()
        rows, more_before, more_after = list(found[:ROWS]), bool(after), len(found) > ROWS
    return Page(
        rows,
        before=_as_mark(rows[0]) if rows and more_before else None,
        after=_as_mark(rows[-1]) if rows and more_after else None,
    )


def _as_mark(row: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([row.sorted_by, row.id]).encode()).decode()


def _mark(raw: str | None) -> list[str] | None:
    """The place a mark stands for; one that is no mark of ours is the beginning."""
    try:
        place = json.loads(base64.urlsafe_b64decode(raw or ""))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(place, list) or len(place) != len(ORDER):
        return None
    return place if all(isinstance(one, str) and "\x00" not in one for one in place) else None


def positions_and_themes(person: Person) -> tuple[list[Any], list[Any]]:
    """Where a person has a role, for the page about them."""
    seats = db.session.execute(
        select(Position.id, Position.reference, Position.title, Position.state, Seat.role)
        .join(Seat, Seat.position_id == Position.id)
        .where(Seat.person_id == person.id)
        .order_by(Position.created_at.desc(), Position.id)
    ).all()
    themes = db.session.execute(
        select(Theme.id, Theme.slug, Theme.name, Theme.hue)
        .join(ThemeSeat, ThemeSeat.theme_id == Theme.id)
        .where(ThemeSeat.person_id == person.id)
        .order_by(Theme.place, Theme.id)
    ).all()
    return list(seats), list(themes)

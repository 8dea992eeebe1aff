"""Loads a person's standing: their roles as the database has them now."""

from typing import Any

from sqlalchemy import ScalarSelect, String, bindparam, cast, event, func, literal_column, select
from sqlalchemy.orm import ORMExecuteState, Session

from tracker.models import Person, PositionRole, Seat, ThemeSeat
from tracker.plumbing.database import KEPT, AnySession, db, kept
from tracker.rules.roles import Standing

ROLES = "roles"
COMMA: Any = literal_column("','")
"""Of the text itself: SQLAlchemy writes a statement anew for a separator that it is given, each time it is asked."""
Roles = tuple[str | None, str | None]
"""Seats as `position:role,…`, and themes as `id,…`; as `seats_held` and `themes_held` say them."""


def seats_held() -> ScalarSelect[str | None]:
    """For a query that has Person, so that somebody's roles come with them."""
    held = Seat.position_id.concat(":").concat(cast(Seat.role, String))
    return select(func.aggregate_strings(held, COMMA)).where(Seat.person_id == Person.id).scalar_subquery()


def themes_held() -> ScalarSelect[str | None]:
    return (
        select(func.aggregate_strings(ThemeSeat.theme_id, COMMA))
        .where(ThemeSeat.person_id == Person.id)
        .scalar_subquery()
    )


_held = select(seats_held(), themes_held()).where(Person.id == bindparam("person"))


def keep_roles(person: Person, roles: Roles, session: AnySession | None = None) -> None:
    """They were read with the person; good for this transaction, unless it changes roles itself."""
    kept(session or db.session)[ROLES, person.id] = roles


def with_roles(person_id: str, session: AnySession) -> Person:
    """The person, in one query with what standing_of will ask for."""
    query = select(Person, seats_held(), themes_held()).where(Person.id == person_id)
    person, seats, themes = session.execute(query).one()
    keep_roles(person, (seats, themes), session)
    return person


def standing_of(person: Person, session: AnySession | None = None) -> Standing:
    """Never kept between requests, jobs or transactions: roles change at the next one."""
    inside = session or db.session
    seats, themes = _roles_of(person, inside) if person.is_staff else (None, None)
    held = (one.split(":") for one in seats.split(",")) if seats else ()
    return Standing(
        person_id=person.id,
        site=person.site_role,
        is_staff=person.is_staff,
        seats={position: PositionRole(role) for position, role in held},
        themes=frozenset(themes.split(",")) if themes else frozenset(),
    )


def _roles_of(person: Person, session: AnySession) -> Roles:
    found: Roles | None = kept(session).get((ROLES, person.id))
    if found is None:
        row = session.execute(_held, {"person": person.id}).one()
        found = kept(session)[ROLES, person.id] = (row[0], row[1])
    return found


@event.listens_for(Session, "after_flush")
def _forget_changed(session: Session, context: Any) -> None:
    if any(isinstance(one, Seat | ThemeSeat) for one in (*session.new, *session.dirty, *session.deleted)):
        _forget(session)


@event.listens_for(Session, "do_orm_execute")
def _forget_rewritten(state: ORMExecuteState) -> None:
    if not state.is_select and getattr(state.statement, "table", None) in (Seat.__table__, ThemeSeat.__table__):
        _forget(state.session)


def _forget(session: Session) -> None:
    held = session.info.get(KEPT, {})
    for key in [key for key in held if key[0] == ROLES]:
        del held[key]

"""Loads a person's standing: their roles as the database has them now, in one query."""

from sqlalchemy import String, bindparam, cast, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.models import Person, PositionRole, Seat, ThemeSeat
from tracker.plumbing.database import db
from tracker.rules.roles import Standing

_held = union_all(
    select(Seat.position_id.label("where"), cast(Seat.role, String).label("role")).where(
        Seat.person_id == bindparam("person")
    ),
    select(ThemeSeat.theme_id, literal("theme")).where(ThemeSeat.person_id == bindparam("person")),
)


def standing_of(person: Person, session: Session | None = None) -> Standing:
    """Never kept between requests or jobs: roles change at the next one."""
    rows = (session or db.session).execute(_held, {"person": person.id}).all() if person.is_staff else []
    return Standing(
        person_id=person.id,
        site=person.site_role,
        is_staff=person.is_staff,
        seats={where: PositionRole(role) for where, role in rows if role != "theme"},
        themes=frozenset(where for where, role in rows if role == "theme"),
    )

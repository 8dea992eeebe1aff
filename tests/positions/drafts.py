"""A draft that lacks nothing, made through the room's own actions."""

from datetime import date, datetime, timedelta

from tests.factories import make_staff, make_theme
from tracker.installing import SHIPPED
from tracker.models import Person, Position, PositionKind, PositionRole, Seat
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.positions import actions


def install_all(now: datetime) -> None:
    """What a new installation begins with."""
    for install in SHIPPED:
        install(now)


def make_draft(by: Person, *, complete: bool = True, title: str = "Sleep and memory") -> Position:
    """From the shipped form, rubric and workflow; complete means ready to be published."""
    now = clock_now()
    install_all(now)
    draft = actions.begin(PositionKind.PHD, title={"en": title}, themes=[make_theme()], by=by, now=now)
    if complete:
        draft.department, draft.place = "Neurology", "Leiden"
        draft.description, draft.requirements = {"en": "You measure sleep."}, {"en": "A master's degree"}
        draft.desirable = {"en": "Python"}
        draft.supervisors = [{"name": "Zoë Müller", "title": "Professor", "url": ""}]
        draft.contact_name, draft.contact_email = "Jan Jansen", "jan@example.org"
        draft.policy_url = "https://example.org/rules"
        draft.closes_at, draft.starts_on = now + timedelta(days=30), date(now.year + 2, 1, 1)
        if not any(seat.role is PositionRole.CHAIR for seat in draft.seats):
            draft.seats.append(Seat(person_id=make_staff().id, role=PositionRole.CHAIR, since=now))
    db.session.flush()
    return draft

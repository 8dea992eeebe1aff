"""The committee's page: who sits on it, and who may come."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.accounts.directory import staff_named, suggestions
from tracker.accounts.staffing import invite as invite_person
from tracker.models import Position, PositionRole, SiteRole
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.positions import committee as seats
from tracker.positions.blueprint import blueprint
from tracker.positions.desk_pages import POSITION
from tracker.positions.forms import InviteForm, SeatForm
from tracker.positions.words import ROLES
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, NotAllowedNow, Refusal
from tracker.web.access import requires, somebody


@blueprint.get("/desk/positions/<position_id>/committee")
@requires(May.VIEW_POSITION, POSITION)
def committee(position: Position) -> Any:
    return _page(position)


@blueprint.post("/desk/positions/<position_id>/committee")
@requires(May.SEAT_COMMITTEE, POSITION)
def seat(position: Position) -> Any:
    form = SeatForm()
    if not form.validate():
        return _page(position, seat=form, status=422)
    try:
        person = staff_named(form.person.data or "")
        seats.seat(position, person, PositionRole(form.role.data), by=somebody(), now=now())
    except (Invalid, NotAllowedNow) as refusal:
        return _refused(position.id, form, refusal, form.person)
    flash(_("%(name)s has a seat on the committee.", name=person.name), "success")
    return _back(position)


@blueprint.post("/desk/positions/<position_id>/committee/<person_id>/remove")
@requires(May.SEAT_COMMITTEE, POSITION)
def unseat(position: Position, person_id: str) -> Any:
    seats.unseat(position, person_id, by=somebody(), now=now())
    flash(_("The seat was taken back."), "success")
    return _back(position)


@blueprint.post("/desk/positions/<position_id>/committee/invite")
@requires(May.SEAT_COMMITTEE, POSITION)
def invite(position: Position) -> Any:
    form = InviteForm()
    if not form.validate():
        return _page(position, invite=form, status=422)
    try:
        person = invite_person(
            name=form.name.data or "", email=form.email.data or "", role=SiteRole.NONE, by=somebody(), now=now()
        )
        seats.seat(position, person, PositionRole(form.invited_role.data), by=somebody(), now=now())
    except Refusal as refusal:
        return _refused(position.id, form, refusal, form.email)
    flash(_("%(name)s is invited by e-mail and has a seat on the committee.", name=person.name), "success")
    return _back(position)


def _refused(position_id: str, form: Any, refusal: Refusal, field: Any) -> Any:
    db.session.rollback()
    field.errors = [spoken(refusal.sentence)]
    position = db.session.get_one(Position, position_id)
    named = {"seat": form} if isinstance(form, SeatForm) else {"invite": form}
    return _page(position, status=int(refusal.status), **named)


def _page(
    position: Position, *, seat: SeatForm | None = None, invite: InviteForm | None = None, status: int = 200
) -> Any:
    page = render_template(
        "positions/committee.html",
        position=position,
        members=seats.members(position),
        roles=ROLES,
        seat=seat or SeatForm(formdata=None),
        invite=invite or InviteForm(formdata=None),
        suggestions=suggestions(),
    )
    return page, status


def _back(position: Position) -> Any:
    return redirect(url_for("positions.committee", position_id=position.id), 303)

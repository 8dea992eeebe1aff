"""HR gives one candidate more time, with a reason."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import Select, select

from tracker.applications import actions
from tracker.applications.blueprint import blueprint
from tracker.applications.forms import ExtraTimeForm
from tracker.models import Application, Person, Position, PositionState
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.deadlines import instant
from tracker.rules.emails import canonical_email
from tracker.rules.permissions import May
from tracker.rules.refusals import Refusal
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody


def advertised_ever(who: Standing) -> Select[Any]:
    return select(Position).where(Position.state != PositionState.DRAFT)


@blueprint.route("/desk/positions/<position_id>/extra-time", methods=["GET", "POST"])
@requires(May.GIVE_EXTRA_TIME, Thing("position", advertised_ever))
def extra_time(position: Position) -> Any:
    form = ExtraTimeForm()
    if form.validate_on_submit() and _give(position, form):
        flash(_("The candidate has more time now, and was told by e-mail."), "success")
        return redirect(url_for("applications.extra_time", position_id=position.id), 303)
    page = render_template("applications/extra_time.html", position=position, form=form, given=_given(position))
    return page, 422 if form.errors else 200


def _give(position: Position, form: ExtraTimeForm) -> bool:
    application = db.session.scalars(
        select(Application)
        .join(Person, Person.id == Application.candidate_id)
        .where(
            Application.position_id == position.id,
            Application.submitted_at.is_(None),
            Person.email_canonical == canonical_email(form.email.data or ""),
        )
    ).one_or_none()
    if application is None:
        form.email.errors = [_("Nobody with this address has a draft for this position.")]
        return False
    until: datetime = form.until.data or now()
    try:
        actions.give_extra_time(
            application,
            until=instant(until.replace(tzinfo=None), position.time_zone).utc,
            reason=form.reason.data or "",
            by=somebody(),
            now=now(),
        )
    except Refusal as refusal:
        form.until.errors = [spoken(refusal.sentence)]
        return False
    return True


def _given(position: Position) -> list[Any]:
    rows = db.session.execute(
        select(Person.name, Person.email, Application.extra_until, Application.submitted_at)
        .join(Person, Person.id == Application.candidate_id)
        .where(Application.position_id == position.id, Application.extra_until.is_not(None))
        .order_by(Application.extra_until.desc(), Application.id)
    )
    return list(rows)

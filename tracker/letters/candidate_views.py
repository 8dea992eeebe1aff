"""The candidate's side of their letters: who was asked and what became of it, a reminder, another referee."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers.response import Response

from tracker.applications.queries import own_applications
from tracker.letters import actions
from tracker.letters.actions import Referee
from tracker.letters.blueprint import blueprint
from tracker.letters.forms import RefereeForm
from tracker.letters.queries import open_places, statuses
from tracker.models import Application, Letter
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid
from tracker.web.access import Thing, requires, somebody

OWN = Thing("application", own_applications)


@blueprint.get("/applications/<application_id>/letters")
@requires(May.VIEW_OWN_APPLICATION, OWN)
def mine(application: Application) -> str:
    return render_template("letters/mine.html", **_state(application))


def _state(application: Application) -> dict[str, Any]:
    if application.submitted_at is None:
        abort(404)
    moment = now()
    found = statuses(application, moment)
    places = 0 if application.ended_at is not None else open_places(application)
    return {"application": application, "letters": found, "places": places}


@blueprint.post("/applications/<application_id>/letters/<letter_id>/remind")
@requires(May.VIEW_OWN_APPLICATION, OWN)
def remind_mine(application: Application, letter_id: str) -> Response:
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.application_id != application.id:
        abort(404)
    actions.remind(letter, by=somebody(), now=now())
    flash(_("A reminder is on its way to %(name)s.", name=letter.referee_name), "success")
    return redirect(url_for("letters.mine", application_id=application.id), 303)


@blueprint.route("/applications/<application_id>/letters/another", methods=["GET", "POST"])
@requires(May.VIEW_OWN_APPLICATION, OWN)
def another(application: Application) -> Any:
    """Somebody else in the place of a referee who declined."""
    form = RefereeForm()
    state = _state(application)
    if not state["places"] and not form.is_submitted():
        return redirect(url_for("letters.mine", application_id=application.id), 303)
    if not form.validate_on_submit():
        return render_template("letters/another.html", form=form, **state), 422 if form.errors else 200
    fields = ("name", "email", "organisation", "relation", "language")
    referee = Referee(**{name: form[name].data or "" for name in fields})
    try:
        actions.ask_another(application, referee, by=somebody(), now=now())
    except Invalid as refusal:
        form.email.errors = [spoken(refusal.sentence)]
        return render_template("letters/another.html", form=form, **state), 422
    flash(_("%(name)s is asked for a letter.", name=referee.name), "success")
    return redirect(url_for("letters.mine", application_id=application.id), 303)

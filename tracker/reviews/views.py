"""The review form: saved while one writes, submitted, abstained from, reopened."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import format_time
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers.response import Response

from tracker.applications.queries import sees, visible_application, with_own_conflict, with_position
from tracker.committee.gates import gate
from tracker.models import Application, Review, ReviewState
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.positions.criteria import criteria_of
from tracker.reviews import actions, reading
from tracker.reviews.queries import Sheet, next_to_review, reviews_of, sheet
from tracker.rules.facets import knows_name
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, Refusal, Stale
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody, standing

blueprint = Blueprint("reviews", __name__)


def readable(who: Standing) -> Select[Application]:
    return visible_application(who).options(joinedload(Application.position), joinedload(Application.stage))


def judged(who: Standing) -> Select[Application]:
    """With what writing a review needs, in one query."""
    return visible_application(who).options(with_position(), joinedload(Application.stage), with_own_conflict(who))


def readable_reviews(who: Standing) -> Select[Review]:
    return select(Review).join(Application).where(sees(who))


APPLICATION = Thing("application", readable)
JUDGED = Thing("application", judged, is_changed=True)
REVIEW = Thing("review", readable_reviews)


@blueprint.get("/desk/applications/<application_id>/review")
@requires(May.REVIEW, APPLICATION)
def edit(application: Application) -> Any:
    """The form alone on a page: for a small screen, and to come back to."""
    if gate(standing(), application, now()):
        return redirect(url_for("committee.open", application_id=application.id))
    return render_template("reviews/edit.html", **_page(application, stored_sheet(application)))


@blueprint.post("/desk/applications/<application_id>/review")
@requires(May.OPEN_DOSSIER, JUDGED)
def save(application: Application) -> Any:
    """`act`: save, submit, or next (submit, and open the next one); the autosave sends none and wants JSON."""
    act = request.form.get("act", "save")
    if "question" in request.form:
        return _autosave(application)
    try:
        judgement = reading.judgement(request.form, criteria_of(application.position))
        do = actions.save if act == "save" else actions.submit
        do(application, judgement, version=reading.version_in(request.form), by=somebody(), now=now())
    except Stale as refusal:
        return _again(application, refusal)
    except Invalid as refusal:
        return _again(application, refusal)
    return _done(application, act)


def _done(application: Application, act: str) -> Response:
    if act == "next":
        following = next_to_review(standing(), application.position_id, but=application.id)
        if following is not None:
            flash(_("Your review is in. This is the next application to review."), "success")
            return redirect(url_for("dossiers.show", application_id=following), 303)
        flash(_("Your review is in. You have reviewed every application that waits for you."), "success")
        return redirect(url_for("dossiers.position", position_id=application.position_id), 303)
    flash(_("Your review is in.") if act == "submit" else _("Your draft is saved."), "success")
    return redirect(url_for("dossiers.show", application_id=application.id, _anchor="review"), 303)


def _autosave(application: Application) -> Any:
    try:
        judgement = reading.judgement(request.form, criteria_of(application.position))
        version = reading.version_in(request.form)
        review = actions.save(application, judgement, version=version, by=somebody(), now=now())
    except Stale as refusal:
        stored = stored_sheet(application)
        answer = jsonify(version=stored.version, theirs=reading.as_posted(stored), message=spoken(refusal.sentence))
        return answer, 409
    except Refusal as refusal:
        return jsonify(message=spoken(refusal.sentence)), 422
    return jsonify(version=review.version, saved_at=format_time(review.saved_at, "HH:mm"))


@blueprint.post("/desk/applications/<application_id>/review/abstain")
@requires(May.OPEN_DOSSIER, JUDGED)
def abstain(application: Application) -> Any:
    try:
        reason = request.form.get("abstain_reason", "")
        actions.abstain(application, reason, version=reading.version_in(request.form), by=somebody(), now=now())
    except Stale as refusal:
        return _again(application, refusal)
    except Invalid as refusal:
        return _again(application, refusal, field="abstain_reason")
    flash(_("You abstained. The committee sees that, with your reason."), "success")
    return redirect(url_for("dossiers.show", application_id=application.id, _anchor="review"), 303)


@blueprint.post("/desk/reviews/<review_id>/reopen")
@requires(May.SEE_DESK, REVIEW)
def reopen(review: Review) -> Response:
    version = reading.version_in(request.form)
    actions.reopen(review, version=version, by=somebody(), now=now())
    flash(_("The review is open again. Its author has been told."), "success")
    return redirect(url_for("dossiers.show", application_id=review.application_id, _anchor="review"), 303)


def stored_sheet(application: Application) -> Sheet:
    """This reviewer's form as the database has it."""
    mine = next((one for one in reviews_of(application.id) if one.reviewer_id == somebody().id), None)
    return sheet(application, criteria_of(application.position), mine)


def _again(application: Application, refusal: Refusal, field: str = "") -> tuple[str, int]:
    """The form with everything that was typed, and what stands in the way; with both versions where two differ."""
    db.session.expire_all()
    stored = stored_sheet(application)
    errors = {field or "form": spoken(refusal.sentence)}
    if isinstance(refusal, Invalid) and not field:
        errors |= _missing(stored)
    wanted = reading.typed(stored, request.form, errors)
    theirs = stored if isinstance(refusal, Stale) else None
    return render_template("reviews/edit.html", **_page(application, wanted, theirs)), refusal.status


def _missing(stored: Sheet) -> dict[str, str]:
    missing = {one.field: _("Choose a score.") for one in stored.criteria if not request.form.get(one.field)}
    if not request.form.get("recommendation"):
        missing["recommendation"] = _("Choose a recommendation.")
    return missing


def _page(application: Application, wanted: Sheet, theirs: Sheet | None = None) -> dict[str, Any]:
    """What the page shows of the application: its name or its code, never more."""
    named = knows_name(standing(), application)
    return {
        "sheet": wanted,
        "theirs": theirs,
        "title": application.name if named else application.code,
        "position_id": application.position_id,
        "reference": application.position.reference,
        "is_sent": wanted.state is not ReviewState.DRAFT,
    }

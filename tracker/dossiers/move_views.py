"""One move: its reason, the message as the candidate will read it, and the way back while it waits."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers.response import Response

from tracker.applications import moving
from tracker.applications.moving import Reason, facts_about
from tracker.dossiers.blueprint import blueprint
from tracker.dossiers.bulk import Wording
from tracker.dossiers.moves import move_one, move_out_of, wording_for
from tracker.dossiers.show_views import APPLICATION, MOVED, past_the_door
from tracker.models import Application, Asks, Transition
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.positions.reasons import reasons_of
from tracker.rules.facets import knows_name
from tracker.rules.lifecycle import obstacle, takes_part
from tracker.rules.limits import ESSAY, LINE
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, NotAllowedNow, Refusal, Stale
from tracker.web.access import requires, somebody, standing
from tracker.workflows.plans import PlannedMove


@blueprint.get("/desk/applications/<application_id>/moves/<move_id>")
@requires(May.MOVE_APPLICATION, APPLICATION)
@past_the_door
def move(application: Application, move_id: str) -> str:
    return _page(application, _mine(application, move_id))


@blueprint.post("/desk/applications/<application_id>/moves/<move_id>", endpoint="make_move")
@requires(May.MOVE_APPLICATION, MOVED)
@past_the_door
def make(application: Application, move_id: str) -> Any:
    wanted = _mine(application, move_id)
    label = said(wanted.to_stage.label)
    try:
        move_one(
            application,
            wanted,
            by=somebody(),
            now=now(),
            version=_version(),
            reason=_reason(),
            wording=_wording(),
        )
    except (Invalid, NotAllowedNow, Stale) as refusal:
        db.session.rollback()
        return _page(application, wanted, refusal), refusal.status
    flash(_("Moved to %(stage)s.", stage=label), "success")
    return redirect(url_for("dossiers.show", application_id=application.id), 303)


@blueprint.post("/desk/applications/<application_id>/undo/<transition_id>")
@requires(May.MOVE_APPLICATION, MOVED)
@past_the_door
def undo(application: Application, transition_id: str) -> Response:
    transition = db.session.scalars(
        select(Transition).where(Transition.id == transition_id, Transition.application_id == application.id)
    ).one_or_none()
    if transition is None or transition.by_id != somebody().id:
        abort(404)
    moving.undo(transition, application, by=somebody(), now=now())
    flash(_("Undone. The candidate gets no message about it."), "success")
    return redirect(url_for("dossiers.show", application_id=application.id), 303)


def _mine(application: Application, move_id: str) -> PlannedMove:
    """A move of this workflow that names a role this reader holds; for others it is a function they lack."""
    found = move_out_of(application, move_id)
    if found is None:
        abort(404)
    if not takes_part(standing(), found, application):
        abort(403)
    return found


def _version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else -1


def _reason() -> Reason:
    return Reason(request.form.get("reason", ""), request.form.get("reason_text", "").strip()[:ESSAY])


def _wording() -> Wording | None:
    if "subject" not in request.form:
        return None
    return Wording(request.form["subject"][: LINE * 4], request.form.get("body", "")[:ESSAY])


def _page(application: Application, wanted: PlannedMove, refusal: Refusal | None = None) -> str:
    """The move with what was typed; after a refusal with the application as it is now beside it."""
    who = standing()
    hindrance = obstacle(who, wanted, application, facts_about(application, [wanted]))
    named = knows_name(who, application)
    typed = _wording()
    return render_template(
        "dossiers/move.html",
        move=wanted,
        title=application.name if named else application.code,
        is_named=named,
        application_id=application.id,
        position_id=application.position_id,
        reference=application.position.reference,
        stage=application.stage.label,
        stage_kind=application.stage_kind,
        version=application.version,
        asks=wanted.asks_reason is not Asks.NONE,
        must=wanted.asks_reason is Asks.REQUIRED,
        reasons=moving.reasons_for(wanted, reasons_of(application.position)),
        reason=_reason(),
        wording=typed or wording_for(application, wanted, who, now=now()),
        candidate_language=application.candidate.language,
        hindrance=hindrance,
        problem=spoken(refusal.sentence) if refusal else "",
        is_unexplained=isinstance(refusal, moving.Unexplained),
        is_stale=isinstance(refusal, Stale),
        minutes=int(moving.undo_time().total_seconds() // 60),
    )

"""Bulk moves: choose on the list, see what it does to each, word the message, do it, undo it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.applications.moving import Reason, Unexplained, check_reason, reasons_for
from tracker.dossiers.blueprint import blueprint
from tracker.dossiers.bulk import (
    MOST,
    Prospect,
    Wording,
    applicant_reason,
    batch,
    filled_for,
    move_all,
    prospects,
    undo_all,
    wordings,
)
from tracker.dossiers.list_views import POSITION
from tracker.models import Position
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import ngettext, spoken
from tracker.positions.reasons import reasons_of
from tracker.rules.facets import knows_name
from tracker.rules.limits import ESSAY, LINE
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid
from tracker.rules.sentences import say
from tracker.web.access import requires, somebody, standing


@blueprint.post("/desk/positions/<position_id>/applications/bulk")
@requires(May.LIST_APPLICATIONS, POSITION)
def bulk(position: Position) -> Any:
    """The preview: changes nothing; it is posted because a long choice does not fit an address."""
    chosen = request.form.getlist("application")
    if not chosen:
        flash(_("Select the applications to move first."), "info")
        return redirect(url_for("dossiers.position", position_id=position.id), 303)
    if len(chosen) > MOST:
        abort(422, _("At most %(most)s applications can be moved at once.", most=MOST))
    found = prospects(position, chosen, request.form.get("move", ""), who=standing())
    return preview(position, found)


@blueprint.post("/desk/positions/<position_id>/applications/bulk/move")
@requires(May.LIST_APPLICATIONS, POSITION)
def bulk_move(position: Position) -> Any:
    chosen, move_key = request.form.getlist("application"), request.form.get("move", "")
    found = prospects(position, chosen, move_key, who=standing(), are_moved=True)
    able = [each for each in found if each.is_able]
    if not able or able[0].move is None:
        return preview(position, found), 409
    reason = Reason(request.form.get("reason", ""), request.form.get("reason_text", "").strip()[:ESSAY])
    # a language that the form left out gets its template: nobody is moved in silence
    words = wordings(able[0].move, able) | typed_wordings()
    try:
        check_reason(able[0].move, reason, reasons_of(position))
        if any(not word.subject.strip() or not word.body.strip() for word in words.values()):
            raise Invalid(say("A message needs a subject and a text."))
    except Invalid as refusal:
        return preview(position, found, refusal), 422
    versions = {each.application.id: _version(each) for each in able}
    batch_id = move_all(able, by=somebody(), now=now(), reason=reason, wordings=words, versions=versions)
    return redirect(url_for("dossiers.bulk_done", position_id=position.id, batch_id=batch_id), 303)


def _version(each: Prospect) -> int:
    raw = request.form.get(f"version-{each.application.id}", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else -1


def typed_wordings() -> dict[str, Wording]:
    return {
        name.removeprefix("subject-"): Wording(
            request.form[name][:LINE], request.form.get(f"body-{name.removeprefix('subject-')}", "")[:ESSAY]
        )
        for name in request.form
        if name.startswith("subject-")
    }


def preview(position: Position, found: list[Prospect], refusal: Invalid | None = None) -> str:
    able = [each for each in found if each.is_able]
    move = next((each.move for each in found if each.move is not None), None)
    readers = {each.application.candidate.language: each for each in able}
    words = typed_wordings() or (wordings(move, able) if move and able else {})
    return render_template(
        "dossiers/bulk.html",
        position=position,
        able=able,
        unable=[each for each in found if not each.is_able],
        move=move,
        move_key=request.form.get("move", ""),
        words=words,
        examples={language: example(each, words) for language, each in readers.items()},
        reasons=reasons_for(move, reasons_of(position)) if move else [],
        problem=spoken(refusal.sentence) if refusal else "",
        is_unexplained=isinstance(refusal, Unexplained),
        reason=request.form.get("reason", ""),
        reason_text=request.form.get("reason_text", ""),
    )


def example(each: Prospect, words: dict[str, Wording]) -> Wording | None:
    """The message as this candidate will read it."""
    wording = words.get(each.application.candidate.language)
    if wording is None or each.move is None:
        return None
    why = applicant_reason(
        each.application.position, request.form.get("reason", ""), each.application.candidate.language
    )
    is_named = knows_name(standing(), each.application)
    return filled_for(each.application, wording, move=each.move, reason=why, now=now(), is_named=is_named)


@blueprint.get("/desk/positions/<position_id>/applications/moved/<batch_id>")
@requires(May.LIST_APPLICATIONS, POSITION)
def bulk_done(position: Position, batch_id: str) -> str:
    moved = batch(position, batch_id, by=somebody())
    if not moved:
        abort(404)
    return render_template(
        "dossiers/bulk_done.html",
        position=position,
        batch_id=batch_id,
        count=sum(one.undone_at is None for one in moved),
        undone=sum(one.undone_at is not None for one in moved),
        undo_until=min((one.undo_until for one in moved if one.undo_until), default=None),
        now=now(),
        target=moved[0].to_stage,
    )


@blueprint.post("/desk/positions/<position_id>/applications/moved/<batch_id>/undo")
@requires(May.LIST_APPLICATIONS, POSITION)
def bulk_undo(position: Position, batch_id: str) -> Response:
    if not batch(position, batch_id, by=somebody()):
        abort(404)
    count = undo_all(position, batch_id, by=somebody(), who=standing(), now=now())
    flash(ngettext("%(num)s move was undone; no message goes.", "%(num)s moves were undone; no message goes.", count))
    return redirect(url_for("dossiers.position", position_id=position.id), 303)

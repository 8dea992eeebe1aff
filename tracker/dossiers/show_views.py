"""The dossier page, its documents and letters."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers.response import Response

from tracker.applications.drafts import form_of
from tracker.applications.moving import need_counts
from tracker.applications.queries import (
    visible_application,
    with_own_conflict,
    with_own_themes,
    with_position,
)
from tracker.comments.queries import Desk
from tracker.committee.gates import gate
from tracker.dossiers.around import around, note_visit
from tracker.dossiers.blueprint import blueprint
from tracker.dossiers.documents import file_questions, shown_name, without_metadata
from tracker.dossiers.dossier import dossier
from tracker.dossiers.moves import moves_of, ways_of
from tracker.dossiers.parts import Extra
from tracker.dossiers.sides import face, sides
from tracker.dossiers.trail import trail
from tracker.models import Application, Document, DocumentState, Letter, LetterState, Position, Review
from tracker.models import ReviewState as State
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.positions.queries import visible_positions
from tracker.reviews.queries import next_to_review
from tracker.rules.audiences import audiences
from tracker.rules.facets import Facet, facets
from tracker.rules.permissions import May
from tracker.rules.policy import can, judges
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody, standing
from tracker.web.pages import attachment


def readable(who: Standing) -> Select[Application]:
    """With what a dossier needs, in one query; the position's long texts stay where they are.

    Where one has a seat, rules seldom look at themes or assignments, and ask for them themselves when they do.
    """
    themes = [with_own_themes(who)] if who.themes and not who.seats else []
    return visible_application(who).options(
        with_position(*themes), joinedload(Application.stage), joinedload(Application.candidate), with_own_conflict(who)
    )


def movable(who: Standing) -> Select[Application]:
    """With what a move needs, in one query."""
    return visible_application(who).options(
        with_position(), joinedload(Application.stage), joinedload(Application.candidate), with_own_conflict(who)
    )


APPLICATION = Thing("application", readable)
MOVED = Thing("application", movable, is_changed=True)
POSITION = Thing("position", visible_positions)
View = Callable[..., Any]


def past_the_door(view: View) -> View:
    """Only once conflicts are declared, or an administrator's reason is given: to that page, and back from there."""

    @wraps(view)
    def guarded(application: Application, **rest: Any) -> Any:
        if gate(standing(), application, now()) is not None:
            if request.method != "GET":
                abort(403)
            return redirect(
                url_for("committee.open", application_id=application.id, next=request.full_path.removesuffix("?"))
            )
        return view(application=application, **rest)

    return guarded


@blueprint.get("/desk/applications/<application_id>")
@requires(May.VIEW_APPLICATION, APPLICATION)
@past_the_door
def show(application: Application) -> Any:
    moment = now()
    beside = around(standing(), application, trail(), moment)
    if not beside.was_here:
        note_visit(application, by=somebody(), now=moment)
    return render_template("dossiers/show.html", beside=beside, **page_of(application, moment))


def page_of(application: Application, moment: datetime) -> dict[str, Any]:
    """What the page is made of: the dossier, and what this reader can do with it."""
    who = standing()
    ways, view = ways_of(who, application), request.args.get("view", "")
    history = {Extra.ENTRIES, Extra.NAMES} if view == "history" else set()
    extra = frozenset(history | ({Extra.COUNTS} if need_counts(ways) else set()))
    found = dossier(application, who, somebody(), now=moment, edit_time=edit_time(), extra=extra)
    return {
        "dossier": found,
        "moves": moves_of(who, application, ways, found.counts),
        "desk": Desk(
            audiences=audiences(who, application),
            edit_minutes=current_app.config["TRACKER"].comment_edit_minutes,
        ),
        "can_reopen": can(who, May.REOPEN_REVIEW, application),
        "declares": judges(who, application),
        "sides": sides(found),
        "face": face(found, view),
        "opened": next((one for one in found.documents if one.id == view), None),
    }


def edit_time() -> timedelta:
    return timedelta(minutes=current_app.config["TRACKER"].comment_edit_minutes)


@blueprint.get("/desk/applications/<application_id>/documents/<document_id>")
@requires(May.VIEW_APPLICATION, APPLICATION)
@past_the_door
def document(application: Application, document_id: str) -> Response:
    seen = _seen(application)
    found = db.session.scalars(
        select(Document).where(
            Document.id == document_id,
            Document.application_id == application.id,
            Document.state == DocumentState.READY,
        )
    ).one_or_none()
    if found is None or found.question not in file_questions(form_of(application), seen):
        abort(404)
    name = shown_name(found.file_name, found.question, seen, application.code)
    return _file(found.storage_key, name, seen)


@blueprint.get("/desk/applications/<application_id>/letters/<letter_id>")
@requires(May.VIEW_APPLICATION, APPLICATION)
@past_the_door
def letter(application: Application, letter_id: str) -> Response:
    seen = _seen(application)
    found = db.session.scalars(
        select(Letter).where(
            Letter.id == letter_id, Letter.application_id == application.id, Letter.state == LetterState.RECEIVED
        )
    ).one_or_none()
    if found is None or found.storage_key is None or Facet.LETTERS not in seen:
        abort(404)
    return _file(found.storage_key, f"{application.code}-letter-{found.id}.pdf", seen)


def _seen(application: Application) -> frozenset[Facet]:
    done = db.session.scalar(
        select(Review.id).where(
            Review.application_id == application.id,
            Review.reviewer_id == somebody().id,
            Review.state != State.DRAFT,
        )
    )
    return facets(standing(), application, own_review_in=done is not None)


def _file(key: str, name: str, seen: frozenset[Facet]) -> Response:
    """Shown in a frame that can do nothing; with `?download`, to keep."""
    data: bytes | None = storage.read(key)
    if Facet.IDENTITY not in seen:
        data = without_metadata(data or b"")
    if data is None:
        abort(404)
    return attachment(data, name, "application/pdf", inline="download" not in request.args)


@blueprint.get("/desk/positions/<position_id>/applications/next")
@requires(May.LIST_APPLICATIONS, POSITION)
def next_one(position: Position) -> Response:
    """To the application this reader should review next: theirs first, then the one with the fewest reviews."""
    found = next_to_review(standing(), position.id)
    if found is None:
        return redirect(url_for("dossiers.position", position_id=position.id))
    return redirect(url_for("dossiers.show", application_id=found))

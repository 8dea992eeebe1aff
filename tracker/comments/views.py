"""Writing, changing and withdrawing comments; and the names one may call upon."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers.response import Response

from tracker.applications.queries import visible_application, with_own_conflict, with_position
from tracker.comments import actions
from tracker.comments.names import audience_hint, audience_name
from tracker.comments.queries import Desk, who_reads
from tracker.models import Application, Audience, Comment
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.audiences import audiences
from tracker.rules.facets import knows_name
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, NotAllowedNow, Refusal, Stale
from tracker.rules.roles import Standing
from tracker.rules.search_text import search_text
from tracker.web.access import Thing, requires, somebody, standing

blueprint = Blueprint("comments", __name__)
blueprint.app_template_global()(audience_name)
blueprint.app_template_global()(audience_hint)
OFFERED = 8


def readable(who: Standing) -> Select[Application]:
    return visible_application(who).options(joinedload(Application.position), joinedload(Application.stage))


def discussed(who: Standing) -> Select[Application]:
    """With what a new comment needs, in one query."""
    return visible_application(who).options(with_position(), joinedload(Application.stage), with_own_conflict(who))


APPLICATION = Thing("application", readable)
DISCUSSED = Thing("application", discussed)


@blueprint.post("/desk/applications/<application_id>/comments")
@requires(May.COMMENT, DISCUSSED)
def write(application: Application) -> Any:
    audience = _audience(request.form.get("audience", ""))
    text = request.form.get("text", "")
    try:
        actions.write(application, text, audience=audience, by=somebody(), now=now())
    except Invalid as refusal:
        return _again(application, refusal, text, audience)
    if audience is Audience.CANDIDATE:
        minutes = current_app.config["TRACKER"].comment_edit_minutes
        flash(
            _(
                "Your message goes to the candidate in %(minutes)s minutes. Until then you can change it.",
                minutes=minutes,
            ),
            "success",
        )
    else:
        flash(_("Your comment is there."), "success")
    return _back(application)


@blueprint.post("/desk/applications/<application_id>/comments/<comment_id>")
@requires(May.COMMENT, APPLICATION)
def edit(application: Application, comment_id: str) -> Any:
    comment = _mine(application, comment_id)
    text = request.form.get("text", "")
    try:
        actions.edit(comment, application, text, version=_version(), by=somebody(), now=now())
    except (Invalid, NotAllowedNow, Stale) as refusal:
        return _edit_again(application, comment, refusal, text)
    flash(_("Your comment is changed."), "success")
    return _back(application)


@blueprint.post("/desk/applications/<application_id>/comments/<comment_id>/withdraw")
@requires(May.COMMENT, APPLICATION)
def withdraw(application: Application, comment_id: str) -> Response:
    comment = _mine(application, comment_id)
    actions.withdraw(comment, application, version=_version(), by=somebody(), now=now())
    flash(_("Your comment is withdrawn."), "success")
    return _back(application)


@blueprint.get("/desk/applications/<application_id>/comments/people")
@requires(May.COMMENT, APPLICATION)
def people(application: Application) -> Response:
    """Names that may follow an @: of those who may read a comment to this audience, and of nobody else."""
    audience = _audience(request.args.get("audience", ""))
    wanted = search_text(request.args.get("q", "")[:100])
    found = [one.person.name for one in who_reads(application, audience) if wanted in search_text(one.person.name)]
    return jsonify([name for name in found if name != somebody().name][:OFFERED])


def _audience(raw: str) -> Audience:
    if raw not in set(Audience):
        abort(422)
    return Audience(raw)


def _version() -> int:
    raw = request.form.get("version", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else -1


def _mine(application: Application, comment_id: str) -> Comment:
    """One's own comment; another's is as if it were not there."""
    comment = db.session.scalars(
        select(Comment).where(
            Comment.id == comment_id,
            Comment.application_id == application.id,
            Comment.author_id == somebody().id,
        )
    ).one_or_none()
    if comment is None:
        abort(404)
    return comment


def _back(application: Application) -> Response:
    return redirect(url_for("dossiers.show", application_id=application.id, _anchor="comments"), 303)


def _again(application: Application, refusal: Refusal, text: str, audience: Audience) -> tuple[str, int]:
    desk = Desk(
        audiences=audiences(standing(), application),
        edit_minutes=current_app.config["TRACKER"].comment_edit_minutes,
        text=text,
        audience=audience,
        error=spoken(refusal.sentence),
    )
    return render_template("comments/write.html", desk=desk, **_place(application)), refusal.status


def _edit_again(application: Application, comment: Comment, refusal: Refusal, text: str) -> tuple[str, int]:
    db.session.refresh(comment)
    page = render_template(
        "comments/edit.html", comment=comment, text=text, error=spoken(refusal.sentence), **_place(application)
    )
    return page, refusal.status


def _place(application: Application) -> dict[str, Any]:
    """What these pages show of the application: its name or its code, never more."""
    named = knows_name(standing(), application)
    return {
        "application_id": application.id,
        "title": application.name if named else application.code,
        "position_id": application.position_id,
        "reference": application.position.reference,
    }

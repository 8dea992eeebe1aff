"""The check page, sending once, and the receipt."""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, redirect, render_template, url_for
from werkzeug.wrappers.response import Response as Redirect

from tracker.applications import actions, receipt
from tracker.applications.blueprint import OWN, OWN_ANSWERED, OWN_CHANGED, blueprint
from tracker.applications.drafts import draft_of
from tracker.models import Application
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.rules.permissions import May
from tracker.rules.refusals import Refusal
from tracker.rules.sentences import Sentence
from tracker.rules.submission import deadline_of, refuse_submit
from tracker.web.access import requires, somebody
from tracker.web.pages import attachment


@blueprint.get("/applications/<application_id>/check")
@requires(May.EDIT_APPLICATION, OWN_ANSWERED)
def check(application: Application) -> str | Redirect:
    """Everything as it will be sent, and everything that is missing."""
    if application.submitted_at is not None:
        return redirect(url_for("applications.receipt", application_id=application.id), 303)
    return _page(application, refusal=_obstacle(application))


@blueprint.post("/applications/<application_id>/submit")
@requires(May.EDIT_APPLICATION, OWN_CHANGED)
def submit(application: Application) -> Any:
    try:
        actions.submit(application, by=somebody(), now=now())
    except actions.Incomplete as refusal:
        return _refused(application, refusal, None)
    except Refusal as refusal:
        return _refused(application, refusal, refusal.sentence)
    return redirect(url_for("applications.receipt", application_id=application.id), 303)


def _refused(application: Application, refusal: Refusal, sentence: Sentence | None) -> tuple[str, int]:
    """The check page says why; nothing was changed."""
    db.session.rollback()
    return _page(application, refusal=sentence, tried=True), refusal.status


def _obstacle(application: Application) -> Sentence | None:
    try:
        refuse_submit(application, now())
    except Refusal as refusal:
        return refusal.sentence
    return None


def _page(application: Application, *, refusal: Sentence | None, tried: bool = False) -> str:
    draft = draft_of(application)
    return render_template(
        "applications/check.html",
        application=application,
        draft=draft,
        problems=draft.problems,
        refusal=refusal,
        tried=tried,
        verified=somebody().email_verified_at is not None,
        deadline=deadline_of(application.position, application),
    )


@blueprint.get("/applications/<application_id>/receipt", endpoint="receipt")
@requires(May.VIEW_OWN_APPLICATION, OWN)
def receipt_page(application: Application) -> str:
    if application.submitted_at is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("applications/receipt.html", application=application)


@blueprint.get("/applications/<application_id>/receipt.pdf")
@requires(May.VIEW_OWN_APPLICATION, OWN_ANSWERED)
def receipt_pdf(application: Application) -> Response:
    """A copy of what was sent, to keep."""
    if application.submitted_at is None:
        abort(HTTPStatus.NOT_FOUND)
    data = receipt.pdf_of(draft_of(application))
    return attachment(data, f"{application.position.reference} {application.code}.pdf", "application/pdf")

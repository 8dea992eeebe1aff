"""Documents, for their owner alone: state while it is checked, to look at, to keep."""

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response as Redirect

from tracker.applications.asked import Asked
from tracker.applications.blueprint import OWN_DOCUMENT, blueprint
from tracker.applications.drafts import draft_of
from tracker.models import Application, Document, DocumentState
from tracker.plumbing import storage
from tracker.plumbing.database import db
from tracker.rules.permissions import May
from tracker.web.access import requires
from tracker.web.pages import attachment


@blueprint.get("/documents/<document_id>")
@requires(May.HAVE_APPLICATIONS, OWN_DOCUMENT)
def document(document: Document) -> Response:
    """The file: to keep, or with ?view to look at. What has not passed the check is not given out."""
    if document.state is not DocumentState.READY:
        abort(404)
    try:
        data = storage.open_stream(document.storage_key)
    except storage.Missing:
        abort(404)
    return attachment(data, document.file_name, "application/pdf", inline="view" in request.args)


@blueprint.get("/documents/<document_id>/state")
@requires(May.HAVE_APPLICATIONS, OWN_DOCUMENT)
def document_state(document: Document) -> str | Redirect:
    """The piece of the page that waits for the check."""
    application = db.session.get_one(Application, document.application_id)
    draft = draft_of(application)
    question = draft.form.question(document.question)
    section = draft.form.section_of(question.key)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("applications.section", application_id=application.id, section=section.key), 303)
    asked = Asked(question, None, 0, files=draft.files_of(question.key))
    return render_template("applications/_files.html", application=application, one=asked, step=section)

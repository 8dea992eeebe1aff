"""HR's editor of messages, and the administrator's outbox."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.messages import actions
from tracker.messages.forms import NewMessageForm, WordingForm
from tracker.messages.previews import previews, rows
from tracker.messages.queries import Wanted, counts, moves_that_send, outbox, templates, visible_messages
from tracker.messages.reading import as_shown, note_reading
from tracker.models import Message, MessageState, MessageTemplate
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.keys import key_of
from tracker.rules.message_names import message_name
from tracker.rules.permissions import May
from tracker.rules.placeholders import PLACEHOLDERS
from tracker.rules.refusals import Invalid, Stale
from tracker.web.access import Thing, requires, somebody, standing
from tracker.web.pages import is_fragment

blueprint = Blueprint("messages", __name__)
TEMPLATE = Thing("template", templates)
MESSAGE = Thing("message", visible_messages)
NUMBER = "<int(max=9007199254740991):message_id>"
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@blueprint.get("/desk/messages", endpoint="templates")
@requires(May.MANAGE_DESIGNS)
def template_list() -> str:
    found = db.session.scalars(templates(standing())).all()
    return render_template("messages/templates.html", templates=found, senders=moves_that_send(), name_of=message_name)


@blueprint.route("/desk/messages/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS)
def new() -> str | Response | tuple[str, int]:
    form = NewMessageForm()
    if form.validate_on_submit() and request.form.get("act") != "preview":
        try:
            template = actions.add_template(
                key_of(form.name.data or "", "message"), subject=form.subject, body=form.body, by=somebody(), now=now()
            )
        except Invalid as refusal:
            form.name.errors = [spoken(refusal.sentence)]
        else:
            flash(_("The message is ready. Let a move of a workflow send it."), "success")
            return redirect(url_for("messages.edit", template_id=template.id), 303)
    return _editor(form, None), 422 if form.errors else 200


@blueprint.route("/desk/messages/<template_id>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, TEMPLATE)
def edit(template: MessageTemplate) -> str | Response | tuple[str, int]:
    form = WordingForm.of(template)
    if request.form.get("act") == "preview" or not form.validate_on_submit():
        return _editor(form, template), 422 if form.errors else 200
    seen = form.seen.data or ""
    try:
        changed = actions.reword(template, subject=form.subject, body=form.body, version=seen, by=somebody(), now=now())
    except Stale:
        form.seen.data = str(template.version)
        return _editor(form, template, theirs=template), 409
    flash(_("Saved.") if changed else _("Nothing was different, so nothing was changed."), "success")
    return redirect(url_for("messages.edit", template_id=template.id), 303)


def _editor(form: WordingForm, template: MessageTemplate | None, theirs: MessageTemplate | None = None) -> str:
    row = request.values.get("row", "")
    values = {
        "form": form,
        "template": template,
        "theirs": theirs,
        "placeholders": PLACEHOLDERS,
        "previews": previews(form.subject, form.body, row=row, who=standing(), now=now()),
        "rows": rows(standing()),
        "row": row,
        "name_of": message_name,
        "senders": moves_that_send().get(template.key, []) if template else [],
    }
    part = is_fragment() and request.form.get("act") == "preview"
    return render_template("messages/_preview.html" if part else "messages/edit.html", **values)


@blueprint.get("/desk/outbox", endpoint="outbox")
@requires(May.READ_OUTBOX)
def ledger() -> str:
    state = request.args.get("state", "")
    before = request.args.get("before", "")
    wanted = Wanted(
        state=MessageState(state) if state in set(MessageState) else None,
        text=request.args.get("text", "").strip()[:200],
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )
    found, after = outbox(standing(), wanted)
    return render_template(
        "messages/outbox.html", rows=found, after=after, wanted=wanted, counts=counts(standing()), name_of=message_name
    )


@blueprint.get(f"/desk/outbox/{NUMBER}")
@requires(May.READ_OUTBOX, MESSAGE)
def message(message: Message) -> str:
    note_reading(message, by=somebody(), now=now())
    text = as_shown(message.text, current_app.config["TRACKER"])
    return render_template("messages/message.html", message=message, text=text, name_of=message_name)


@blueprint.get(f"/desk/outbox/{NUMBER}/html")
@requires(May.READ_OUTBOX, MESSAGE)
def message_html(message: Message) -> Response:
    response = current_app.make_response(as_shown(message.html, current_app.config["TRACKER"]))
    response.headers["Content-Security-Policy"] = MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.post(f"/desk/outbox/{NUMBER}/retry")
@requires(May.READ_OUTBOX, MESSAGE)
def retry(message: Message) -> Response:
    actions.retry(message, by=somebody(), now=now())
    flash(_("The message is on its way again."), "success")
    return redirect(url_for("messages.message", message_id=message.id), 303)


@blueprint.post(f"/desk/outbox/{NUMBER}/cancel")
@requires(May.READ_OUTBOX, MESSAGE)
def cancel(message: Message) -> Response:
    actions.cancel(message, by=somebody(), now=now())
    flash(_("The message will not be sent."), "success")
    return redirect(url_for("messages.message", message_id=message.id), 303)

"""The list of forms and the pages of one form: composing, reading a version, changes."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.forms import actions
from tracker.forms.blueprint import FORM, blueprint
from tracker.forms.comparison import changes
from tracker.forms.forms import NewFormForm, RenameForm
from tracker.forms.queries import forms, mistakes_of, uses_by_version, uses_of, version_numbered
from tracker.models import ApplicationForm, FormVersion
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said
from tracker.rules.permissions import May
from tracker.rules.question_names import TYPE_NAMES, limit_said
from tracker.rules.questions import QuestionType
from tracker.web.access import requires, somebody, standing


@blueprint.get("/desk/forms")
@requires(May.MANAGE_DESIGNS)
def index() -> str:
    found = db.session.scalars(forms(standing())).all()
    uses = uses_by_version()
    rows = [(form, actions.latest(form), sum(uses.get(one.id, 0) for one in form.versions)) for form in found]
    rows.sort(key=lambda row: (row[0].archived_at is not None, said(row[0].name).casefold()))
    return render_template("forms/index.html", rows=rows, count_of=count_of)


@blueprint.route("/desk/forms/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS)
def new() -> str | Response | tuple[str, int]:
    form = NewFormForm(source=request.args.get("source", ""))
    sources = {actions.latest(one).id: actions.latest(one) for one in db.session.scalars(forms(standing()))}
    form.source.choices = [("", _("Nothing: an empty form"))] + [
        (key, _("A copy of “%(name)s”", name=said(version.form.name))) for key, version in sources.items()
    ]
    if not form.validate_on_submit():
        return render_template("forms/new.html", form=form), 422 if form.errors else 200
    begun = actions.begin(form.words, source=sources.get(form.source.data or ""), by=somebody(), now=now())
    flash(_("The form is there. Now compose it."), "success")
    return redirect(url_for("forms.show", form_id=begun.id), 303)


@blueprint.get("/desk/forms/<form_id>")
@requires(May.MANAGE_DESIGNS, FORM)
def show(form: ApplicationForm) -> str:
    return composer(form, version_numbered(form, request.args.get("version", "")) or abort(404))


def composer(form: ApplicationForm, version: FormVersion, *, stale: bool = False) -> str:
    """The page of a version: open to change, or to be read."""
    is_open = version is actions.latest(form)
    return render_template(
        "forms/show.html",
        form=form,
        version=version,
        is_open=is_open,
        stale=stale,
        mistakes=mistakes_of(version),
        removed=version.content.get("removed", []) if is_open else [],
        uses=uses_of(form),
        **vocabulary(),
    )


def vocabulary() -> dict[str, Any]:
    return {"types": QuestionType, "type_names": TYPE_NAMES, "limit_said": limit_said, "count_of": count_of}


def count_of(version: FormVersion) -> tuple[int, int]:
    """How many sections and questions it has."""
    sections = version.content.get("sections", [])
    return len(sections), sum(len(section.get("questions", [])) for section in sections)


@blueprint.route("/desk/forms/<form_id>/name", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, FORM)
def rename(form: ApplicationForm) -> str | Response | tuple[str, int]:
    editor = RenameForm() if request.method == "POST" else RenameForm.of(form.name)
    if not editor.validate_on_submit():
        return render_template("forms/rename.html", form=form, editor=editor), 422 if editor.errors else 200
    db.session.refresh(form, with_for_update=True)
    if editor.is_behind(stored := RenameForm.of(form.name)):
        return render_template("forms/rename.html", form=form, editor=editor, stored=stored), 409
    actions.rename(form, editor.words, by=somebody(), now=now())
    flash(_("The form has another name."), "success")
    return redirect(url_for("forms.show", form_id=form.id), 303)


@blueprint.post("/desk/forms/<form_id>/archive")
@requires(May.MANAGE_DESIGNS, FORM)
def archive(form: ApplicationForm) -> Response:
    actions.archive(form, by=somebody(), now=now())
    flash(_("“%(name)s” is put away. Positions that use it keep it.", name=said(form.name)), "success")
    return redirect(url_for("forms.index"), 303)


@blueprint.post("/desk/forms/<form_id>/restore")
@requires(May.MANAGE_DESIGNS, FORM)
def restore(form: ApplicationForm) -> Response:
    actions.restore(form, by=somebody(), now=now())
    flash(_("New positions can choose “%(name)s” again.", name=said(form.name)), "success")
    return redirect(url_for("forms.show", form_id=form.id), 303)


@blueprint.get("/desk/forms/<form_id>/changes")
@requires(May.MANAGE_DESIGNS, FORM)
def changes_of(form: ApplicationForm) -> str:
    """Each version beside the one before it, the newest first."""
    pairs = list(zip(form.versions[1:], form.versions, strict=False))
    steps = [(later, changes(earlier.content, later.content)) for later, earlier in reversed(pairs)]
    return render_template("forms/changes.html", form=form, steps=steps, first=form.versions[0], count_of=count_of)

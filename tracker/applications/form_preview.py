"""HR's look at a form as its candidates will be asked it: drawn by the same hand, so that the two cannot differ."""

from flask import abort, render_template, request

from tracker.applications.asked import Asked
from tracker.applications.blueprint import blueprint
from tracker.forms.queries import forms, mistakes_of, version_numbered
from tracker.models import ApplicationForm
from tracker.rules.permissions import May
from tracker.rules.questions import Form
from tracker.web.access import Thing, requires

FORM = Thing("form", forms)


@blueprint.get("/desk/forms/<form_id>/preview")
@requires(May.MANAGE_DESIGNS, FORM)
def preview(form: ApplicationForm) -> str:
    version = version_numbered(form, request.args.get("version", "")) or abort(404)
    steps = [
        (section, [Asked(question, None, 0, blank_rows=1) for question in section.questions])
        for section in Form.composed(version.content).sections
    ]
    return render_template(
        "applications/form_preview.html", form=form, version=version, mistakes=mistakes_of(version), steps=steps
    )

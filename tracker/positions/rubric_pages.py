"""The pages where HR writes rubrics and the reasons for a rejection."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select

from tracker.models import Rubric
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.positions import reasons as house_reasons
from tracker.positions import rubrics as house_rubrics
from tracker.positions.blueprint import blueprint
from tracker.positions.criteria_forms import ReasonsForm, RubricForm
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, Stale
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody

LEVELS = 5


def every_rubric(who: Standing) -> Select[Rubric]:
    return select(Rubric)


RUBRIC = Thing("rubric", every_rubric)


@blueprint.get("/desk/rubrics")
@requires(May.MANAGE_DESIGNS)
def rubrics() -> str:
    return render_template(
        "positions/rubrics.html", rubrics=house_rubrics.rubrics(), reasons=house_reasons.reasons_of_the_house()
    )


@blueprint.route("/desk/rubrics/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS)
def new_rubric() -> Any:
    form = RubricForm()
    if request.method == "GET":
        form.add_blank(LEVELS)
        return _page(form, None)
    return _save(form, None)


@blueprint.route("/desk/rubrics/<rubric_id>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, RUBRIC)
def rubric(rubric: Rubric) -> Any:
    form = RubricForm()
    if request.method == "GET":
        form.fill(rubric, house_rubrics.scale_of(rubric))
        return _page(form, rubric)
    return _save(form, rubric)


@blueprint.route("/desk/rubrics/reasons", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS)
def reasons() -> Any:
    form = ReasonsForm()
    if request.method == "GET":
        form.show(house_reasons.reasons_of_the_house())
        form.reasons.append_entry({"rejected": True})
        return _reasons_page(form)
    if not form.validate():
        return _reasons_page(form, 422)
    try:
        house_reasons.save_reasons(form.contents, seen=form.seen.data or "", by=somebody(), now=now())
    except Stale:
        form.seen.data = house_reasons.mark_of(house_reasons.reasons_of_the_house())
        return _reasons_page(form, 409)
    except Invalid as refusal:
        form.form_errors.append(spoken(refusal.sentence))
        return _reasons_page(form, 422)
    flash(_("The reasons were saved. Published positions keep the list they have."), "success")
    return redirect(url_for("positions.reasons"), 303)


def _save(form: RubricForm, rubric: Rubric | None) -> Any:
    if request.form.get("add"):
        form.add_blank(house_rubrics.scale_of(rubric) if rubric else LEVELS)
        return _page(form, rubric)
    if not form.validate():
        return _page(form, rubric, 422)
    try:
        kept = house_rubrics.save_rubric(
            rubric, name=form.name, drafts=form.drafts, version=form.seen_version, by=somebody(), now=now()
        )
    except Stale:
        assert rubric is not None
        form.version.data = str(rubric.version)
        stored = RubricForm(formdata=None)
        stored.fill(rubric, house_rubrics.scale_of(rubric))
        return _page(form, rubric, 409, stored=stored)
    except Invalid as refusal:
        form.form_errors.append(spoken(refusal.sentence))
        return _page(form, rubric, 422)
    flash(_("The rubric was saved. Positions have their own copy and were not changed."), "success")
    return redirect(url_for("positions.rubric", rubric_id=kept.id), 303)


def _page(form: RubricForm, rubric: Rubric | None, status: int = 200, *, stored: RubricForm | None = None) -> Any:
    return render_template("positions/rubric.html", form=form, rubric=rubric, stored=stored), status


def _reasons_page(form: ReasonsForm, status: int = 200) -> Any:
    stored = house_reasons.reasons_of_the_house() if status == HTTPStatus.CONFLICT else None
    return render_template("positions/reasons.html", form=form, stored=stored), status

"""HR's editor of workflows: the picture, and beside it the stage or move that is being changed."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.models import Stage, Workflow
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said
from tracker.rules.conditions import DESCRIBED
from tracker.rules.message_names import message_name
from tracker.rules.permissions import May
from tracker.rules.refusals import Stale
from tracker.rules.workflow_names import KIND_NAMES, MOVER_NAMES
from tracker.web.access import Thing, requires, somebody, standing
from tracker.web.forms import Form
from tracker.workflows import actions, editing
from tracker.workflows.drawing import draw
from tracker.workflows.editing import Change, MoveParts, moves_by_key
from tracker.workflows.forms import CopyForm, MoveForm, StageForm, WorkflowForm, pair
from tracker.workflows.queries import message_keys, mistakes_of, use_counts, uses_of, workflows

blueprint = Blueprint("workflows", __name__)
WORKFLOW = Thing("workflow", workflows)
Answer = str | Response | tuple[str, int]
BASE = "/desk/workflows/<workflow_id>"


@blueprint.get("/desk/workflows")
@requires(May.MANAGE_DESIGNS)
def index() -> str:
    found = list(db.session.scalars(workflows(standing())).unique())
    found.sort(key=lambda one: (one.archived_at is not None, said(one.name).casefold()))
    messages = message_keys()
    wrong = {one.id: len(mistakes_of(one, messages)) for one in found}
    return render_template("workflows/index.html", workflows=found, wrong=wrong, uses=use_counts())


@blueprint.route("/desk/workflows/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS)
def new() -> Answer:
    """Always a copy of one that works: nobody has to begin with an empty page."""
    sources = {one.id: one for one in db.session.scalars(workflows(standing())).unique()}
    form = CopyForm(source=request.args.get("source", ""))
    form.source.choices = [(key, said(one.name)) for key, one in sources.items()]
    if not form.validate_on_submit():
        return render_template("workflows/new.html", form=form), 422 if form.errors else 200
    copy = actions.copy_as(sources[form.source.data], name=pair(form, "name"), by=somebody(), now=now())
    flash(_("The workflow is there. Change what differs."), "success")
    return redirect(url_for("workflows.show", workflow_id=copy.id), 303)


@blueprint.get(BASE)
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def show(workflow: Workflow) -> str:
    return _page(workflow)


def _page(workflow: Workflow, panel: str = "about", **values: Any) -> str:
    messages = message_keys()
    with_back = request.args.get("back") == "1"
    return render_template(
        "workflows/show.html",
        workflow=workflow,
        drawing=draw(workflow, with_back=with_back),
        with_back=with_back,
        mistakes=mistakes_of(workflow, messages),
        uses=uses_of(workflow),
        moves=moves_by_key(workflow),
        panel=panel,
        kind_names=KIND_NAMES,
        mover_names=MOVER_NAMES,
        described=DESCRIBED,
        name_of=message_name,
        **values,
    )


def _change(form: Form | None = None) -> Change:
    seen = str(form["seen"].data or "") if form is not None else request.form.get("seen", "")
    return Change(seen=seen, by=somebody(), now=now())


def _back_to(workflow: Workflow) -> Response:
    return redirect(url_for("workflows.show", workflow_id=workflow.id, back=request.args.get("back")), 303)


@blueprint.route(f"{BASE}/name", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def rename(workflow: Workflow) -> Answer:
    form = WorkflowForm(
        name_en=workflow.name.get("en", ""),
        name_nl=workflow.name.get("nl", ""),
        description_en=workflow.description.get("en", ""),
        description_nl=workflow.description.get("nl", ""),
        seen=str(workflow.version),
    )
    if not form.validate_on_submit():
        return _page(workflow, "name", form=form), 422 if form.errors else 200
    try:
        editing.rename(workflow, name=form.name, description=form.description, change=_change(form))
    except Stale:
        return _stale(workflow, "name", form)
    return _back_to(workflow)


@blueprint.route(f"{BASE}/stages/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def new_stage(workflow: Workflow) -> Answer:
    return _edit_stage(workflow, None)


@blueprint.route(f"{BASE}/stages/<stage>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def edit_stage(workflow: Workflow, stage: str) -> Answer:
    return _edit_stage(workflow, _stage(workflow, stage))


def _edit_stage(workflow: Workflow, stage: Stage | None) -> Answer:
    form = StageForm.of(stage, seen=workflow.version)
    if not form.validate_on_submit():
        return _page(workflow, "stage", form=form, stage=stage), 422 if form.errors else 200
    try:
        saved = editing.save_stage(workflow, stage, form.facts, _change(form))
    except Stale:
        return _stale(workflow, "stage", form, stage=stage)
    flash(_("The stage “%(name)s” is saved.", name=said(saved.label)), "success")
    return _back_to(workflow)


@blueprint.post(f"{BASE}/stages/<stage>/shift")
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def shift_stage(workflow: Workflow, stage: str) -> Answer:
    by = -1 if request.form.get("way") == "up" else 1
    found = _stage(workflow, stage)
    try:
        editing.shift_stage(workflow, found, by, _change())
    except Stale:
        return _stale(workflow, "about", None)
    return redirect(url_for("workflows.edit_stage", workflow_id=workflow.id, stage=stage), 303)


@blueprint.post(f"{BASE}/stages/<stage>/remove")
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def remove_stage(workflow: Workflow, stage: str) -> Answer:
    found = _stage(workflow, stage)
    name = said(found.label)
    try:
        editing.remove_stage(workflow, found, _change())
    except Stale:
        return _stale(workflow, "about", None)
    flash(_("The stage “%(name)s” and its moves are gone.", name=name), "success")
    return _back_to(workflow)


@blueprint.route(f"{BASE}/moves/new", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def new_move(workflow: Workflow) -> Answer:
    return _edit_move(workflow, None)


@blueprint.route(f"{BASE}/moves/<move>", methods=["GET", "POST"])
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def edit_move(workflow: Workflow, move: str) -> Answer:
    if move not in moves_by_key(workflow):
        abort(404)
    return _edit_move(workflow, move)


def _edit_move(workflow: Workflow, key: str | None) -> Answer:
    start = request.args.get("from", "")
    form = MoveForm.of(workflow, parts_of(workflow, key), messages=message_keys(), start=start)
    if not form.validate_on_submit():
        return _page(workflow, "move", form=form, move=key), 422 if form.errors else 200
    try:
        editing.save_move(workflow, key, form.parts, _change(form))
    except Stale:
        return _stale(workflow, "move", form, move=key)
    flash(_("The move “%(name)s” is saved.", name=said(form.parts.label)), "success")
    return _back_to(workflow)


def parts_of(workflow: Workflow, key: str | None) -> MoveParts | None:
    """A move as its editor shows it: one, with all the stages it starts from."""
    rows = moves_by_key(workflow).get(key or "")
    if not rows:
        return None
    first = rows[0]
    return MoveParts(
        sources=tuple(row.from_stage.key for row in rows),
        target=first.to_stage.key,
        label=first.label,
        by=tuple(first.by),
        conditions=tuple(first.conditions),
        asks_reason=first.asks_reason,
        message_key=first.message_key,
        style=first.style,
    )


@blueprint.post(f"{BASE}/moves/<move>/remove")
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def remove_move(workflow: Workflow, move: str) -> Answer:
    if move not in moves_by_key(workflow):
        abort(404)
    try:
        editing.remove_move(workflow, move, _change())
    except Stale:
        return _stale(workflow, "about", None)
    flash(_("The move is gone."), "success")
    return _back_to(workflow)


@blueprint.post(f"{BASE}/archive")
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def archive(workflow: Workflow) -> Response:
    actions.archive(workflow, by=somebody(), now=now())
    flash(_("“%(name)s” is put away. Positions that use it keep it.", name=said(workflow.name)), "success")
    return redirect(url_for("workflows.index"), 303)


@blueprint.post(f"{BASE}/restore")
@requires(May.MANAGE_DESIGNS, WORKFLOW)
def restore(workflow: Workflow) -> Response:
    actions.restore(workflow, by=somebody(), now=now())
    flash(_("New positions can choose “%(name)s” again.", name=said(workflow.name)), "success")
    return _back_to(workflow)


def _stage(workflow: Workflow, key: str) -> Stage:
    return next((one for one in workflow.stages if one.key == key), None) or abort(404)


def _stale(workflow: Workflow, panel: str, form: Form | None, **values: Any) -> tuple[str, int]:
    """The page as it is now, with what was typed; sending it again puts it in place."""
    if form is not None:
        form["seen"].data = str(workflow.version)
    return _page(workflow, panel, form=form, stale=True, **values), 409

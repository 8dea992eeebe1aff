"""Publishing: what is still missing, and the freezing of what candidates are promised."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask import current_app

from tracker.models import Criterion, Move, Position, PositionRole, Stage, Workflow, new_id
from tracker.plumbing.database import db
from tracker.positions.reasons import reasons_of_the_house
from tracker.rules.publication import CriterionFacts, PositionFacts, missing_fields
from tracker.rules.sentences import Sentence
from tracker.rules.words import FALLBACK

PLAIN = (
    "department",
    "starts_on",
    "openings",
    "place",
    "salary_from",
    "salary_to",
    "salary_scale",
    "contract",
    "months",
    "fte",
    "hours",
    "opens_at",
    "closes_at",
    "policy_url",
    "contact_name",
    "contact_email",
)
SAID = (
    "title",
    "description",
    "requirements",
    "desirable",
    "benefits",
    "development",
    "prospects",
    "procedure",
    "equal_opportunity",
)


def missing_in(position: Position) -> list[tuple[str, Sentence]]:
    """Every item that publication misses, with the field that mends it."""
    return missing_fields(facts_of(position))


def facts_of(position: Position) -> PositionFacts:
    """The position as the publication check looks at it; texts in English, which every reader falls back on."""
    plain = {name: getattr(position, name) for name in PLAIN}
    said = {name: (getattr(position, name) or {}).get(FALLBACK, "") for name in SAID}
    return PositionFacts(
        organisation=current_app.config["TRACKER"].institute_name,
        profile=position.profile.value if position.profile else "",
        criteria=tuple(_criterion_facts(one, position.scale_max) for one in position.criteria),
        has_form=position.form_version_id is not None,
        has_workflow=position.workflow_id is not None,
        themes=len(position.themes),
        supervisors=sum(1 for one in position.supervisors if one.get("name", "").strip()),
        chairs=sum(1 for seat in position.seats if seat.role is PositionRole.CHAIR),
        **_without_none(plain),
        **said,
    )


def _criterion_facts(criterion: Criterion, levels: int) -> CriterionFacts:
    described = {one["score"] for one in criterion.anchors if one.get("text", {}).get(FALLBACK, "").strip()}
    return CriterionFacts(
        name=criterion.label.get(FALLBACK, ""),
        weight=criterion.weight,
        levels=levels,
        anchors=sum(1 for score in range(1, levels + 1) if score in described),
    )


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that are null keep the default of an empty draft."""
    return {name: value for name, value in values.items() if value is not None}


def freeze(position: Position, now: datetime) -> None:
    """Pin what candidates are promised: the form's version, a copy of the workflow, and the reasons of the house."""
    form, workflow = position.form_version, position.workflow
    assert form is not None
    assert workflow is not None
    if form.frozen_at is None:
        form.frozen_at = now
    position.workflow = copy_of(workflow)
    position.reasons = reasons_of_the_house()


def copy_of(workflow: Workflow) -> Workflow:
    """The workflow with its stages and moves, a template no more: nobody edits it."""
    copy = Workflow(
        id=new_id(),
        key=workflow.key,
        name=deepcopy(workflow.name),
        description=deepcopy(workflow.description),
        is_copy=True,
        copied_from_id=workflow.id,
    )
    db.session.add(copy)
    stages = {stage.id: _copied(stage, Stage, {"workflow_id"}) for stage in workflow.stages}
    copy.stages = list(stages.values())
    db.session.flush()
    for move in workflow.moves:
        twin = _copied(move, Move, {"workflow_id", "from_stage_id", "to_stage_id"})
        twin.from_stage_id, twin.to_stage_id = stages[move.from_stage_id].id, stages[move.to_stage_id].id
        copy.moves.append(twin)
    db.session.flush()
    return copy


def _copied(row: Any, kind: type[Any], apart: set[str]) -> Any:
    """A new row with the same columns, but the id and those named."""
    names = [column.key for column in kind.__mapper__.column_attrs if column.key not in apart | {"id"}]
    return kind(id=new_id(), **{name: deepcopy(getattr(row, name)) for name in names})

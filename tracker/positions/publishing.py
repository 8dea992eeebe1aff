"""Publishing: what is still missing, and the freezing of what candidates are promised."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.forms.actions import freeze as freeze_form
from tracker.forms.queries import mistakes_of as form_mistakes
from tracker.models import Criterion, Position, PositionRole, PositionState, Seat, Workflow
from tracker.plumbing.database import db
from tracker.positions.reasons import reasons_of_the_house
from tracker.rules.publication import CriterionFacts, PositionFacts, missing_fields
from tracker.rules.sentences import Sentence, say
from tracker.rules.words import FALLBACK
from tracker.workflows.actions import pin_copy
from tracker.workflows.queries import message_keys
from tracker.workflows.queries import mistakes_of as workflow_mistakes

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


Missing = list[tuple[str, Sentence]]


def missing_in(position: Position, messages: list[str] | None = None) -> Missing:
    """Every item that publication misses, with the field that mends it."""
    return [*missing_fields(facts_of(position)), *_unusable(position, messages)]


def drafts_with_missing(*where: ColumnElement[bool], most: int) -> list[tuple[Position, Missing]]:
    """Drafts and what each misses, those that are to close first, in as many queries for one as for many."""
    chairs = Position.seats.and_(Seat.role == PositionRole.CHAIR)
    query = select(Position).where(Position.state == PositionState.DRAFT, *where).limit(most)
    whole = (
        joinedload(Position.form_version),
        joinedload(Position.workflow).options(selectinload(Workflow.stages), selectinload(Workflow.moves)),
        joinedload(Position.themes),
        joinedload(chairs),
        selectinload(Position.criteria),
    )
    found = db.session.scalars(query.order_by(Position.closes_at, Position.id).options(*whole)).unique().all()
    messages = message_keys() if found else []
    return [(position, missing_in(position, messages)) for position in found]


def _unusable(position: Position, messages: list[str] | None) -> Iterator[tuple[str, Sentence]]:
    """A form or a workflow that was whole when it was chosen, and is being changed now."""
    form, workflow = position.form_version, position.workflow
    if form is not None and form.frozen_at is None and form_mistakes(form):
        yield "form", say("The form has mistakes. Mend it, or choose another one.")
    if workflow is not None and not workflow.is_copy and workflow_mistakes(workflow, messages):
        yield "workflow", say("The workflow has mistakes. Mend it, or choose another one.")


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
    freeze_form(form, by=None, now=now)
    position.workflow = pin_copy(workflow)
    position.reasons = reasons_of_the_house()

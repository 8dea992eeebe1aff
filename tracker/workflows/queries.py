"""Workflows of the institute, what is wrong with them, and the positions that use them."""

from dataclasses import dataclass, field

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from tracker.models import MessageTemplate, Position, Words, Workflow
from tracker.plumbing.database import db
from tracker.rules.conditions import CONDITIONS
from tracker.rules.roles import ANYONE, Standing
from tracker.rules.sentences import Sentence
from tracker.rules.workflow_check import mistakes
from tracker.workflows.actions import content_of


def workflows(who: Standing) -> Select[Workflow]:
    """HR's own; the copies that positions pinned are theirs."""
    return (
        select(Workflow)
        .where(Workflow.is_copy.is_(False))
        .options(selectinload(Workflow.stages), selectinload(Workflow.moves))
        .order_by(Workflow.key, Workflow.id)
    )


def message_keys() -> list[str]:
    return list(db.session.scalars(select(MessageTemplate.key).order_by(MessageTemplate.key)))


def mistakes_of(workflow: Workflow, messages: list[str] | None = None) -> list[Sentence]:
    """Everything that keeps positions from using it."""
    known = message_keys() if messages is None else messages
    return mistakes(content_of(workflow), conditions=CONDITIONS, messages=known)


def offered() -> list[Workflow]:
    """What a position can choose: not put away, and without mistakes."""
    messages = message_keys()
    found = db.session.scalars(workflows(ANYONE).where(Workflow.archived_at.is_(None))).unique()
    return [workflow for workflow in found if not mistakes_of(workflow, messages)]


@dataclass(frozen=True)
class Use:
    """A position made with this workflow; `is_pinned` once it has a copy of its own."""

    id: str
    reference: str
    title: Words = field(hash=False)
    is_pinned: bool = False


def uses_of(workflow: Workflow) -> list[Use]:
    rows = db.session.execute(
        select(Position.id, Position.reference, Position.title, Workflow.is_copy)
        .join(Workflow, Position.workflow_id == Workflow.id)
        .where(or_(Workflow.id == workflow.id, (Workflow.copied_from_id == workflow.id) & Workflow.is_copy))
        .order_by(Position.reference)
    )
    return [Use(id=row.id, reference=row.reference, title=row.title, is_pinned=row.is_copy) for row in rows]


def use_counts() -> dict[str, int]:
    """By workflow: positions that have it, or a copy of it."""
    origin = func.coalesce(Workflow.copied_from_id, Workflow.id)
    rows = db.session.execute(
        select(Workflow.id, Workflow.is_copy, origin.label("origin"), func.count())
        .join(Position, Position.workflow_id == Workflow.id)
        .group_by(Workflow.id, Workflow.is_copy, origin)
    )
    counts: dict[str, int] = {}
    for workflow_id, is_copy, of, number in rows:
        key = str(of if is_copy else workflow_id)
        counts[key] = counts.get(key, 0) + number
    return counts

"""HR's changes to a workflow: each checks that it is as it was seen, changes rows, and is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from tracker.models import Asks, Move, Person, Stage, StageKind, Words, Workflow, new_id
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.keys import free, key_of
from tracker.rules.refusals import NotAllowedNow, Stale
from tracker.rules.sentences import say
from tracker.rules.workflow_check import SUBMIT

RESERVED = {"new"}
"""What an address says instead of a key."""


@dataclass(frozen=True)
class Change:
    """Who changes it, when, and which version of the workflow they were looking at."""

    seen: str
    by: Person
    now: datetime


@dataclass(frozen=True)
class StageFacts:
    kind: StageKind
    label: Words = field(hash=False)
    applicant_label: Words = field(hash=False)
    next_words: Words = field(hash=False)
    is_blind: bool = False
    takes_reviews: bool = False
    reviews_wanted: int = 0


@dataclass(frozen=True)
class MoveParts:
    sources: tuple[str, ...]
    target: str
    label: Words = field(hash=False)
    by: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    asks_reason: Asks = Asks.NONE
    message_key: str | None = None
    style: str = "forward"


def moves_by_key(workflow: Workflow) -> dict[str, list[Move]]:
    """A move that several stages share is one to HR, and a row for each stage."""
    found: dict[str, list[Move]] = {}
    for move in workflow.moves:
        found.setdefault(move.key, []).append(move)
    return found


def rename(workflow: Workflow, *, name: Words, description: Words, change: Change) -> None:
    _begin(workflow, change)
    workflow.name, workflow.description = name, description
    _end(workflow, change, "renamed")


def save_stage(workflow: Workflow, stage: Stage | None, facts: StageFacts, change: Change) -> Stage:
    """Change the stage, or add one before the first end."""
    _begin(workflow, change)
    what = "stage_changed"
    if stage is None:
        what = "stage_added"
        key = free(key_of(facts.label["en"], "stage"), {one.key for one in workflow.stages} | RESERVED)
        stage = Stage(id=new_id(), key=key, kind=facts.kind, label=facts.label, applicant_label=facts.applicant_label)
        ends = [place for place, one in enumerate(workflow.stages) if one.kind.is_end]
        at = len(workflow.stages) if facts.kind.is_end or not ends else ends[0]
        workflow.stages.insert(at, stage)
        _number(workflow.stages)
    stage.kind, stage.label, stage.applicant_label = facts.kind, facts.label, facts.applicant_label
    stage.next_words, stage.is_blind = facts.next_words, facts.is_blind
    stage.takes_reviews, stage.reviews_wanted = facts.takes_reviews, facts.reviews_wanted
    _end(workflow, change, what, stage=stage.key)
    return stage


def shift_stage(workflow: Workflow, stage: Stage, by: int, change: Change) -> None:
    """One place earlier or later."""
    _begin(workflow, change)
    stages = list(workflow.stages)
    place = stages.index(stage)
    if 0 <= place + by < len(stages):
        stages[place], stages[place + by] = stages[place + by], stages[place]
        _number(stages)
    _end(workflow, change, "stages_ordered", stage=stage.key)
    db.session.expire(workflow, ["stages"])


def remove_stage(workflow: Workflow, stage: Stage, change: Change) -> None:
    """With every move that begins or ends there."""
    _begin(workflow, change)
    if len(workflow.stages) == 1:
        raise NotAllowedNow(say("A workflow has at least one stage."))
    for move in list(workflow.moves):
        if stage.id in (move.from_stage_id, move.to_stage_id):
            workflow.moves.remove(move)
    db.session.flush()
    workflow.stages.remove(stage)
    _number(workflow.stages)
    _end(workflow, change, "stage_removed", stage=stage.key)


def save_move(workflow: Workflow, key: str | None, parts: MoveParts, change: Change) -> str:
    """Change the move of that key in all its stages, or add one; the key is given back."""
    _begin(workflow, change)
    what = "move_changed" if key else "move_added"
    key = key or _new_key(workflow, parts)
    rows = {move.from_stage.key: move for move in workflow.moves if move.key == key}
    stages = {stage.key: stage for stage in workflow.stages}
    place = min((row.place for row in rows.values()), default=len(workflow.moves))
    for source, row in rows.items():
        if source not in parts.sources:
            workflow.moves.remove(row)
    for source in parts.sources:
        row = rows.get(source) or _row(workflow, key, stages[source], place)
        row.to_stage, row.to_stage_id = stages[parts.target], stages[parts.target].id
        row.label, row.by, row.conditions = parts.label, list(parts.by), list(parts.conditions)
        row.asks_reason, row.message_key, row.style = parts.asks_reason, parts.message_key, parts.style
    _end(workflow, change, what, move=key)
    return key


def _new_key(workflow: Workflow, parts: MoveParts) -> str:
    taken = {move.key for move in workflow.moves} | RESERVED
    first = workflow.stages[0]
    if SUBMIT not in taken and parts.sources == (first.key,) and "candidate" in parts.by:
        return SUBMIT
    return free(key_of(parts.label["en"], "move"), taken | {SUBMIT})


def _row(workflow: Workflow, key: str, source: Stage, place: int) -> Move:
    row = Move(
        id=new_id(), key=key, from_stage=source, from_stage_id=source.id, to_stage_id=source.id, label={}, by=[],
        place=place,
    )  # fmt: skip
    workflow.moves.append(row)
    return row


def remove_move(workflow: Workflow, key: str, change: Change) -> None:
    """Out of every stage that has it."""
    _begin(workflow, change)
    for move in [one for one in workflow.moves if one.key == key]:
        workflow.moves.remove(move)
    _end(workflow, change, "move_removed", move=key)


def _number(stages: Sequence[Stage]) -> None:
    for place, stage in enumerate(stages):
        stage.place = place


def _begin(workflow: Workflow, change: Change) -> None:
    if str(workflow.version) != change.seen:
        raise Stale
    if workflow.is_copy:
        raise NotAllowedNow(say("This is the copy of a position, and stays as it was at publication."))


def _end(workflow: Workflow, change: Change, what: str, **facts: Any) -> None:
    """A change of its stages or moves is a change of the workflow: its version goes up."""
    flag_modified(workflow, "name")
    db.session.flush()
    remember("workflow", workflow.id, what, by=change.by, now=change.now, **facts)

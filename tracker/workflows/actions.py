"""Workflows put in place and copied: the shipped ones, HR's own, and the copy that a position pins."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import shipped
from tracker.models import Asks, Move, Person, Stage, StageKind, Words, Workflow, new_id
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.keys import free, key_of
from tracker.rules.refusals import Invalid
from tracker.rules.sentences import say
from tracker.rules.workflow_check import sources


def install_shipped(now: datetime) -> None:
    """Add the shipped workflows that are not here yet; what HR has changed stays."""
    present = set(db.session.scalars(select(Workflow.key).where(Workflow.is_copy.is_(False))))
    for content in shipped.workflows():
        if content["key"] not in present:
            workflow = build(content)
            db.session.add(workflow)
            db.session.flush()
            remember("workflow", workflow.id, "installed", by=None, now=now, key=workflow.key)


def build(content: Mapping[str, Any]) -> Workflow:
    """A workflow of this content, which rules.workflow_check has found whole; not yet in the session."""
    workflow = Workflow(
        id=new_id(), key=content["key"], name=dict(content["name"]), description=dict(content.get("description") or {})
    )
    stages: dict[str, Stage] = {}
    for place, raw in enumerate(content["stages"]):
        stages[raw["key"]] = _stage(raw, place)
    workflow.stages = list(stages.values())
    starts = ((raw, start) for raw in content["moves"] for start in sources(raw))
    workflow.moves = [_move(raw, stages[start], stages[raw["to"]], place) for place, (raw, start) in enumerate(starts)]
    return workflow


def _stage(raw: Mapping[str, Any], place: int) -> Stage:
    return Stage(
        id=new_id(),
        key=raw["key"],
        kind=StageKind(raw["kind"]),
        label=dict(raw["label"]),
        applicant_label=dict(raw["applicant_label"]),
        next_words=dict(raw.get("next") or {}),
        is_blind=raw.get("blind", False),
        takes_reviews=raw.get("review", False),
        reviews_wanted=raw.get("reviews_wanted", 0),
        place=place,
    )


def _move(raw: Mapping[str, Any], start: Stage, target: Stage, place: int) -> Move:
    return Move(
        id=new_id(),
        key=raw["key"],
        from_stage_id=start.id,
        to_stage_id=target.id,
        from_stage=start,
        to_stage=target,
        label=dict(raw["label"]),
        by=list(raw["by"]),
        conditions=list(raw.get("conditions") or []),
        asks_reason=Asks(raw.get("reason", "none")),
        message_key=raw.get("message"),
        style=raw.get("style", "forward"),
        place=place,
    )


def content_of(workflow: Workflow) -> dict[str, Any]:
    """The workflow as shipped files write it; moves of one key from several stages are one."""
    names = {stage.id: stage.key for stage in workflow.stages}
    return {
        "key": workflow.key,
        "name": dict(workflow.name),
        "description": dict(workflow.description),
        "stages": [
            {
                "key": stage.key,
                "kind": stage.kind.value,
                "label": dict(stage.label),
                "applicant_label": dict(stage.applicant_label),
                "next": dict(stage.next_words),
                "blind": stage.is_blind,
                "review": stage.takes_reviews,
                "reviews_wanted": stage.reviews_wanted,
            }
            for stage in workflow.stages
        ],
        "moves": [
            {
                "key": moves[0].key,
                "from": [names[move.from_stage_id] for move in moves],
                "to": names[moves[0].to_stage_id],
                "label": dict(moves[0].label),
                "by": list(moves[0].by),
                "conditions": list(moves[0].conditions),
                "reason": moves[0].asks_reason.value,
                "message": moves[0].message_key,
                "style": moves[0].style,
            }
            for moves in _alike(workflow.moves)
        ],
    }


def _alike(moves: Iterable[Move]) -> list[list[Move]]:
    """Moves that share key, target and everything they ask; in order."""
    groups: dict[tuple[Any, ...], list[Move]] = {}
    for move in moves:
        same = (
            move.key, move.to_stage_id, tuple(sorted(move.label.items())), tuple(move.by), tuple(move.conditions),
            move.asks_reason, move.message_key, move.style,
        )  # fmt: skip
        groups.setdefault(same, []).append(move)
    return list(groups.values())


def pin_copy(workflow: Workflow) -> Workflow:
    """A deep copy for one position, which no later change of the original reaches."""
    copy = build(content_of(workflow))
    copy.is_copy, copy.copied_from_id = True, workflow.id
    db.session.add(copy)
    db.session.flush()
    return copy


def copy_as(workflow: Workflow, *, name: Words, by: Person, now: datetime) -> Workflow:
    """A new workflow of HR's to change, beginning as this one is."""
    copy = build(content_of(workflow))
    copy.key, copy.name, copy.copied_from_id = free_key(name["en"]), name, workflow.id
    db.session.add(copy)
    db.session.flush()
    remember("workflow", copy.id, "copied", by=by, now=now, source=workflow.id)
    return copy


def free_key(name: str) -> str:
    """A key made of the name that no workflow has yet."""
    return free(key_of(name), set(db.session.scalars(select(Workflow.key))))


def archive(workflow: Workflow, *, by: Person, now: datetime) -> None:
    """Take it from the choice of new positions; those that have it keep it."""
    if workflow.archived_at is not None:
        raise Invalid(say("This workflow is archived already."))
    workflow.archived_at = now
    remember("workflow", workflow.id, "archived", by=by, now=now)


def restore(workflow: Workflow, *, by: Person, now: datetime) -> None:
    workflow.archived_at = None
    remember("workflow", workflow.id, "restored", by=by, now=now)

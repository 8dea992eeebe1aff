"""The stages and moves of a position's workflow, as lists and pages read them.

A copy that a position pinned never changes (editing refuses it), so each process reads it once.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import select

from tracker.models import Asks, Move, Position, Stage, StageKind, Words
from tracker.plumbing.database import db


@dataclass(frozen=True)
class PlannedStage:
    id: str
    key: str
    kind: StageKind
    label: Words = field(hash=False)
    applicant_label: Words = field(hash=False)
    next_words: Words = field(hash=False)
    place: int


@dataclass(frozen=True)
class PlannedMove:
    id: str
    key: str
    from_stage: PlannedStage
    to_stage: PlannedStage
    label: Words = field(hash=False)
    by: list[str] = field(hash=False)
    conditions: list[str] = field(hash=False)
    asks_reason: Asks
    message_key: str | None
    style: str

    @property
    def from_stage_id(self) -> str:
        return self.from_stage.id

    @property
    def to_stage_id(self) -> str:
        return self.to_stage.id


AnyStage = Stage | PlannedStage
AnyMove = Move | PlannedMove


@dataclass(frozen=True)
class Plan:
    stages: tuple[PlannedStage, ...]
    moves: tuple[PlannedMove, ...]

    @property
    def shown(self) -> list[PlannedStage]:
        """All but the draft, which nobody meets in a list."""
        return [one for one in self.stages if one.kind is not StageKind.DRAFT]

    def stage(self, stage_id: str) -> PlannedStage:
        return next(one for one in self.stages if one.id == stage_id)

    def moves_from(self, stage_id: str) -> list[PlannedMove]:
        return [move for move in self.moves if move.from_stage_id == stage_id]


def plan_of(position: Position) -> Plan:
    """That of a position; as long as it is a draft, HR may still change it."""
    if position.workflow_id is None:
        return Plan((), ())
    return _pinned(position.workflow_id) if position.published_at else _read(position.workflow_id)


@lru_cache(512)
def _pinned(workflow_id: str) -> Plan:
    return _read(workflow_id)


def _read(workflow_id: str) -> Plan:
    told = Stage.id, Stage.key, Stage.kind, Stage.label, Stage.applicant_label, Stage.next_words, Stage.place
    ways = Move.label, Move.by, Move.conditions, Move.asks_reason, Move.message_key, Move.style
    stages = select(*told).where(Stage.workflow_id == workflow_id).order_by(Stage.place, Stage.id)
    moves = select(Move.id, Move.key, Move.from_stage_id, Move.to_stage_id, *ways)
    moves = moves.where(Move.workflow_id == workflow_id).order_by(Move.place, Move.id)
    planned = {row.id: PlannedStage(*row) for row in db.session.execute(stages)}
    return Plan(
        tuple(planned.values()),
        tuple(
            PlannedMove(id_, key, planned[source], planned[target], *rest)
            for id_, key, source, target, *rest in db.session.execute(moves)
        ),
    )

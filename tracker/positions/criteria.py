"""The criteria of a position, as sheets, scores and rules read them.

What was published never changes them (positions.parts.FROZEN), so each process reads them once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from tracker.models import Criterion, Position, Words
from tracker.plumbing.database import db
from tracker.rules.scoring import levels


@dataclass(frozen=True)
class Level:
    score: int
    anchor: Mapping[str, str]


@dataclass(frozen=True)
class CriterionLine:
    """A criterion on the sheet, with the score given so far."""

    id: str
    label: Words
    help: Words
    weight: Decimal
    levels: tuple[Level, ...]
    value: int | None = None

    @property
    def field(self) -> str:
        return field_of(self.id)

    @property
    def scores(self) -> frozenset[int]:
        """Those one can give."""
        return frozenset(level.score for level in self.levels)


Criteria = tuple[CriterionLine, ...]


def field_of(criterion_id: str) -> str:
    """The name of its score in the form."""
    return f"score_{criterion_id}"


def criteria_of(position: Position) -> Criteria:
    """As they follow each other on the sheet; of a draft HR may still change them."""
    return _published(position.id) if position.published_at else _read(position.id)


@lru_cache(512)
def _published(position_id: str) -> Criteria:
    return _read(position_id)


def _read(position_id: str) -> Criteria:
    facts = Criterion.id, Criterion.label, Criterion.help, Criterion.weight, Criterion.anchors, Position.scale_max
    query = select(*facts).join(Position).where(Criterion.position_id == position_id)
    rows = db.session.execute(query.order_by(Criterion.place, Criterion.id))
    return tuple(
        CriterionLine(id_, label, help_, weight, _levels(anchors, scale))
        for id_, label, help_, weight, anchors, scale in rows
    )


def _levels(anchors: list[dict[str, Any]], scale_max: int) -> tuple[Level, ...]:
    texts = {int(one["score"]): one.get("text", {}) for one in anchors}
    return tuple(Level(score, texts.get(score, {})) for score in levels(texts, scale_max))

"""Rubrics: sets of criteria to start a position from, and what a criterion is made of."""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker import shipped
from tracker.models import Criterion, Person, Position, Rubric, new_id
from tracker.models.base import Words
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.publication import CriterionFacts, criteria_mistakes
from tracker.rules.refusals import Invalid, Stale
from tracker.rules.search_text import search_text
from tracker.rules.sentences import say
from tracker.rules.words import FALLBACK


@dataclass(frozen=True, kw_only=True)
class CriterionDraft:
    """One criterion as it is written; `key` is empty for a new one."""

    label: Words
    weight: Decimal
    key: str = ""
    help: Words = field(default_factory=dict)
    anchors: tuple[tuple[int, Words], ...] = ()

    def as_content(self, key: str) -> dict[str, Any]:
        return {
            "key": key,
            "label": self.label,
            "help": self.help,
            "weight": str(self.weight),
            "anchors": [{"score": score, "text": text} for score, text in self.anchors if text],
        }


def rubrics() -> Sequence[Rubric]:
    return db.session.scalars(select(Rubric).order_by(Rubric.key)).all()


def rubric_for(kind: str) -> Rubric | None:
    return db.session.scalars(select(Rubric).where(Rubric.key == kind)).one_or_none()


def scale_of(rubric: Rubric) -> int:
    """The highest score its anchors describe; 5 where none is."""
    return max((one["score"] for criterion in rubric.criteria for one in criterion.get("anchors", [])), default=5)


def install_rubrics(now: datetime) -> None:
    """Plant the shipped rubrics; one that is there by its key is left as it is."""
    there = set(db.session.scalars(select(Rubric.key)))
    for key, raw in shipped.rubrics().items():
        if key not in there:
            rubric = Rubric(key=key, name=raw["name"], criteria=raw["criteria"])
            db.session.add(rubric)
            db.session.flush()
            remember("rubric", rubric.id, "installed", by=None, now=now, key=key)


def apply_rubric(position: Position, rubric: Rubric) -> None:
    """Give the position its own copy of these criteria, in place of those it has."""
    position.scale_max = scale_of(rubric)
    contents = deepcopy(rubric.criteria)
    _replace(position, [_criterion(raw, place) for place, raw in enumerate(contents)])


def write_criteria(position: Position, drafts: Sequence[CriterionDraft]) -> None:
    contents = contents_of(drafts)
    _replace(position, [_criterion(raw, place) for place, raw in enumerate(contents)])


def _replace(position: Position, criteria: list[Criterion]) -> None:
    position.criteria.clear()
    db.session.flush()
    position.criteria.extend(criteria)


def _criterion(raw: dict[str, Any], place: int) -> Criterion:
    return Criterion(
        id=new_id(),
        key=raw["key"],
        label=raw["label"],
        help=raw.get("help", {}),
        weight=Decimal(str(raw["weight"])),
        anchors=raw.get("anchors", []),
        place=place,
    )


def contents_of(drafts: Sequence[CriterionDraft]) -> list[dict[str, Any]]:
    """The criteria as JSON, each with a key of its own that stays when it is renamed."""
    used: set[str] = set()
    contents = []
    for draft in drafts:
        key = draft.key if draft.key and draft.key not in used else free_key(draft.label.get(FALLBACK, ""), used)
        used.add(key)
        contents.append(draft.as_content(key))
    return contents


def free_key(label: str, used: set[str]) -> str:
    wish = re.sub(r"[^a-z0-9]+", "_", search_text(label)).strip("_")[:40] or "criterion"
    wish = wish if wish[0].isalpha() else f"c_{wish}"
    return next(key for key in (wish, *(f"{wish}_{number}" for number in range(2, 1000))) if key not in used)


def save_rubric(
    rubric: Rubric | None, *, name: Words, drafts: Sequence[CriterionDraft], version: int, by: Person, now: datetime
) -> Rubric:
    """A new one where `rubric` is None. Positions have their own copy and are not touched."""
    contents = contents_of(drafts)
    if not contents:
        raise Invalid(say("A rubric needs at least one criterion."))
    mistakes = criteria_mistakes(tuple(_facts(draft) for draft in drafts))
    if mistakes:
        raise Invalid(mistakes[0])
    if rubric is None:
        taken = set(db.session.scalars(select(Rubric.key)))
        rubric = Rubric(key=free_key(name[FALLBACK], taken), name=name, criteria=contents)
        db.session.add(rubric)
        what = "added"
    else:
        db.session.refresh(rubric, with_for_update=True)
        if rubric.version != version:
            raise Stale
        rubric.name, rubric.criteria, what = name, contents, "edited"
    db.session.flush()
    remember("rubric", rubric.id, what, by=by, now=now, key=rubric.key)
    return rubric


def _facts(draft: CriterionDraft) -> CriterionFacts:
    levels = max((score for score, _ in draft.anchors), default=5)
    described = sum(1 for _, text in draft.anchors if text.get(FALLBACK))
    return CriterionFacts(name=draft.label.get(FALLBACK, ""), weight=draft.weight, levels=levels, anchors=described)

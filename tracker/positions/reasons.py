"""The institute's reason codes for a rejection; positions freeze their own copy at publication."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from tracker import shipped
from tracker.models import Person, Position, ReasonSet
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.refusals import Invalid, Stale
from tracker.rules.sentences import say

Reasons = Sequence[Mapping[str, Any]]


def the_reasons() -> ReasonSet | None:
    return db.session.scalars(select(ReasonSet).order_by(ReasonSet.id).limit(1)).one_or_none()


def reasons_of_the_house() -> list[dict[str, Any]]:
    """A copy that can be kept."""
    kept = the_reasons()
    return deepcopy(kept.reasons) if kept else []


def reasons_of(position: Position) -> Reasons:
    """Those of a position. What it was published with no longer changes, so each process reads them once."""
    return _published(position.id) if position.published_at else position.reasons


@lru_cache(512)
def _published(position_id: str) -> Reasons:
    reasons: Reasons = db.session.execute(select(Position.reasons).where(Position.id == position_id)).scalar_one()
    return reasons


def mark_of(reasons: Sequence[dict[str, Any]]) -> str:
    """What the list is known by; another one, another mark."""
    return hashlib.sha256(json.dumps(list(reasons), sort_keys=True).encode()).hexdigest()[:20]


def install_reasons(now: datetime) -> None:
    if the_reasons() is None:
        kept = ReasonSet(reasons=shipped.reasons())
        db.session.add(kept)
        db.session.flush()
        remember("reasons", kept.id, "installed", by=None, now=now, count=len(kept.reasons))


def save_reasons(reasons: list[dict[str, Any]], *, seen: str, by: Person, now: datetime) -> None:
    """Replace the list, unless it is no longer the one `seen`; positions that are published keep the one they froze."""
    keys = [one["key"] for one in reasons]
    if not reasons:
        raise Invalid(say("Keep at least one reason."))
    if len(set(keys)) < len(keys):
        raise Invalid(say("Two reasons have the same name."))
    kept = the_reasons()
    if kept is None:
        kept = ReasonSet()
        db.session.add(kept)
    else:
        db.session.refresh(kept, with_for_update=True)
        if mark_of(kept.reasons) != seen:
            raise Stale
    kept.reasons = reasons
    db.session.flush()
    remember("reasons", kept.id, "edited", by=by, now=now, keys=keys)

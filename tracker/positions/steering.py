"""The lifecycle of a position: publish, close, reopen, decide, archive, cancel. Each through one door."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, union_all

from tracker.models import (
    UNTOLD,
    Application,
    Message,
    MessageState,
    Person,
    Position,
    PositionState,
    StageKind,
)
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.events import PositionCancelled, PositionClosed, PositionPublished, announce
from tracker.plumbing.history import remember
from tracker.plumbing.jobs import periodic
from tracker.plumbing.planning import at_most, planned_once
from tracker.plumbing.standing import standing_of
from tracker.positions.publishing import freeze, missing_in
from tracker.rules.deadlines import is_past
from tracker.rules.lifecycle import (
    MOST_COUNTED,
    MOST_NAMED,
    POSITION_MOVES,
    PositionMove,
    PositionSituation,
    Untold,
    position_obstacles,
)
from tracker.rules.refusals import Invalid, NotAllowedNow, Stale
from tracker.rules.sentences import Sentence, say

MOVES = {move.key: move for move in POSITION_MOVES}
TOLD_BY_THEMSELVES = (StageKind.WITHDRAWN, StageKind.DECLINED)
"""Ends that the candidate chose: nobody has to tell them."""
_SENT = exists().where(
    Message.application_id == Application.id,
    Message.state == MessageState.SENT,
    Message.created_at >= Application.stage_since,
)
_STUCK = select(Message.application_id).where(Message.state.in_((MessageState.QUEUED, MessageState.FAILED)))
_SELDOM = StageKind.HIRED, StageKind.EXPIRED, StageKind.CANCELLED
WAITS_FOR_WORD = (
    Application.ended_at.is_(None),
    UNTOLD,
    and_(
        Application.stage_kind.in_(_SELDOM),
        or_(Application.told_at.is_(None), Application.told_at < Application.stage_since),
    ),
    and_(
        Application.id.in_(_STUCK),
        Application.told_at >= Application.stage_since,
        Application.ended_at.is_not(None),
        Application.stage_kind.not_in(TOLD_BY_THEMSELVES),
        ~_SENT,
    ),
)
"""Under way; ended, and no message was made since; one was made, and none has been sent. Each application is in one at
most, and none is found by a look at all who ended: those who were told are many, and are not what is sought."""


class InTheWay(NotAllowedNow):
    """Everything that keeps a position from moving, at once."""

    def __init__(self, sentences: list[Sentence]) -> None:
        super().__init__(sentences[0])
        self.sentences = sentences


def steer(
    position: Position, move: PositionMove, *, by: Person, now: datetime, version: int | None = None, reason: str = ""
) -> None:
    """Make the move; InTheWay with all that is in the way, Stale if it is no longer the `version` that was seen."""
    db.session.refresh(position, with_for_update=True)
    if version is not None and version != position.version:
        raise Stale
    hindrances = position_obstacles(standing_of(by), move, position, situation_of(position, now))
    if hindrances:
        raise InTheWay(hindrances)
    source = position.state
    CONSEQUENCES[move.key](position, now, reason.strip())
    position.state = move.target
    db.session.flush()
    facts: dict[str, Any] = {"reason": reason.strip()} if move.key == "cancel" else {}
    remember("position", position.id, PAST[move.key], by=by, now=now, source=source.value, **facts)
    _announce(move.key, position.id, by, now)


def situation_of(position: Position, now: datetime) -> PositionSituation:
    """What the moves out of the present state look at; nothing more is counted."""
    return PositionSituation(
        missing=tuple(sentence for _, sentence in missing_in(position))
        if position.state is PositionState.DRAFT
        else (),
        untold=untold_in(position.id) if position.state is PositionState.CLOSED else Untold(),
        deadline_passed=is_past(position.closes_at, now),
    )


def untold_in(position_id: str) -> Untold:
    """The applicants who are not at an end, or whom no message about it has reached; of the first thousand.

    Those under way come first, which an index has alone, and no further is looked than is counted.
    """
    here = Application.position_id == position_id, Application.submitted_at.is_not(None)
    waiting = union_all(*(select(Application.id).where(*here, one) for one in WAITS_FOR_WORD))
    counted = waiting.limit(at_most(MOST_COUNTED + 1)).subquery()
    number = select(func.count()).select_from(counted).scalar_subquery()
    named = waiting.limit(at_most(MOST_NAMED)).subquery()
    query = select(Application.code, number).where(Application.id.in_(select(named.c.id)))
    found = db.session.execute(planned_once(query)).all()
    return Untold(found[0][1], tuple(sorted(row.code for row in found))) if found else Untold()


def possible_moves(position: Position, *, by: Person, now: datetime) -> list[tuple[PositionMove, list[Sentence]]]:
    """The moves out of the present state that this person's role makes, each with what is in its way."""
    who, situation = standing_of(by), situation_of(position, now)
    here = [move for move in POSITION_MOVES if position.state in move.sources]
    answers = [(move, position_obstacles(who, move, position, situation)) for move in here]
    return [(move, found) for move, found in answers if say("Your role does not make this move.") not in found]


def _publish(position: Position, now: datetime, reason: str) -> None:
    if is_past(position.closes_at, now):
        raise InTheWay([say("The deadline has passed. Set a later one first.")])
    freeze(position, now)
    position.published_at = now
    position.opens_at = position.opens_at or now


def _close(position: Position, now: datetime, reason: str) -> None:
    position.closed_at = now


def _reopen(position: Position, now: datetime, reason: str) -> None:
    position.closed_at = None


def _decide(position: Position, now: datetime, reason: str) -> None:
    position.decided_at = now


def _archive(position: Position, now: datetime, reason: str) -> None:
    """Nothing but the state changes: the position leaves the public pages."""


def _cancel(position: Position, now: datetime, reason: str) -> None:
    if not reason:
        raise Invalid(say("Say why the position is cancelled. Applicants will read it."))
    position.cancelled_reason = reason[:2_000]
    position.closed_at = position.closed_at or now


CONSEQUENCES: dict[str, Callable[[Position, datetime, str], None]] = {
    "publish": _publish,
    "close": _close,
    "reopen": _reopen,
    "decide": _decide,
    "archive": _archive,
    "cancel": _cancel,
}
PAST = {
    "publish": "published",
    "close": "closed",
    "reopen": "reopened",
    "decide": "decided",
    "archive": "archived",
    "cancel": "cancelled",
}
EVENTS: dict[str, Callable[[str, str], object]] = {
    "publish": lambda position_id, by_id: PositionPublished(position_id),
    "close": lambda position_id, by_id: PositionClosed(position_id),
    "cancel": PositionCancelled,
}


def _announce(key: str, position_id: str, by: Person, now: datetime) -> None:
    event = EVENTS.get(key)
    if event is not None:
        announce(event(position_id, by.id), now=now)


@periodic("close_due_positions", every=timedelta(minutes=1))
def close_due_positions() -> int:
    """Close what is past its deadline. Until this has run the deadline alone already refuses applications."""
    now = clock_now()
    due = select(Position).where(
        Position.state == PositionState.PUBLISHED, Position.closes_at < now.replace(microsecond=0)
    )
    positions = db.session.scalars(due.order_by(Position.id).with_for_update()).all()
    for position in positions:
        position.state, position.closed_at = PositionState.CLOSED, now
        db.session.flush()
        remember("position", position.id, "closed", by=None, now=now, source="published")
        announce(PositionClosed(position.id), now=now)
    return len(positions)

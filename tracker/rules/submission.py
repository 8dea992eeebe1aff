"""Until when an application may be sent, and what is in the way of sending it now."""

from datetime import datetime, timedelta

from tracker.models import Application, Position, PositionState
from tracker.rules.deadlines import is_past
from tracker.rules.refusals import DeadlinePassed, NotAllowedNow
from tracker.rules.sentences import say

TAKES_LATE = frozenset({PositionState.PUBLISHED, PositionState.CLOSED})
"""A candidate with extra time may send even after the position was closed for everyone else."""
LONGEST_GRACE = timedelta(days=60)


def deadline_of(position: Position, application: Application | None = None) -> datetime | None:
    """The position's deadline, or the later one that HR gave this candidate alone."""
    moments = [position.closes_at, application.extra_until if application else None]
    return max((moment for moment in moments if moment is not None), default=None)


def has_extra_time(application: Application, now: datetime) -> bool:
    return application.extra_until is not None and not is_past(application.extra_until, now)


def refuse_start(position: Position, now: datetime) -> None:
    """DeadlinePassed or NotAllowedNow where nobody can begin an application at this moment."""
    if position.opens_at is not None and now < position.opens_at:
        raise NotAllowedNow(say("Applications for this position are not open yet."))
    if position.state is not PositionState.PUBLISHED or is_past(position.closes_at, now):
        raise DeadlinePassed(say("This position no longer takes applications. Its deadline has passed."))


def refuse_submit(application: Application, now: datetime) -> None:
    """DeadlinePassed or NotAllowedNow where this draft cannot be sent at this moment; the draft is kept."""
    position = application.position
    if position.state not in TAKES_LATE:
        raise NotAllowedNow(
            say("This position no longer takes applications, so yours was not sent. Your draft is kept.")
        )
    if has_extra_time(application, now):
        return
    if position.opens_at is not None and now < position.opens_at:
        raise NotAllowedNow(say("Applications for this position are not open yet. Your draft is kept."))
    if position.state is not PositionState.PUBLISHED or is_past(position.closes_at, now):
        raise DeadlinePassed(
            say("The deadline has passed, so your application was not sent. Your draft is kept; nobody else sees it.")
        )

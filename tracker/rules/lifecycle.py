"""Reads tables of moves: the one answer that hides a button, explains a refusal and refuses the request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tracker.models import Application, Position, PositionRole, PositionState
from tracker.rules.conditions import CONDITIONS, MoveFacts
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.predicates import in_conflict, own
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say


class Way(Protocol):
    """A move, as a row or as a plan has it."""

    @property
    def from_stage_id(self) -> str: ...
    @property
    def by(self) -> list[str]: ...
    @property
    def conditions(self) -> list[str]: ...


SEATS = {role.value: role for role in PositionRole}


def takes_part(who: Standing, move: Way, application: Application) -> bool:
    """Whether the workflow names a role that this person holds towards this application."""
    if own(who, application):
        return "candidate" in move.by
    if in_conflict(who, application):
        return False
    seat = who.seats.get(application.position_id)
    return ("hr" in move.by and who.is_hr) or (seat is not None and seat.value in move.by)


def obstacle(who: Standing, move: Way, application: Application, facts: MoveFacts) -> Sentence | None:
    """What stands in the way of this person making this move now; None where nothing does."""
    if move.from_stage_id != application.stage_id:
        return say("The application has moved in the meantime.")
    if not takes_part(who, move, application):
        return say("Your role does not make this move.")
    if not own(who, application) and not can(who, May.MOVE_APPLICATION, application):
        return say("Declare conflicts first.")
    for name in move.conditions:
        hindrance = CONDITIONS[name](facts)
        if hindrance is not None:
            return hindrance
    return None


MOST_COUNTED, MOST_NAMED = 1000, 20
"""Applicants who were not told: above that, nobody needs to know how many more, and which."""


@dataclass(frozen=True)
class PositionMove:
    key: str
    label: Sentence
    sources: frozenset[PositionState]
    target: PositionState
    may: May
    condition: Callable[["PositionSituation"], list[Sentence]]


@dataclass(frozen=True)
class Untold:
    """Applications that are neither at an end nor told so."""

    number: int = 0
    """One more than MOST_COUNTED says: and others."""
    codes: tuple[str, ...] = ()
    """Of some, at most MOST_NAMED."""


@dataclass(frozen=True)
class PositionSituation:
    """What a position's own moves look at."""

    missing: tuple[Sentence, ...] = ()
    """Items that publication misses."""
    untold: Untold = Untold()
    deadline_passed: bool = False


def nothing_missing(situation: PositionSituation) -> list[Sentence]:
    return list(situation.missing)


def everyone_told(situation: PositionSituation) -> list[Sentence]:
    number, codes = situation.untold.number, situation.untold.codes
    if not number:
        return []
    return [
        say(
            "%(count)s applicants have not been told the outcome: %(names)s.",
            count=number if number <= MOST_COUNTED else f"{MOST_COUNTED}+",
            names=", ".join(codes) + (" …" if number > len(codes) else ""),
        )
    ]


def deadline_ahead(situation: PositionSituation) -> list[Sentence]:
    return [say("The deadline has passed. Set a later one first.")] if situation.deadline_passed else []


def always(situation: PositionSituation) -> list[Sentence]:
    return []


S = PositionState
POSITION_MOVES: tuple[PositionMove, ...] = (
    PositionMove("publish", say("Publish"), frozenset({S.DRAFT}), S.PUBLISHED, May.PUBLISH_POSITION, nothing_missing),
    PositionMove("close", say("Close"), frozenset({S.PUBLISHED}), S.CLOSED, May.STEER_POSITION, always),
    PositionMove("reopen", say("Reopen"), frozenset({S.CLOSED}), S.PUBLISHED, May.STEER_POSITION, deadline_ahead),
    PositionMove("decide", say("Mark as decided"), frozenset({S.CLOSED}), S.DECIDED, May.STEER_POSITION, everyone_told),
    PositionMove(
        "archive", say("Archive"), frozenset({S.DECIDED, S.CANCELLED}), S.ARCHIVED, May.STEER_POSITION, always
    ),
    PositionMove(
        "cancel",
        say("Cancel the position"),
        frozenset({S.PUBLISHED, S.CLOSED}),
        S.CANCELLED,
        May.STEER_POSITION,
        always,
    ),
)


def position_obstacles(
    who: Standing, move: PositionMove, position: Position, situation: PositionSituation
) -> list[Sentence]:
    """Everything in the way of a position's move, all at once; empty where nothing is."""
    if position.state not in move.sources:
        return [say("The position is in another state now.")]
    if not can(who, move.may, position):
        return [say("Your role does not make this move.")]
    return move.condition(situation)

"""The one door for a change of stage: check, change, remember, announce; and the way back while a message waits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, exists, func, or_, select

from tracker.models import (
    Application,
    Asks,
    Conflict,
    Letter,
    LetterState,
    Message,
    MessageState,
    Move,
    Person,
    PositionRole,
    PositionState,
    Seat,
    Stage,
    StageKind,
    Transition,
    new_id,
)
from tracker.plumbing import mail
from tracker.plumbing.database import db, fetch, hold
from tracker.plumbing.events import Moved, MoveUndone, announce
from tracker.plumbing.history import remember
from tracker.plumbing.sight import among
from tracker.plumbing.standing import standing_of
from tracker.positions.reasons import reasons_of
from tracker.rules.conditions import COUNTED, MoveFacts
from tracker.rules.lifecycle import Way, obstacle, takes_part
from tracker.rules.predicates import is_blind
from tracker.rules.refusals import Invalid, NotAllowedNow, Stale
from tracker.rules.sentences import Sentence, say
from tracker.workflows.plans import AnyMove, AnyStage

JUDGES = (PositionRole.CHAIR, PositionRole.MEMBER)


@dataclass(frozen=True)
class Wording:
    """The message to the candidate as its sender left it in the preview."""

    subject: str
    body: str


@dataclass(frozen=True)
class Reason:
    code: str = ""
    text: str = ""


class Unexplained(Invalid):
    """The move wants a reason in a text: nothing could be chosen, or what was chosen says nothing alone."""


@dataclass(frozen=True)
class Counts:
    """What conditions look at beyond the application itself."""

    committee: int = 0
    undeclared: int = 0
    letters_in: int = 0


def need_counts(moves: Iterable[Way]) -> bool:
    return any(COUNTED.intersection(move.conditions) for move in moves)


def facts_about(application: Application, moves: Iterable[Way]) -> MoveFacts:
    """What the conditions of these moves look at."""
    return facts_about_all([application], moves)[application.id]


def facts_about_all(applications: Sequence[Application], moves: Iterable[Way]) -> dict[str, MoveFacts]:
    """By the id of the application, in one query; in none where no condition needs a count."""
    counts = _counted(applications) if need_counts(moves) else {}
    return {one.id: facts_of(one, counts.get(one.id, Counts())) for one in applications}


def facts_of(application: Application, counts: Counts) -> MoveFacts:
    return MoveFacts(
        reviews_in=application.reviews_in,
        reviews_wanted=application.stage.reviews_wanted,
        committee=counts.committee,
        undeclared=counts.undeclared,
        letters_wanted=application.position.letters_wanted,
        letters_in=counts.letters_in,
        position_open=application.position.state is PositionState.PUBLISHED,
        position_cancelled=application.position.state is PositionState.CANCELLED,
    )


_judges = select(func.count()).where(
    Seat.position_id == Application.position_id, among(Seat.role, [one.value for one in JUDGES])
)
_letters = select(func.count()).where(Letter.application_id == Application.id, Letter.state == LetterState.RECEIVED)


def counts_where(hidden: ColumnElement[bool]) -> tuple[ScalarSelect[int], ...]:
    """Judges on the committee, those of them who have not declared conflicts yet, letters that are in: of Application,
    whose name is `hidden` now or not."""
    declared = exists().where(
        Conflict.application_id == Application.id,
        Conflict.person_id == Seat.person_id,
        or_(Conflict.was_blind.is_(False), hidden),
    )
    declared = declared.correlate(Application, Seat)  # of both: left to itself it would be of any application
    counted = _judges, _judges.where(~declared), _letters
    return tuple(one.correlate(Application).scalar_subquery() for one in counted)


_counts = select(Application.id, *counts_where(Application.id.in_(bindparam("blind", expanding=True)))).where(
    Application.id.in_(bindparam("applications", expanding=True))
)


def _counted(applications: Sequence[Application]) -> dict[str, Counts]:
    of = {"applications": [one.id for one in applications], "blind": [one.id for one in applications if is_blind(one)]}
    return {id_: Counts(*counts) for id_, *counts in fetch(_counts, of)}


def possible_moves(application: Application, *, by: Person) -> list[tuple[Move, Sentence | None]]:
    """The moves out of the stage that name a role this person holds, each with what is in its way, if anything."""
    workflow = application.position.workflow
    from_here = [move for move in workflow.moves if move.from_stage_id == application.stage_id] if workflow else []
    who, facts = standing_of(by), facts_about(application, from_here)
    answers = [(move, obstacle(who, move, application, facts)) for move in from_here]
    return [(move, hindrance) for move, hindrance in answers if takes_part(who, move, application)]


def make_move(
    application: Application,
    move: AnyMove,
    *,
    by: Person,
    now: datetime,
    version: int | None = None,
    reason: Reason = Reason(),
    write: Callable[[], Message | None] = lambda: None,
) -> Transition:
    """Move the application; NotAllowedNow with the obstacle, Stale if it is no longer the `version` that was seen.

    `write` queues what goes to the candidate, once nothing is in the way; it waits for the undo time.
    """
    refuse_move(application, move, by=by, version=version, reason=reason)
    return carry_out(
        application, move, by=by, now=now, reason=reason, message=write(), undo_until=end_of_undo(move, now)
    )


def refuse_move(
    application: Application,
    move: AnyMove,
    *,
    by: Person,
    version: int | None = None,
    reason: Reason = Reason(),
    facts: MoveFacts | None = None,
) -> None:
    """Everything that can be in the way, with the application held from here on; so nothing is written in vain."""
    lock(application, version=version)
    hindrance = obstacle(standing_of(by), move, application, facts or facts_about(application, [move]))
    if hindrance is not None:
        raise NotAllowedNow(hindrance)
    check_reason(move, reason, reasons_of(application.position))


def lock(application: Application, *, version: int | None = None) -> None:
    """Hold the application as it is now; Stale if that is no longer the `version` that was seen.

    Before its message is written too: that row refers to this one, and two who both wrote first would wait for
    each other.
    """
    hold(application)
    if version is not None and version != application.version:
        raise Stale


def carry_out(
    application: Application,
    move: AnyMove,
    *,
    by: Person | None,
    now: datetime,
    reason: Reason = Reason(),
    message: Message | None = None,
    batch_id: str | None = None,
    undo_until: datetime | None = None,
) -> Transition:
    """Move the locked application, remember it and announce it; what allows it was asked before."""
    transition = stand(
        application, move, by=by, now=now, reason=reason, message=message, batch_id=batch_id, undo_until=undo_until
    )
    tell(application, move, transition, by=by, now=now)
    return transition


def tell(application: Application, move: AnyMove, transition: Transition, *, by: Person | None, now: datetime) -> None:
    """Remember the move that was made, and announce it."""
    remember(
        "application",
        application.id,
        "moved",
        by=by,
        now=now,
        move=move.key,
        source=move.from_stage.key,
        target=move.to_stage.key,
        reason=transition.reason_code,
    )
    announce(Moved(transition.id), now=now)


def stand(
    application: Application,
    move: AnyMove,
    *,
    by: Person | None,
    now: datetime,
    reason: Reason,
    message: Message | None,
    batch_id: str | None,
    undo_until: datetime | None,
) -> Transition:
    """The same before it is written and told, for many at once."""
    transition = Transition(
        id=new_id(),
        application_id=application.id,
        move_id=move.id,
        from_stage_id=move.from_stage_id,
        to_stage_id=move.to_stage_id,
        by_id=by.id if by else None,
        at=now,
        reason_code=reason.code,
        reason_text=reason.text,
        message=message,
        batch_id=batch_id,
        undo_until=undo_until,
    )
    db.session.add(transition)
    place(application, move.to_stage, now=now)
    if message is not None:
        application.told_at = now
    return transition


def reasons_for(move: AnyMove, known: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those meant for the kind of stage it leads to, where the list says so; for a way back there are none."""
    kind = move.to_stage.kind.value
    return [one for one in known if not one.get("kinds") or kind in one["kinds"]]


def check_reason(move: AnyMove, reason: Reason, known: Sequence[Mapping[str, Any]]) -> None:
    """A required reason has a code from the position's frozen list, and a text where that reason says nothing alone.

    Where the list has nothing for this move, the text is the reason.
    """
    has_text = bool(reason.text.strip())
    if move.asks_reason is Asks.REQUIRED and not reason.code:
        if reasons_for(move, known):
            raise Invalid(say("Choose a reason."))
        if not has_text:
            raise Unexplained(say("Write the reason."))
    if not reason.code:
        return
    chosen = next((one for one in known if one["key"] == reason.code), None)
    if chosen is None:
        raise Invalid(say("This reason is not on the position's list."))
    if chosen.get("explain") and not has_text:
        raise Unexplained(say("This reason says nothing by itself. Write in the explanation what it is."))


def undo_time() -> timedelta:
    return timedelta(minutes=current_app.config["TRACKER"].undo_minutes)


def end_of_undo(move: AnyMove, now: datetime) -> datetime | None:
    return now + undo_time() if move.style != "withdraw" else None


def may_undo(transition: Transition, *, by: Person, now: datetime) -> bool:
    return (
        transition.undone_at is None
        and transition.by_id == by.id
        and transition.undo_until is not None
        and now <= transition.undo_until
    )


def undo(transition: Transition, application: Application, *, by: Person, now: datetime) -> None:
    """Put the application back and stop the message; only by who moved it, while the message waits."""
    hold(application)
    if not may_undo(transition, by=by, now=now) or application.stage_id != transition.to_stage_id:
        raise NotAllowedNow(say("This move can no longer be undone."))
    if transition.message_id is not None:
        message = db.session.get_one(Message, transition.message_id)
        if message.state is not MessageState.CANCELLED and not mail.cancel(message, now=now):
            raise NotAllowedNow(say("The message has already gone, so this move can no longer be undone."))
    transition.undone_at = now
    place(application, transition.from_stage, now=now)
    db.session.flush()
    application.furthest = furthest_now(application)
    remember(
        "application",
        application.id,
        "move_undone",
        by=by,
        now=now,
        source=transition.to_stage.key,
        target=transition.from_stage.key,
    )
    db.session.flush()
    announce(MoveUndone(transition.id), now=now)


def place(application: Application, stage: AnyStage, *, now: datetime) -> None:
    """Stand the application in a stage: the only line of the program that does."""
    application.stage_id, application.stage_kind, application.stage_place = stage.id, stage.kind, stage.place
    db.session.expire(application, ["stage"])
    application.stage_since = now
    application.ended_at = now if stage.kind.is_end else None
    if stage.kind.rank > application.furthest.rank:
        application.furthest = stage.kind


def furthest_now(application: Application) -> StageKind:
    """The furthest kind by the moves that stand; for after an undo."""
    kinds = db.session.scalars(
        select(Stage.kind)
        .join(Transition, Transition.to_stage_id == Stage.id)
        .where(Transition.application_id == application.id, Transition.undone_at.is_(None))
    )
    reached: list[StageKind] = [*kinds, application.stage.kind, StageKind.INTAKE]
    return max(reached, key=lambda kind: kind.rank)

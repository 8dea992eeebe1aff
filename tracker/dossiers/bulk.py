"""One move for many applications: what it would do to each, doing it, and undoing it together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.applications import moving
from tracker.applications.moving import Reason, facts_about_all, undo
from tracker.applications.queries import visible_applications, with_own_assignment, with_own_conflict
from tracker.messages.actions import send_all, values_for, written
from tracker.models import Application, Message, Move, Person, Position, Transition, Words, new_id
from tracker.plumbing.database import db, is_held
from tracker.plumbing.i18n import in_language, said
from tracker.positions.reasons import reasons_of
from tracker.rules.conditions import MoveFacts
from tracker.rules.facets import knows_name
from tracker.rules.lifecycle import obstacle
from tracker.rules.permissions import May
from tracker.rules.placeholders import filled
from tracker.rules.policy import can
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say

MOST = 200
"""Applications in one bulk move."""


@dataclass(frozen=True)
class Prospect:
    """What the move would do to one application: go through, or be stopped by this."""

    application: Application
    name: str
    """The code, where the reader may not know the name."""
    move: Move | None
    hindrance: Sentence | None

    @property
    def is_able(self) -> bool:
        return self.hindrance is None and self.move is not None


@dataclass(frozen=True)
class Wording:
    subject: str
    body: str
    """With placeholders; filled for each candidate."""


def prospects(
    position: Position, ids: Sequence[str], move_key: str, *, who: Standing, are_moved: bool = False
) -> list[Prospect]:
    """One for each of these applications that the reader sees, in the order of the list.

    `are_moved`: they are read under the lock that a move needs.
    """
    query = (
        visible_applications(who)
        .where(Application.position_id == position.id, Application.id.in_(list(ids)[:MOST]))
        .options(
            joinedload(Application.stage),
            joinedload(Application.candidate),
            with_own_conflict(who),
            with_own_assignment(who),
        )
        .order_by(Application.submitted_at.desc(), Application.id.desc())
    )
    found = db.session.scalars(query.with_for_update(of=Application) if are_moved else query).unique().all()
    if are_moved:
        for application in found:
            is_held(application)
    moves = db.session.scalars(
        select(Move)
        .where(Move.workflow_id == position.workflow_id, Move.key == move_key)
        .options(joinedload(Move.from_stage), joinedload(Move.to_stage), joinedload(Move.template))
    ).all()
    by_source = {move.from_stage_id: move for move in moves}
    facts = facts_about_all(found, moves)
    return [
        _prospect(application, by_source.get(application.stage_id), who, facts[application.id]) for application in found
    ]


def _prospect(application: Application, move: Move | None, who: Standing, facts: MoveFacts) -> Prospect:
    name = application.name if knows_name(who, application) else application.code
    if move is None:
        return Prospect(application, name, None, say("This move does not start from the stage it is in."))
    return Prospect(application, name, move, obstacle(who, move, application, facts))


def wordings(move: Move, possible: Sequence[Prospect]) -> dict[str, Wording]:
    """The message's template in each language that the candidates read; empty where the move sends none."""
    template = move.template
    if template is None:
        return {}
    languages = sorted({each.application.candidate.language for each in possible})
    return {language: Wording(_in(template.subject, language), _in(template.body, language)) for language in languages}


def _in(words: Words, language: str) -> str:
    with in_language(language):
        return said(words)


def filled_for(
    application: Application, wording: Wording, *, move: Move, reason: str, now: datetime, is_named: bool = True
) -> Wording:
    """The wording as this candidate will read it; the name stays in braces where its reader may not know it."""
    with in_language(application.candidate.language):
        values = dict(values_for(application, now=now, reason=reason, stage=move.to_stage))
    if not is_named:
        del values["candidate"]
    return Wording(filled(wording.subject, values), filled(wording.body, values))


def applicant_reason(position: Position, code: str, language: str) -> str:
    """The reason in the words meant for the candidate."""
    words: Words = next((one.get("applicant", {}) for one in reasons_of(position) if one["key"] == code), {})
    return _in(words, language) if words else ""


def move_all(
    possible: Sequence[Prospect],
    *,
    by: Person,
    now: datetime,
    reason: Reason,
    wordings: Mapping[str, Wording],
    versions: Mapping[str, int],
) -> str:
    """Make the move for every one that can, in one transaction; the batch's id, with which it can be undone."""
    batch_id = new_id()
    moved = [(each.application, each.move) for each in possible if each.move is not None and each.hindrance is None]
    facts = facts_about_all([application for application, _ in moved], [move for _, move in moved])
    for application, move in moved:
        moving.refuse_move(
            application,
            move,
            by=by,
            version=versions.get(application.id),
            reason=reason,
            facts=facts[application.id],
        )
    messages = {
        application.id: _message(application, move, wordings[application.candidate.language], reason, by=by, now=now)
        for application, move in moved
        if application.candidate.language in wordings
    }
    send_all(list(messages.values()), by=by, now=now)
    transitions = [
        moving.stand(
            application,
            move,
            by=by,
            now=now,
            reason=reason,
            message=messages.get(application.id),
            batch_id=batch_id,
            undo_until=moving.end_of_undo(move, now),
        )
        for application, move in moved
    ]
    db.session.flush()
    for (application, move), transition in zip(moved, transitions, strict=True):
        moving.tell(application, move, transition, by=by, now=now)
    return batch_id


def _message(
    application: Application, move: Move, wording: Wording, reason: Reason, *, by: Person, now: datetime
) -> Message:
    why = applicant_reason(application.position, reason.code, application.candidate.language)
    words = filled_for(application, wording, move=move, reason=why, now=now)
    return written(
        application,
        words.subject,
        words.body,
        kind=move.message_key or move.key,
        by=by,
        now=now,
        send_after=now + moving.undo_time(),
    )


def batch(position: Position, batch_id: str, *, by: Person) -> Sequence[Transition]:
    """What this person moved at once in this position."""
    return db.session.scalars(
        select(Transition)
        .join(Application, Application.id == Transition.application_id)
        .where(Transition.batch_id == batch_id, Transition.by_id == by.id, Application.position_id == position.id)
        .order_by(Transition.id)
    ).all()


def undo_all(position: Position, batch_id: str, *, by: Person, who: Standing, now: datetime) -> int:
    """Undo what of the batch can still be undone, by who may still move it; NotAllowedNow where nothing can."""
    undone = 0
    for transition in batch(position, batch_id, by=by):
        application = db.session.get_one(Application, transition.application_id)
        if not can(who, May.MOVE_APPLICATION, application):
            continue
        try:
            undo(transition, application, by=by, now=now)
        except NotAllowedNow:
            continue
        undone += 1
    if not undone:
        raise NotAllowedNow(say("These moves can no longer be undone."))
    return undone

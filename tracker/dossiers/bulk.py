"""One move for many applications: what it would do to each, doing it, and undoing it together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.applications import moving
from tracker.applications.moving import Reason, facts_about, make_move, undo
from tracker.applications.queries import visible_applications
from tracker.messages.actions import send, values_for
from tracker.models import Application, MessageTemplate, Move, Person, Position, Transition, Words, new_id
from tracker.plumbing.database import db
from tracker.plumbing.i18n import in_language, said
from tracker.rules.facets import Facet, facets
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


@dataclass(frozen=True)
class Wording:
    subject: str
    body: str
    """With placeholders; filled for each candidate."""


def prospects(position: Position, ids: Sequence[str], move_key: str, *, who: Standing) -> list[Prospect]:
    """One for each of these applications that the reader sees, in the order of the list."""
    found = db.session.scalars(
        visible_applications(who)
        .where(Application.position_id == position.id, Application.id.in_(list(ids)[:MOST]))
        .options(
            joinedload(Application.position),
            joinedload(Application.stage),
            joinedload(Application.candidate),
            selectinload(Application.conflicts),
            selectinload(Application.assignments),
        )
        .order_by(Application.submitted_at.desc(), Application.id.desc())
    ).unique()
    moves = db.session.scalars(select(Move).where(Move.workflow_id == position.workflow_id, Move.key == move_key))
    by_source = {move.from_stage_id: move for move in moves}
    return [_prospect(application, by_source.get(application.stage_id), who) for application in found]


def _prospect(application: Application, move: Move | None, who: Standing) -> Prospect:
    name = application.name if Facet.IDENTITY in facets(who, application) else application.code
    if move is None:
        return Prospect(application, name, None, say("This move does not start from the stage it is in."))
    return Prospect(application, name, move, obstacle(who, move, application, facts_about(application)))


def wordings(move: Move, possible: Sequence[Prospect]) -> dict[str, Wording]:
    """The message's template in each language that the candidates read; empty where the move sends none."""
    template = template_of(move)
    if template is None:
        return {}
    languages = sorted({each.application.candidate.language for each in possible})
    return {language: Wording(_in(template.subject, language), _in(template.body, language)) for language in languages}


def template_of(move: Move) -> MessageTemplate | None:
    if not move.message_key:
        return None
    return db.session.scalars(select(MessageTemplate).where(MessageTemplate.key == move.message_key)).one_or_none()


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
    words: Words = next((one.get("applicant", {}) for one in position.reasons if one["key"] == code), {})
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
    for each in possible:
        if each.move is None or each.hindrance is not None:
            continue
        application, move = each.application, each.move
        moving.lock(application, version=versions.get(application.id))
        message = None
        wording = wordings.get(application.candidate.language)
        if wording is not None:
            said_why = applicant_reason(application.position, reason.code, application.candidate.language)
            words = filled_for(application, wording, move=move, reason=said_why, now=now)
            message = send(
                application,
                words.subject,
                words.body,
                kind=move.message_key or move.key,
                by=by,
                now=now,
                send_after=now + moving.undo_time(),
            )
        make_move(
            application,
            move,
            by=by,
            now=now,
            version=versions.get(application.id),
            reason=reason,
            message=message,
            batch_id=batch_id,
        )
    return batch_id


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

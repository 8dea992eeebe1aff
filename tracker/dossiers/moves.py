"""Moves of one application: what a reader can do with it now, the words that go to the candidate, making it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tracker.applications import moving
from tracker.applications.moving import Counts, Reason, facts_of, make_move
from tracker.dossiers.bulk import Wording, applicant_reason, template_of
from tracker.messages.actions import send, values_for
from tracker.models import Application, Message, Move, Person, Transition
from tracker.plumbing.database import db
from tracker.plumbing.i18n import in_language, said
from tracker.rules.facets import knows_name
from tracker.rules.lifecycle import obstacle, takes_part
from tracker.rules.placeholders import filled
from tracker.rules.refusals import Invalid
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say
from tracker.workflows.plans import PlannedMove, plan_of


@dataclass(frozen=True)
class MoveView:
    """A move one could make, or what hinders it."""

    id: str
    label: Mapping[str, str]
    to: Mapping[str, str]
    to_kind: str
    style: str
    hindrance: Sentence | None


def ways_of(who: Standing, application: Application) -> list[PlannedMove]:
    """The moves out of the stage that name a role of this reader, forward ones first as the workflow has them."""
    here = plan_of(application.position).moves_from(application.stage_id)
    return [move for move in here if takes_part(who, move, application)]


def moves_of(who: Standing, application: Application, ways: Iterable[PlannedMove], counts: Counts) -> list[MoveView]:
    """Those, with what hinders each."""
    plan, facts = plan_of(application.position), facts_of(application, counts)
    return [
        MoveView(
            move.id,
            move.label,
            plan.stage(move.to_stage_id).label,
            plan.stage(move.to_stage_id).kind,
            move.style,
            obstacle(who, move, application, facts),
        )
        for move in ways
    ]


_of_workflow = (
    select(Move)
    .where(Move.id == bindparam("move"), Move.workflow_id == bindparam("workflow"))
    .options(joinedload(Move.to_stage), joinedload(Move.from_stage), joinedload(Move.template))
)


def move_out_of(application: Application, move_id: str) -> Move | None:
    """A move of the position's workflow; it may start elsewhere, since the application may have moved on."""
    sought = {"move": move_id, "workflow": application.position.workflow_id}
    return db.session.scalars(_of_workflow, sought).one_or_none()


def wording_for(application: Application, move: Move, who: Standing, *, now: datetime) -> Wording | None:
    """The message filled in for this candidate, for its sender to read and change; None where the move sends none.

    What the sender may not know or has not chosen yet stays in braces, and is filled in as it goes: the name while the
    round is blind, and the reason.
    """
    template = template_of(move)
    if template is None:
        return None
    with in_language(application.candidate.language):
        values = dict(values_for(application, now=now, stage=move.to_stage))
        subject, body = said(template.subject), said(template.body)
    del values["reason"]
    if not knows_name(who, application):
        del values["candidate"]
    return Wording(filled(subject, values), filled(body, values).strip())


def move_one(
    application: Application,
    move: Move,
    *,
    by: Person,
    now: datetime,
    version: int,
    reason: Reason,
    wording: Wording | None,
) -> Transition:
    """Make the move and queue its message, which waits for the undo time; refused like every move."""

    def write() -> Message | None:
        if template_of(move) is None:
            return None
        if wording is None:
            raise Invalid(say("A message needs a subject and a text."))
        return _send(application, move, wording, reason, by=by, now=now)

    return make_move(application, move, by=by, now=now, version=version, reason=reason, write=write)


def _send(
    application: Application, move: Move, wording: Wording, reason: Reason, *, by: Person, now: datetime
) -> Message:
    why = applicant_reason(application.position, reason.code, application.candidate.language)
    with in_language(application.candidate.language):
        values = values_for(application, now=now, reason=why, stage=move.to_stage)
    return send(
        application,
        filled(wording.subject, values),
        filled(wording.body, values),
        kind=move.message_key or move.key,
        by=by,
        now=now,
        send_after=now + moving.undo_time(),
    )

"""Moves of one application: what a reader can do with it now, the words that go to the candidate, making it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.applications import moving
from tracker.applications.moving import Counts, Reason, facts_of, make_move
from tracker.dossiers.bulk import Wording, applicant_reason
from tracker.messages.actions import has_template, send, template_called, values_for
from tracker.models import Application, Message, Person, Transition
from tracker.plumbing.i18n import in_language, said
from tracker.rules.facets import knows_name
from tracker.rules.lifecycle import obstacle, takes_part
from tracker.rules.placeholders import filled
from tracker.rules.refusals import Invalid
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say
from tracker.workflows.plans import AnyMove, PlannedMove, plan_of


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


def move_out_of(application: Application, move_id: str) -> PlannedMove | None:
    """A move of the position's workflow; it may start elsewhere, since the application may have moved on."""
    return next((move for move in plan_of(application.position).moves if move.id == move_id), None)


def wording_for(application: Application, move: PlannedMove, who: Standing, *, now: datetime) -> Wording | None:
    """The message filled in for this candidate, for its sender to read and change; None where the move sends none.

    What the sender may not know or has not chosen yet stays in braces, and is filled in as it goes: the name while the
    round is blind, and the reason.
    """
    template = template_called(move.message_key) if move.message_key is not None else None
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
    move: AnyMove,
    *,
    by: Person,
    now: datetime,
    version: int,
    reason: Reason,
    wording: Wording | None,
) -> Transition:
    """Make the move and queue its message, which waits for the undo time; refused like every move."""

    def write() -> Message | None:
        if move.message_key is None or not has_template(move.message_key):
            return None
        if wording is None:
            raise Invalid(say("A message needs a subject and a text."))
        return _send(application, move, wording, reason, by=by, now=now)

    return make_move(application, move, by=by, now=now, version=version, reason=reason, write=write)


def _send(
    application: Application, move: AnyMove, wording: Wording, reason: Reason, *, by: Person, now: datetime
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

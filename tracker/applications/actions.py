"""The life of an application in its candidate's hands: begun, deleted or sent once, withdrawn; and HR's grace."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker.applications import documents, mails, texts
from tracker.applications.answering import lock_draft
from tracker.applications.codes import new_code
from tracker.applications.drafts import Draft, Problem, draft_of, read_to_send
from tracker.applications.moving import Reason, make_move
from tracker.models import Application, Message, Move, Person, Position, StageKind, new_id
from tracker.plumbing.database import db, hold, insert_new
from tracker.plumbing.events import Submitted, Withdrawn, announce
from tracker.plumbing.history import remember
from tracker.rules import submission
from tracker.rules.candidate_facts import country_in, name_in, origin_of
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow, Refusal
from tracker.rules.roles import Standing
from tracker.rules.sentences import say
from tracker.workflows.plans import PlannedMove, PlannedStage, plan_of

TRIES = 5


class Incomplete(Invalid):
    """Something of the form is still to mend; `problems` says what and where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(say("Your application is not complete yet, so it was not sent."))
        self.problems = problems


def own_application(position: Position, person: Person) -> Application | None:
    return db.session.scalars(
        select(Application).where(Application.position_id == position.id, Application.candidate_id == person.id)
    ).one_or_none()


def start(position: Position, *, by: Person, standing: Standing, now: datetime, language: str) -> Application:
    """The candidate's one application for this position: begun now, or the one that is there already."""
    try:
        refuse_seated(position, standing)
        submission.refuse_start(position, now)
        application, is_new = _begin(position, by, now=now, language=language)
    except Refusal:
        existing = own_application(position, by)
        if existing is None:
            raise
        return existing
    if is_new:
        remember(
            "application", application.id, "started", by=by, now=now, is_new=True,
            position=position.id, code=application.code,
        )  # fmt: skip
    return application


def refuse_seated(position: Position, standing: Standing) -> None:
    """Nobody applies where they judge."""
    if position.id in standing.seats:
        raise Forbidden(say("You have a seat on the committee of this position, so you cannot apply for it."))


def _begin(position: Position, by: Person, *, now: datetime, language: str) -> tuple[Application, bool]:
    """A new one, or the one that another request of the same person made a moment before."""
    stage = _draft_stage(position)
    for _ in range(TRIES):
        made = db.session.scalar(
            insert_new(Application)
            .values(
                id=new_id(),
                code=new_code(),
                position_id=position.id,
                candidate_id=by.id,
                stage_id=stage.id,
                stage_kind=stage.kind,
                stage_place=stage.place,
                stage_since=now,
                started_at=now,
                language=language,
            )
            .returning(Application)
        )
        if made is not None:
            return made, True
        existing = own_application(position, by)
        if existing is not None:
            return existing, False
    raise NotAllowedNow(say("Your application could not be begun just now. Please try again."))


def _draft_stage(position: Position) -> PlannedStage:
    found = next((one for one in plan_of(position).stages if one.kind is StageKind.DRAFT), None)
    if found is None or position.form_version_id is None:
        raise NotAllowedNow(say("This position does not take applications here."))
    return found


def submit(application: Application, *, by: Person, now: datetime) -> bool:
    """Send it, once, ever; False when that was done before. DeadlinePassed, NotAllowedNow or Incomplete otherwise."""
    hold(application)
    if application.submitted_at is not None:
        return False
    submission.refuse_submit(application, now)
    _refuse_unverified(by)
    move = _sending_move(application)
    template = read_to_send(application, mails.key_for(move)) or mails.fallback_for(move)
    draft = draft_of(application)
    _refuse_unready(draft)
    _take_facts(application, draft.values)
    application.submitted_at = now
    make_move(application, move, by=by, now=now, write=lambda: mails.about_move(application, move, template, now=now))
    texts.write(draft, by, are_new=True)
    remember("application", application.id, "submitted", by=by, now=now, documents=_fingerprints(draft))
    announce(Submitted(application.id), now=now)
    return True


def _refuse_unverified(person: Person) -> None:
    if person.email_verified_at is None:
        raise NotAllowedNow(
            say("Confirm your e-mail address first, so that we can reach you. Your draft is kept meanwhile.")
        )


def _refuse_unready(draft: Draft) -> None:
    if draft.checking:
        raise NotAllowedNow(
            say("A document is still being checked, which takes a few seconds. Please send again in a moment.")
        )
    problems = draft.problems
    if problems:
        raise Incomplete(problems)


def _take_facts(application: Application, answers: Mapping[str, Any]) -> None:
    """What lists and reports show of it from now on."""
    application.name = name_in(answers, application.candidate.name)
    application.country = country_in(answers)
    application.origin = origin_of(answers, home=application.position.country)


def _fingerprints(draft: Draft) -> dict[str, str]:
    return {key: files.current.sha256 for key, files in draft.files.items() if files.current is not None}


def _sending_move(application: Application) -> PlannedMove:
    """The candidate's move out of the draft; where the workflow has several, the one called submit."""
    here = plan_of(application.position).moves_from(application.stage_id)
    moves = [move for move in here if "candidate" in move.by]
    if not moves:
        raise NotAllowedNow(say("This application cannot be sent from where it stands."))
    return next((move for move in moves if move.key == mails.SUBMIT), moves[0])


def delete_draft(application: Application, *, by: Person, now: datetime) -> None:
    """All of it: answers, documents, and the messages about it. That it was there stays in the history."""
    lock_draft(application)
    remember(
        "application", application.id, "draft_deleted", by=by, now=now,
        position=application.position_id, code=application.code, documents=len(application.documents),
    )  # fmt: skip
    documents.remove_all(application, now=now)
    db.session.expire(application, ["documents"])
    db.session.delete(application)
    db.session.flush()


def answer_move(application: Application, move: Move, *, text: str, by: Person, now: datetime) -> None:
    """A move that the workflow leaves to the candidate: withdraw, accept or decline an offer."""
    template = mails.template_for(move)

    def write() -> Message | None:
        return mails.about_move(application, move, template, now=now)

    make_move(application, move, by=by, now=now, reason=Reason(text=text), write=write)
    if move.to_stage.kind is StageKind.WITHDRAWN:
        remember("application", application.id, "withdrawn", by=by, now=now)
        announce(Withdrawn(application.id), now=now)


def give_extra_time(application: Application, *, until: datetime, reason: str, by: Person, now: datetime) -> None:
    """HR's grace for one candidate: may send until then, for a reason that stays in the history."""
    lock_draft(application)
    position = application.position
    if not reason.strip():
        raise Invalid(say("Give the reason: it stays in the history."))
    if position.state not in submission.TAKES_LATE:
        raise NotAllowedNow(say("This position no longer takes applications."))
    if until <= now or (position.closes_at is not None and until <= position.closes_at):
        raise Invalid(say("Choose a moment after now and after the deadline of the position."))
    if until > now + submission.LONGEST_GRACE:
        raise Invalid(say("Extra time is at most %(days)s days.", days=submission.LONGEST_GRACE // timedelta(days=1)))
    application.extra_until = until
    remember(
        "application", application.id, "given_extra_time", by=by, now=now, until=until, reason=reason.strip()[:500]
    )
    mails.extra_time(application, now=now)

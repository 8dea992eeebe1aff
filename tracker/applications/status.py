"""Where an application stands, in words meant for its candidate; a move that can still be undone is not told yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.applications.queries import own_applications
from tracker.models import (
    Application,
    Audience,
    Comment,
    Letter,
    LetterState,
    Move,
    Position,
    Stage,
    StageKind,
    Transition,
    Words,
)
from tracker.plumbing.database import db
from tracker.rules.deadlines import is_past
from tracker.rules.roles import Standing
from tracker.rules.submission import deadline_of, has_extra_time


@dataclass(frozen=True)
class Told:
    """One thing on the candidate's timeline."""

    kind: StageKind
    title: Words
    at: datetime


@dataclass(frozen=True)
class LetterStatus:
    """About a letter the candidate knows that it was asked for, and what became of it; never its words."""

    referee: str
    state: LetterState
    at: datetime


def is_told(transition: Transition, candidate_id: str, now: datetime) -> bool:
    """The candidate's own moves at once; others' when they can no longer be undone."""
    if transition.undone_at is not None:
        return False
    own = transition.by_id == candidate_id
    return own or transition.undo_until is None or transition.undo_until < now


def told_moves(application: Application, now: datetime) -> list[Transition]:
    return [one for one in application.transitions if is_told(one, application.candidate_id, now)]


def shown_stage(application: Application, now: datetime) -> Stage:
    """The stage the candidate is told of: where the last move led that is beyond undoing."""
    told = told_moves(application, now)
    if told:
        return told[-1].to_stage
    waiting = [one for one in application.transitions if one.undone_at is None]
    return waiting[0].from_stage if waiting else application.stage


def timeline(application: Application, now: datetime) -> list[Told]:
    """From the beginning on; the same words twice in a row are said once."""
    lines: list[Told] = []
    for transition in told_moves(application, now):
        stage = transition.to_stage
        if not lines or lines[-1].title != stage.applicant_label:
            lines.append(Told(stage.kind, stage.applicant_label, transition.at))
    return lines


def own_moves(application: Application, now: datetime) -> list[Move]:
    """What the workflow leaves to the candidate where they are told to stand; sending a draft has its own page."""
    workflow = application.position.workflow
    if workflow is None or application.submitted_at is None or shown_stage(application, now) != application.stage:
        return []
    return [move for move in workflow.moves if move.from_stage_id == application.stage_id and "candidate" in move.by]


def withdrawal(application: Application) -> Move | None:
    """The way out of the procedure, from any stage that has one."""
    workflow = application.position.workflow
    moves = workflow.moves if workflow else []
    return next(
        (
            move
            for move in moves
            if move.from_stage_id == application.stage_id
            and "candidate" in move.by
            and move.to_stage.kind is StageKind.WITHDRAWN
        ),
        None,
    )


def comments_to_candidate(application: Application) -> Sequence[tuple[str, datetime]]:
    """Text and moment; by whom is the committee's matter."""
    rows = db.session.execute(
        select(Comment.text, Comment.written_at)
        .where(
            Comment.application_id == application.id,
            Comment.audience == Audience.CANDIDATE,
            Comment.withdrawn_at.is_(None),
        )
        .order_by(Comment.written_at, Comment.id)
    )
    return [(row.text, row.written_at) for row in rows]


def letter_states(application: Application) -> list[LetterStatus]:
    rows = db.session.execute(
        select(Letter.referee_name, Letter.state, Letter.asked_at, Letter.answered_at)
        .where(Letter.application_id == application.id)
        .order_by(Letter.asked_at, Letter.id)
    )
    return [LetterStatus(row.referee_name, row.state, row.answered_at or row.asked_at) for row in rows]


UNANSWERED = frozenset({StageKind.INTAKE, StageKind.REVIEW})
"""Where the outcome of the first round is still to come."""


def hears_by(application: Application, stage: Stage, now: datetime) -> date | None:
    """The promised day of the first answer, while it is still to come."""
    promised = application.position.decision_by
    return promised if promised and stage.kind in UNANSWERED and promised >= now.date() else None


@dataclass(frozen=True)
class Mine:
    """A line of "my applications"."""

    application: Application
    stage: Stage
    deadline: datetime | None
    is_late: bool
    """A draft that can no longer be sent."""
    hears_by: date | None
    awaits_answer: bool
    """The candidate is asked something, such as whether they accept."""

    @property
    def is_draft(self) -> bool:
        return self.application.submitted_at is None


def mine(who: Standing, now: datetime) -> list[Mine]:
    """All of somebody's applications: what waits for them first, then the newest."""
    applications = db.session.scalars(
        own_applications(who)
        .options(
            joinedload(Application.position).joinedload(Position.workflow),
            joinedload(Application.stage),
            selectinload(Application.transitions).joinedload(Transition.to_stage),
            selectinload(Application.transitions).joinedload(Transition.from_stage),
        )
        .order_by(Application.submitted_at.is_not(None), Application.started_at.desc(), Application.id)
    ).unique()
    lines = [_line(application, now) for application in applications]
    return sorted(lines, key=lambda line: not line.awaits_answer)


def _line(application: Application, now: datetime) -> Mine:
    deadline = deadline_of(application.position, application)
    stage = shown_stage(application, now)
    return Mine(
        application,
        stage,
        deadline,
        is_late=is_late(application, now),
        hears_by=hears_by(application, stage, now),
        awaits_answer=stage.kind is StageKind.OFFER,
    )


def is_late(application: Application, now: datetime) -> bool:
    if application.submitted_at is not None or has_extra_time(application, now):
        return False
    return is_past(application.position.closes_at, now) or application.position.closed_at is not None

"""What the cancelling of a position does to its applications: each comes to its end, and each candidate is told."""

from datetime import datetime

from sqlalchemy import select

from tracker.applications.moving import carry_out, lock
from tracker.messages import actions as messages
from tracker.models import Application, Message, Move, Person, StageKind
from tracker.plumbing.database import db
from tracker.plumbing.events import PositionCancelled


def close_applications(event: PositionCancelled, *, now: datetime) -> None:
    """Move everyone who is still under way by the workflow's move for it; in one transaction with the cancelling.

    Whoever may cancel the position decides this for all of its applications: neither the roles nor the conditions of
    the move are asked once more. A workflow without such a move leaves them where they are, for HR to see.
    """
    by = db.session.get(Person, event.by_id) if event.by_id else None
    live = select(Application).where(
        Application.position_id == event.position_id,
        Application.submitted_at.is_not(None),
        Application.ended_at.is_(None),
    )
    for application in db.session.scalars(live.order_by(Application.id)).unique().all():
        lock(application)
        move = _way_out(application)
        if move is not None:
            message = _told(application, move, by=by, now=now)
            carry_out(application, move, by=by, now=now, message=message)


def _way_out(application: Application) -> Move | None:
    workflow = application.position.workflow
    return next(
        (
            move
            for move in (workflow.moves if workflow else ())
            if move.from_stage_id == application.stage_id and move.to_stage.kind is StageKind.CANCELLED
        ),
        None,
    )


def _told(application: Application, move: Move, *, by: Person | None, now: datetime) -> Message | None:
    """The move's own message. It goes at once: the cancelling cannot be undone."""
    if move.message_key is None:
        return None
    try:
        draft = messages.compose(move.message_key, application, now=now, stage=move.to_stage)
    except LookupError:
        return None
    return messages.send(application, draft.subject, draft.body, kind=move.message_key, by=by, now=now)

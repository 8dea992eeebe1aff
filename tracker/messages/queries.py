"""Message templates, and the ledger of messages as an administrator or a reader of one application may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from tracker.models import (
    Application,
    Conflict,
    Delivery,
    Message,
    MessageState,
    MessageTemplate,
    Move,
    Position,
    Workflow,
)
from tracker.plumbing.database import db
from tracker.plumbing.keyset import MANY
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing

PAGE = 50


def templates(who: Standing) -> Select[MessageTemplate]:
    return select(MessageTemplate).order_by(MessageTemplate.key)


def moves_that_send() -> dict[str, list[Any]]:
    """By key of the template: the moves of workflows in use that send it, each with its workflow."""
    rows = db.session.execute(
        select(
            Move.message_key, Move.key, Move.label, Workflow.id.label("workflow_id"), Workflow.name.label("workflow")
        )
        .join(Workflow, Move.workflow_id == Workflow.id)
        .where(Workflow.is_copy.is_(False), Workflow.archived_at.is_(None), Move.message_key.is_not(None))
        .order_by(Workflow.key, Move.place)
    )
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for row in rows:
        found.setdefault(str(row.message_key), {}).setdefault((row.workflow_id, row.key), row)
    return {key: list(rows.values()) for key, rows in found.items()}


def of_application(application_id: str) -> Select[Message]:
    """Every message about one application, the newest first, with its deliveries."""
    return (
        select(Message)
        .where(Message.application_id == application_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .options(selectinload(Message.deliveries))
    )


def visible_messages(who: Standing) -> Select[Message]:
    """All but those about an application that a conflict of interest takes out of this person's sight."""
    return select(Message).where(_in_sight(who))


def _in_sight(who: Standing) -> ColumnElement[bool]:
    blocked = select(Conflict.application_id).where(Conflict.person_id == who.person_id, Conflict.blocks.is_(True))
    return or_(Message.application_id.is_(None), Message.application_id.not_in(blocked))


@dataclass(frozen=True)
class Wanted:
    """What the outbox shows: filters as they stand in the address, and where the page begins."""

    state: MessageState | None = None
    text: str = ""
    before: int | None = None


def outbox(who: Standing, wanted: Wanted) -> tuple[Sequence[Any], int | None]:
    """One page of the ledger, the newest first, and the mark of the next page."""
    last = (
        select(Delivery.detail)
        .where(Delivery.message_id == Message.id)
        .order_by(Delivery.at.desc(), Delivery.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            Message.id, Message.created_at, Message.send_after, Message.sent_at, Message.to_name, Message.to_email,
            Message.subject, Message.kind, Message.language, Message.state, Message.attempts, last.label("detail"),
        )
        .where(_in_sight(who))
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if wanted.state is not None:
        query = query.where(Message.state == wanted.state)
    if wanted.text:
        query = query.where(_mentions(wanted.text))
    if wanted.before is not None:
        query = query.where(Message.id < wanted.before)
    rows = db.session.execute(query).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _mentions(text: str) -> ColumnElement[bool]:
    columns = (Message.to_name, Message.to_email, Message.subject)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def counts(who: Standing) -> dict[MessageState, int]:
    """How many there are in each state, counted to one beyond MANY and no further."""
    few = {
        state: select(Message.id).where(Message.state == state, _in_sight(who)).limit(MANY + 1).subquery()
        for state in MessageState
    }
    numbers = (select(func.count()).select_from(some).scalar_subquery() for some in few.values())
    return dict(zip(few, db.session.execute(select(*numbers)).one(), strict=True))


def rows_to_preview(who: Standing) -> list[Application]:
    """Some recent applications that this person may open without being asked why: for a preview on a real row."""
    if not who.is_hr:
        return []
    recent = (
        select(Application)
        .join(Position)
        .where(Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at.desc(), Application.id)
        .limit(12)
        .options(
            selectinload(Application.position),
            selectinload(Application.stage),
            selectinload(Application.candidate),
            selectinload(Application.conflicts),
            selectinload(Application.assignments),
        )
    )
    return [one for one in db.session.scalars(recent) if can(who, May.OPEN_DOSSIER, one)]

"""The door to a dossier: what a reader who may see an application must still do before opening it."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from tracker.models import Application, Opening
from tracker.plumbing.database import db
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.predicates import on_committee
from tracker.rules.roles import Standing

Gate = Literal["declare", "reason"]


def gate(who: Standing, application: Application, now: datetime) -> Gate | None:
    """None where the dossier is open; else `declare`, or a `reason` from an administrator without a seat.

    Asked only about an application that this standing may see.
    """
    if not can(who, May.OPEN_DOSSIER, application):
        return "declare"
    if who.is_admin and not on_committee(who, application) and not has_reason(who, application, now):
        return "reason"
    return None


def has_reason(who: Standing, application: Application, now: datetime) -> bool:
    """Whether a reason was given that still holds."""
    return (
        db.session.scalar(
            select(Opening.id).where(
                Opening.application_id == application.id, Opening.person_id == who.person_id, Opening.until > now
            )
        )
        is not None
    )

"""When a second account of one person ends, what was begun with it goes on in the first."""

from datetime import datetime

from sqlalchemy import select

from tracker.models import Application, Person
from tracker.plumbing.database import db
from tracker.plumbing.events import AccountsJoined
from tracker.plumbing.history import remember


def bring_over(event: AccountsJoined, *, now: datetime) -> None:
    """Drafts go over, but where the first account applies to the same position already: that application stays."""
    owner = db.session.get_one(Person, event.to_id)
    taken = select(Application.position_id).where(Application.candidate_id == owner.id)
    begun = db.session.scalars(
        select(Application).where(
            Application.candidate_id == event.from_id,
            Application.submitted_at.is_(None),
            Application.position_id.not_in(taken),
        )
    )
    for application in begun.all():
        application.candidate_id = owner.id
        remember("application", application.id, "brought_over", by=owner, now=now, account=event.from_id)
    db.session.flush()

"""What a restored installation must not do as if no time had passed: let old sessions in, send old mails."""

from datetime import datetime

from sqlalchemy import insert, select, update

from tracker.models import Delivery, Link, LinkPurpose, Message, MessageState, Session
from tracker.operation.archive import Head
from tracker.plumbing import history
from tracker.plumbing.database import transaction

HELD = "held"
WHY = "was waiting when the backup was made; it may have left since then"


def after(head: Head, *, now: datetime) -> int:
    """End sessions and links, hold mails that were waiting; gives back how many mails. A line of history says so."""
    with transaction() as session:
        session.execute(update(Session).where(Session.ended_at.is_(None)).values(ended_at=now))
        session.execute(
            update(Link)
            .where(Link.used_at.is_(None), Link.replaced_at.is_(None), Link.purpose != LinkPurpose.LETTER)
            .values(replaced_at=now)
        )
        waiting = session.scalars(select(Message.id).where(Message.state == MessageState.QUEUED)).all()
        if waiting:
            session.execute(update(Message).where(Message.id.in_(waiting)).values(state=MessageState.FAILED))
            session.execute(
                insert(Delivery), [{"message_id": one, "at": now, "outcome": HELD, "detail": WHY} for one in waiting]
            )
        history.remember("site", "site", "restored", by=None, now=now, made_at=head.made_at, held=len(waiting))
    return len(waiting)

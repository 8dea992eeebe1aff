"""The mails that wait in the outbox, and the link in the latest."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Message


def mails_to(session: Session, email: str) -> list[Message]:
    session.rollback()
    return list(session.scalars(select(Message).where(Message.to_email == email).order_by(Message.id)))


def kinds_to(session: Session, email: str) -> list[str]:
    return [one.kind for one in mails_to(session, email)]


def link_to(session: Session, email: str) -> str:
    """The path of the secret link in the latest mail to this address."""
    found = re.search(r"https?://[^/\s]+(/link/[^\s)]+)", mails_to(session, email)[-1].text)
    assert found is not None
    return found[1]

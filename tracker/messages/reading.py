"""How an administrator reads somebody's mail: noted, and without secret links where a mail server delivers them."""

import re
from datetime import datetime

from tracker.models import Message, Person
from tracker.plumbing.database import apart
from tracker.plumbing.history import remember
from tracker.plumbing.settings import Settings

SECRET = re.compile(r"(/link/[a-z-]+/)[A-Za-z0-9_~.-]+")


def as_shown(text: str, settings: Settings) -> str:
    """With a mail server, whoever reads the outbox must not be able to use the links of others.

    Without one nothing is delivered, and the administrator hands the links over.
    """
    return text if settings.smtp is None else SECRET.sub(r"\1…", text)


def note_reading(message: Message, *, by: Person, now: datetime) -> None:
    """A line in the history, in a transaction of its own: the page that is shown changes nothing."""
    with apart() as session:
        remember("message", str(message.id), "read", by=by, now=now, session=session)

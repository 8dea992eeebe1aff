"""One thing that waits for somebody: how many, of what, where to do it, and how urgent it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, auto


class Urgency(IntEnum):
    """What comes first; within one, the earliest date."""

    LATE = auto()
    DECLARE = auto()
    REOPENED = auto()
    REVIEW = auto()
    MOVE = auto()
    FAILED_MAIL = auto()
    UNTOLD = auto()
    DECIDE = auto()
    PUBLISH = auto()
    COMPLETE = auto()
    CLOSING = auto()
    READY = auto()
    TOLD = auto()


@dataclass(frozen=True)
class Task:
    urgency: Urgency
    number: int
    title: str
    """What to do, as a link."""
    about: str
    """Where: a position, an applicant as far as one may know them."""
    href: str
    by: datetime | None = None
    """When it is due, or since when it waits."""
    is_deadline: bool = False
    notice_id: str = ""
    """Where it only tells something: what to put aside once it is read."""

    @property
    def is_late(self) -> bool:
        return self.urgency is Urgency.LATE


def in_order(tasks: list[Task]) -> list[Task]:
    return sorted(tasks, key=lambda one: (one.urgency, one.by is None, one.by.timestamp() if one.by else 0, one.about))

"""Events: what has happened, by ids. What follows from it stands in one table, tracker/reactions.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Submitted:
    application_id: str


@dataclass(frozen=True)
class Withdrawn:
    application_id: str


@dataclass(frozen=True)
class Moved:
    transition_id: str


@dataclass(frozen=True)
class MoveUndone:
    transition_id: str


@dataclass(frozen=True)
class ReviewSubmitted:
    review_id: str


@dataclass(frozen=True)
class ReviewReopened:
    review_id: str


@dataclass(frozen=True)
class CommentWritten:
    comment_id: str


@dataclass(frozen=True)
class ConflictDeclared:
    application_id: str
    person_id: str


@dataclass(frozen=True)
class Assigned:
    application_id: str
    person_id: str


@dataclass(frozen=True)
class PositionPublished:
    position_id: str


@dataclass(frozen=True)
class PositionClosed:
    position_id: str


@dataclass(frozen=True)
class PositionCancelled:
    position_id: str
    by_id: str | None = None


@dataclass(frozen=True)
class LetterAnswered:
    letter_id: str


@dataclass(frozen=True)
class PersonInvited:
    person_id: str


@dataclass(frozen=True)
class PersonSignedUp:
    person_id: str


@dataclass(frozen=True)
class AccountsJoined:
    """A second account of the same person ended; what it had goes over to the first."""

    from_id: str
    to_id: str


@dataclass(frozen=True)
class PasswordChanged:
    person_id: str


@dataclass(frozen=True)
class EmailChanged:
    person_id: str


Reaction = Callable[..., Any]
"""Called as reaction(event, now=now), inside the transaction of the deed."""

_table: Mapping[type, Sequence[Reaction]] = {}


def set_reactions(table: Mapping[type, Sequence[Reaction]]) -> None:
    """Replace the table of what follows from what; done once, by create_app."""
    global _table
    _table = table


def announce(event: object, *, now: datetime) -> None:
    """Let the consequences happen, in the order of the table; one that fails undoes the deed."""
    for reaction in _table.get(type(event), ()):
        reaction(event, now=now)

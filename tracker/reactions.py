"""Event -> consequences. One table, read top to bottom: the only place where one room's deed stirs another room."""

from collections.abc import Callable
from typing import Any

from tracker.applications.cancelling import close_applications
from tracker.applications.joining import bring_over
from tracker.letters.actions import ask_referees, cancel_open, cancel_open_of_position
from tracker.plumbing.events import AccountsJoined, ConflictDeclared, PositionCancelled, Submitted, Withdrawn
from tracker.reviews.actions import set_aside

TABLE: dict[type, tuple[Callable[..., Any], ...]] = {
    AccountsJoined: (bring_over,),
    ConflictDeclared: (set_aside,),
    PositionCancelled: (close_applications, cancel_open_of_position),
    Submitted: (ask_referees,),
    Withdrawn: (cancel_open,),
}

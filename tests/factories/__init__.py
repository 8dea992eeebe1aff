"""Real rows for tests. Plain functions; each adds to the session, flushes, and gives the row back."""

from .applications import (
    make_answer,
    make_application,
    make_assignment,
    make_conflict,
    make_document,
    make_letter,
    make_opening,
    make_transition,
    move_to,
)
from .forms import FORM, make_form
from .messages import make_export, make_message, make_notice
from .names import EMAILS, NAMES, email_for, next_name
from .people import PASSWORD, make_admin, make_hr, make_person, make_session, make_staff
from .positions import REASONS, make_position, make_seat
from .reviews import make_comment, make_review
from .themes import make_theme
from .workflows import make_workflow, move_of, stage_of

__all__ = [
    "EMAILS",
    "FORM",
    "NAMES",
    "PASSWORD",
    "REASONS",
    "email_for",
    "make_admin",
    "make_answer",
    "make_application",
    "make_assignment",
    "make_comment",
    "make_conflict",
    "make_document",
    "make_export",
    "make_form",
    "make_hr",
    "make_letter",
    "make_message",
    "make_notice",
    "make_opening",
    "make_person",
    "make_position",
    "make_review",
    "make_seat",
    "make_session",
    "make_staff",
    "make_theme",
    "make_transition",
    "make_workflow",
    "move_of",
    "move_to",
    "next_name",
    "stage_of",
]

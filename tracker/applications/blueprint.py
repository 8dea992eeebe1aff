"""The routes of this room hang on one blueprint; views.py collects them."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint

from tracker.applications import shown
from tracker.applications.queries import (
    beside_person,
    beside_person_as_written,
    own_documents,
    own_in_hand,
    take_answers,
)
from tracker.plumbing.clock import now
from tracker.rules.questions import WHOLE
from tracker.web.access import Thing

blueprint = Blueprint("applications", __name__)

OWN = Thing("application", own_in_hand, beside=beside_person)
OWN_ANSWERED = Thing("application", own_in_hand, beside=beside_person_as_written, take=take_answers)
OWN_ANSWERED_CHANGED = Thing(
    "application", own_in_hand, is_changed=True, beside=beside_person_as_written, take=take_answers
)
"""The answers are as old as the wait for the lock: see answering.in_turn."""
OWN_CHANGED = Thing("application", own_in_hand, is_changed=True, beside=beside_person)
OWN_DOCUMENT = Thing("document", own_documents)

SOON = timedelta(days=3)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages of this room say about answers and time."""
    return {
        "readable": shown.readable,
        "entry_facts": shown.entry_facts,
        "month_options": shown.month_options,
        "country_options": shown.country_options,
        "untouched": shown.untouched,
        "file_size": shown.file_size,
        "now_here": now,
        "whole_form": WHOLE,
        "soon": is_soon,
    }


def is_soon(moment: datetime) -> bool:
    return moment - now() < SOON

"""The parts a position is written in, the fields of each, and which of them freeze at publication."""

from enum import StrEnum
from typing import Final

from tracker.models import Position, PositionState
from tracker.rules.sentences import Sentence, say


class Part(StrEnum):
    BASICS = "basics"
    TEXTS = "texts"
    CONDITIONS = "conditions"
    CONTRACT = "contract"
    PEOPLE = "people"
    PROCEDURE = "procedure"
    SELECTION = "selection"


LABELS: Final = {
    Part.BASICS: say("Basics"),
    Part.TEXTS: say("Texts"),
    Part.CONDITIONS: say("Working conditions"),
    Part.CONTRACT: say("Contract and money"),
    Part.PEOPLE: say("People and partners"),
    Part.PROCEDURE: say("Procedure and dates"),
    Part.SELECTION: say("Form, criteria and workflow"),
}

FIELDS: Final[dict[Part, tuple[str, ...]]] = {
    Part.BASICS: ("themes", "department", "place", "country", "openings", "profile", "starts_on"),
    Part.TEXTS: ("title", "summary", "description", "requirements", "desirable"),
    Part.CONDITIONS: ("benefits", "development", "prospects", "equal_opportunity", "policy_url"),
    Part.CONTRACT: (
        "salary_scale", "salary_from", "salary_to", "fte", "hours", "contract", "months", "funding", "grant_number",
    ),
    Part.PEOPLE: ("supervisors", "partners", "contact_name", "contact_email"),
    Part.PROCEDURE: ("procedure", "opens_at", "closes_at", "time_zone", "decision_by", "letters_wanted"),
    Part.SELECTION: ("form_version_id", "workflow_id", "criteria", "scale_max", "blind_first_round", "members_see"),
}  # fmt: skip

FROZEN: Final = frozenset(
    {
        "form_version_id",
        "workflow_id",
        "criteria",
        "scale_max",
        "blind_first_round",
        "letters_wanted",
        "opens_at",
        "time_zone",
    }
)
"""What candidates were promised; the deadline itself can move, but only to later."""

TEXTS: Final = frozenset(
    {
        "title",
        "summary",
        "description",
        "requirements",
        "desirable",
        "benefits",
        "development",
        "prospects",
        "procedure",
        "equal_opportunity",
    }
)
"""Written in both languages."""

WHERE: Final = {
    "organisation": Part.BASICS,
    "form": Part.SELECTION,
    "workflow": Part.SELECTION,
    "rubric": Part.SELECTION,
} | {field: part for part, fields in FIELDS.items() for field in fields}
"""The part that mends an item of the publication check; what is not here is the committee's page."""

WRITABLE_STATES: Final = frozenset({PositionState.DRAFT, PositionState.PUBLISHED, PositionState.CLOSED})


def frozen_fields(position: Position) -> frozenset[str]:
    return FROZEN if position.is_frozen else frozenset()


def cannot_edit(position: Position) -> Sentence | None:
    """Why nothing of this position can be written any more; None while something can."""
    if position.state in WRITABLE_STATES:
        return None
    return say("The procedure has ended; the position stands as it was.")

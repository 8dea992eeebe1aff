"""Reads a posted review: whole from the form, or as the autosave sends it."""

from collections.abc import Mapping
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from tracker.models import Recommendation
from tracker.positions.criteria import Criteria
from tracker.reviews.actions import Judgement
from tracker.reviews.queries import Sheet
from tracker.rules.refusals import Invalid
from tracker.rules.sentences import say

Posted = MultiDict[str, str]


def judgement(posted: Posted, criteria: Criteria) -> Judgement:
    """Invalid where a score or a recommendation is none that the form offers."""
    raw = {one.id: posted.get(one.field, "") for one in criteria}
    if any(value and not (value.isdecimal() and len(value) < 4) for value in raw.values()):
        raise Invalid(say("One of the scores is not on the scale."))
    recommendation = posted.get("recommendation", "")
    if recommendation and recommendation not in set(Recommendation):
        raise Invalid(say("This recommendation is not one of those to choose from."))
    return Judgement(
        scores={criterion: int(value) for criterion, value in raw.items() if value},
        strengths=posted.get("strengths", ""),
        weaknesses=posted.get("weaknesses", ""),
        recommendation=Recommendation(recommendation) if recommendation else None,
    )


def version_in(posted: Posted) -> int:
    """0 for a review that the page did not know yet; −1, which fits none, for what is no number."""
    raw = posted.get("version", "").strip()
    return 0 if not raw else int(raw) if raw.isdecimal() and len(raw) < 10 else -1


def typed(stored: Sheet, posted: Posted, errors: Mapping[str, str], *, version: int | None = None) -> Sheet:
    """The sheet with what was typed in it, for a page that says what is wrong."""
    return replace(
        stored,
        criteria=tuple(replace(one, value=_score(posted.get(one.field, ""))) for one in stored.criteria),
        strengths=posted.get("strengths", ""),
        weaknesses=posted.get("weaknesses", ""),
        recommendation=posted.get("recommendation", ""),
        abstain_reason=posted.get("abstain_reason", ""),
        version=stored.version if version is None else version,
        errors=errors,
    )


def _score(raw: str) -> int | None:
    return int(raw) if raw.isdecimal() and len(raw) < 4 else None


def as_posted(stored: Sheet) -> dict[str, str]:
    """What is stored, under the names of the form: the other side of a conflict of two tabs."""
    scores = {one.field: str(one.value or "") for one in stored.criteria}
    return scores | {
        "strengths": stored.strengths,
        "weaknesses": stored.weaknesses,
        "recommendation": stored.recommendation,
    }

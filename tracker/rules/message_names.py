"""What the shipped messages are called on screen; HR's own are called by their key."""

from collections.abc import Mapping
from typing import Final

from tracker.rules.sentences import Sentence, say

MESSAGE_NAMES: Final[Mapping[str, Sentence]] = {
    "acknowledgement": say("Application received"),
    "shortlisted": say("On the shortlist"),
    "invited_to_interview": say("Invited for an interview"),
    "not_selected": say("Not selected"),
    "not_selected_after_interview": say("Not selected after the interview"),
    "ineligible": say("Not eligible"),
    "reserve": say("On the reserve list"),
    "reserve_ended": say("Reserve list ended"),
    "offer": say("Offer"),
    "offer_withdrawn": say("Offer withdrawn"),
    "accepted": say("Offer accepted"),
    "declined": say("Offer declined"),
    "withdrawn": say("Application withdrawn"),
    "hired": say("Appointed"),
    "position_cancelled": say("Position cancelled"),
    "deadline_near": say("The deadline is near"),
}


def message_name(key: str) -> Sentence:
    return MESSAGE_NAMES.get(key) or Sentence(key.replace("_", " ").capitalize())

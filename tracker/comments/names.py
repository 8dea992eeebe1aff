"""Names of audiences, and who reads what is said to them, in the reader's language."""

from tracker.models import Audience
from tracker.plumbing.i18n import spoken
from tracker.rules.sentences import Sentence, say

AUDIENCES: dict[Audience, Sentence] = {
    Audience.COMMITTEE: say("Committee"),
    Audience.HR: say("HR only"),
    Audience.CHAIR: say("Chair and HR"),
    Audience.CANDIDATE: say("The candidate"),
}
HINTS: dict[Audience, Sentence] = {
    Audience.COMMITTEE: say("Everyone on the committee reads it; reviewers once their own review is in."),
    Audience.HR: say("Only HR reads it, and you."),
    Audience.CHAIR: say("The chair and HR read it, and you."),
    Audience.CANDIDATE: say("It is mailed to the candidate, and the committee reads it too."),
}


def audience_name(audience: Audience) -> str:
    return spoken(AUDIENCES[audience])


def audience_hint(audience: Audience) -> str:
    return spoken(HINTS[audience])

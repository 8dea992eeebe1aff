"""What kinds of stages, roles, styles and reasons are called on the pages of workflows."""

from collections.abc import Mapping
from typing import Final

from tracker.models import Asks, StageKind
from tracker.rules.sentences import Sentence, say

K = StageKind

KIND_NAMES: Final[Mapping[StageKind, Sentence]] = {
    K.DRAFT: say("Draft of the candidate"),
    K.INTAKE: say("Intake"),
    K.REVIEW: say("Review"),
    K.SHORTLIST: say("Shortlist"),
    K.INTERVIEW: say("Interview"),
    K.RECOMMENDED: say("Recommended"),
    K.RESERVE: say("Reserve list"),
    K.OFFER: say("Offer"),
    K.ACCEPTED: say("Offer accepted"),
    K.CHECKS: say("Checks"),
    K.HIRED: say("Hired (an end)"),
    K.INELIGIBLE: say("Not eligible (an end)"),
    K.REJECTED: say("Rejected (an end)"),
    K.WITHDRAWN: say("Withdrawn (an end)"),
    K.DECLINED: say("Offer declined (an end)"),
    K.EXPIRED: say("Reserve ended (an end)"),
    K.CANCELLED: say("Position cancelled (an end)"),
}

MOVER_NAMES: Final[Mapping[str, Sentence]] = {
    "chair": say("The chair"),
    "member": say("A member of the committee"),
    "coordinator": say("The coordinator of the position"),
    "hr": say("HR"),
    "candidate": say("The candidate"),
}

STYLE_NAMES: Final[Mapping[str, Sentence]] = {
    "forward": say("Forward"),
    "back": say("Back"),
    "reject": say("Ends it: a rejection"),
    "withdraw": say("Ends it: the candidate’s choice"),
}

REASON_NAMES: Final[Mapping[Asks, Sentence]] = {
    Asks.NONE: say("No reason"),
    Asks.OPTIONAL: say("A reason, if there is one"),
    Asks.REQUIRED: say("A reason from the position’s list, always"),
}

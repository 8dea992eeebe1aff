"""Names of stage kinds, kinds of position, origins and of what is mine, in the reader's language."""

from tracker.dossiers.filters import Mine
from tracker.models import Origin, PositionKind, StageKind
from tracker.plumbing.i18n import spoken
from tracker.rules.sentences import Sentence, say

KINDS: dict[StageKind, Sentence] = {
    StageKind.DRAFT: say("Draft"),
    StageKind.INTAKE: say("Intake"),
    StageKind.REVIEW: say("Review"),
    StageKind.SHORTLIST: say("Shortlist"),
    StageKind.INTERVIEW: say("Interview"),
    StageKind.RECOMMENDED: say("Recommended"),
    StageKind.RESERVE: say("Reserve list"),
    StageKind.OFFER: say("Offer"),
    StageKind.ACCEPTED: say("Accepted"),
    StageKind.CHECKS: say("Checks"),
    StageKind.HIRED: say("Hired"),
    StageKind.INELIGIBLE: say("Not eligible"),
    StageKind.REJECTED: say("Rejected"),
    StageKind.WITHDRAWN: say("Withdrawn"),
    StageKind.DECLINED: say("Declined"),
    StageKind.EXPIRED: say("Reserve expired"),
    StageKind.CANCELLED: say("Position cancelled"),
}
KINDS_OF_POSITION: dict[PositionKind, Sentence] = {PositionKind.PHD: say("PhD"), PositionKind.POSTDOC: say("Postdoc")}
ORIGINS: dict[Origin, Sentence] = {
    Origin.INTERNAL: say("Internal"),
    Origin.COUNTRY: say("In this country"),
    Origin.ABROAD: say("Abroad"),
    Origin.UNKNOWN: say("Unknown"),
}
MINE: dict[Mine, Sentence] = {
    Mine.ASSIGNED: say("Assigned to me"),
    Mine.TO_REVIEW: say("My review is wanted"),
    Mine.REVIEWED: say("My review is in"),
    Mine.UNDECLARED: say("No conflict declared yet"),
}


def kind_name(kind: StageKind) -> str:
    return spoken(KINDS[kind])


def kind_of_position(kind: PositionKind) -> str:
    return spoken(KINDS_OF_POSITION[kind])


def origin_name(origin: Origin) -> str:
    return spoken(ORIGINS[origin])


def mine_name(mine: Mine) -> str:
    return spoken(MINE[mine])

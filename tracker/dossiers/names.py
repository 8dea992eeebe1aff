"""Names of stage kinds, kinds of position, origins and of what is mine, in the reader's language."""

from tracker.dossiers.filters import Mine
from tracker.models import Origin, PositionKind, StageKind
from tracker.plumbing.i18n import gettext as _


def kind_name(kind: StageKind) -> str:
    names: dict[StageKind, str] = {
        StageKind.DRAFT: _("Draft"),
        StageKind.INTAKE: _("Intake"),
        StageKind.REVIEW: _("Review"),
        StageKind.SHORTLIST: _("Shortlist"),
        StageKind.INTERVIEW: _("Interview"),
        StageKind.RECOMMENDED: _("Recommended"),
        StageKind.RESERVE: _("Reserve list"),
        StageKind.OFFER: _("Offer"),
        StageKind.ACCEPTED: _("Accepted"),
        StageKind.CHECKS: _("Checks"),
        StageKind.HIRED: _("Hired"),
        StageKind.INELIGIBLE: _("Not eligible"),
        StageKind.REJECTED: _("Rejected"),
        StageKind.WITHDRAWN: _("Withdrawn"),
        StageKind.DECLINED: _("Declined"),
        StageKind.EXPIRED: _("Reserve expired"),
        StageKind.CANCELLED: _("Position cancelled"),
    }
    return names[kind]


def kind_of_position(kind: PositionKind) -> str:
    names: dict[PositionKind, str] = {PositionKind.PHD: _("PhD"), PositionKind.POSTDOC: _("Postdoc")}
    return names[kind]


def origin_name(origin: Origin) -> str:
    names: dict[Origin, str] = {
        Origin.INTERNAL: _("Internal"),
        Origin.COUNTRY: _("In this country"),
        Origin.ABROAD: _("Abroad"),
        Origin.UNKNOWN: _("Unknown"),
    }
    return names[origin]


def mine_name(mine: Mine) -> str:
    names: dict[Mine, str] = {
        Mine.ASSIGNED: _("Assigned to me"),
        Mine.TO_REVIEW: _("My review is wanted"),
        Mine.REVIEWED: _("My review is in"),
        Mine.UNDECLARED: _("No conflict declared yet"),
    }
    return names[mine]

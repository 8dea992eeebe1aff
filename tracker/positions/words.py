"""How states, roles and lines of the history are said on the screen."""

from typing import Final

from flask_babel import lazy_gettext as _

from tracker.models import PositionRole, PositionState

STATES: Final = {
    PositionState.DRAFT: _("Draft"),
    PositionState.PUBLISHED: _("Published"),
    PositionState.CLOSED: _("Closed"),
    PositionState.DECIDED: _("Decided"),
    PositionState.ARCHIVED: _("Archived"),
    PositionState.CANCELLED: _("Cancelled"),
}

ROLES: Final = {
    PositionRole.CHAIR: _("Chair"),
    PositionRole.MEMBER: _("Member"),
    PositionRole.OBSERVER: _("Observer"),
    PositionRole.COORDINATOR: _("Coordinator"),
}

ENTRIES: Final = {
    "begun": _("Draft begun"),
    "edited": _("Texts or facts changed"),
    "rubric_chosen": _("Criteria taken from a rubric"),
    "seated": _("Seat given"),
    "seat_changed": _("Seat changed"),
    "unseated": _("Seat taken"),
    "published": _("Published"),
    "closed": _("Closed"),
    "reopened": _("Reopened"),
    "decided": _("Marked as decided"),
    "archived": _("Archived"),
    "cancelled": _("Cancelled"),
}

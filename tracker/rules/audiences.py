"""Who may speak to whom about an application: one table."""

from tracker.models import Application, Audience
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.predicates import Predicate, chair, coordinator, hr, on_committee, theme_coordinator
from tracker.rules.roles import Standing

SPEAKS_TO: dict[Audience, Predicate] = {
    Audience.COMMITTEE: on_committee | hr | theme_coordinator,
    Audience.HR: on_committee | hr | theme_coordinator,
    Audience.CHAIR: chair | hr | coordinator,
    Audience.CANDIDATE: chair | hr,
}


def audiences(who: Standing, application: Application) -> tuple[Audience, ...]:
    """The audiences this standing may write to now, in the order of the table; none where they may not comment."""
    if not can(who, May.COMMENT, application):
        return ()
    return tuple(audience for audience, rule in SPEAKS_TO.items() if rule(who, application))

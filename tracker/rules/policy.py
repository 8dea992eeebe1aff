"""May -> predicate: the whole answer to "who may?" on one page. Whatever is not here is refused."""

from tracker.rules.permissions import May
from tracker.rules.predicates import (
    Predicate,
    admin,
    assigned,
    chair,
    coordinator,
    declared,
    has_a_seat,
    hr,
    in_conflict,
    in_draft,
    member,
    members_see_all,
    observer,
    on_committee,
    own,
    signed_in,
    staff,
    submitted,
    takes_reviews,
    theme_coordinator,
)
from tracker.rules.roles import Standing

guards_procedure = hr | admin

reads_application = (
    submitted
    & ~own
    & ~in_conflict
    & (guards_procedure | chair | observer | coordinator | (member & (members_see_all | assigned)) | theme_coordinator)
)
"""A row of a list; applications.queries.visible_applications says the same in SQL, and a test holds them equal."""

judges = on_committee | ~guards_procedure
"""Must declare conflicts: everyone who reads, but HR and administrators without a seat."""

opens = reads_application & (~judges | declared)
"""The administrator's reason is asked for at the door (committee.gates), as the declaration is."""

POLICY: dict[May, Predicate] = {
    May.SEE_DESK: staff,
    May.MANAGE_PEOPLE: admin,
    May.MANAGE_THEMES: admin,
    May.MANAGE_DESIGNS: guards_procedure,
    May.READ_OUTBOX: admin,
    May.SEE_REPORTS: staff & (guards_procedure | has_a_seat),
    May.EXPORT: staff & (guards_procedure | has_a_seat),
    May.DRAFT_POSITION: staff,
    May.HAVE_ACCOUNT: signed_in,
    May.HAVE_APPLICATIONS: signed_in,
    May.VIEW_POSITION: guards_procedure | on_committee | theme_coordinator,
    May.EDIT_POSITION: guards_procedure | (chair & in_draft),
    May.PUBLISH_POSITION: guards_procedure,
    May.STEER_POSITION: guards_procedure,
    May.SEAT_COMMITTEE: guards_procedure | chair,
    May.LIST_APPLICATIONS: guards_procedure | on_committee | theme_coordinator,
    May.SHARE_OUT_REVIEWS: chair | coordinator | hr,
    May.EDIT_APPLICATION: own,
    May.VIEW_OWN_APPLICATION: own,
    May.WITHDRAW_APPLICATION: own,
    May.VIEW_APPLICATION: reads_application,
    May.DECLARE_CONFLICT: reads_application & judges,
    May.OPEN_DOSSIER: opens,
    May.REVIEW: opens & (chair | member) & takes_reviews,
    May.REOPEN_REVIEW: opens & (chair | hr),
    May.COMMENT: opens & (hr | on_committee | theme_coordinator),
    May.MOVE_APPLICATION: opens & (chair | member | coordinator | hr),
    May.ASSIGN_REVIEWERS: opens & (chair | coordinator | hr),
    May.GIVE_EXTRA_TIME: hr,
    May.HANDLE_LETTERS: hr,
    May.READ_HISTORY: opens,
    May.SEE_MESSAGES: opens & (chair | coordinator | guards_procedure),
}

OF_THE_HOUSE = frozenset(
    (
        May.SEE_DESK,
        May.MANAGE_PEOPLE,
        May.MANAGE_THEMES,
        May.MANAGE_DESIGNS,
        May.READ_OUTBOX,
        May.SEE_REPORTS,
        May.EXPORT,
    )
)
"""Acts that look at no thing: refused before one is looked for, so that the refusal does not tell what exists."""


def can(who: Standing, may: May, thing: object = None) -> bool:
    """Whether this standing may do this act to this thing. An act without a line is refused."""
    rule = POLICY.get(may)
    return rule is not None and rule(who, thing)

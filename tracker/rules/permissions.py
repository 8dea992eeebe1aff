"""What can be done here: one act a line. Who may is in policy.py."""

from enum import StrEnum, auto


class May(StrEnum):
    # the house
    SEE_DESK = auto()
    """Open the staff's side at all."""
    MANAGE_PEOPLE = auto()
    """Invite staff, give and take site roles, close accounts."""
    MANAGE_THEMES = auto()
    """Write themes, their projects, prizes and coordinators."""
    MANAGE_DESIGNS = auto()
    """Write forms, rubrics, reasons, workflows and message templates."""
    READ_OUTBOX = auto()
    """See every message and its deliveries."""
    SEE_REPORTS = auto()
    """Open the report page; figures are those of what one may see."""
    EXPORT = auto()
    """Export what one may see, and fetch one's own files."""
    DRAFT_POSITION = auto()
    """Begin a position; the beginner becomes its chair, unless HR."""
    HAVE_ACCOUNT = auto()
    """See and change one's own account."""
    HAVE_APPLICATIONS = auto()
    """Apply, and see one's own applications."""

    # a position
    VIEW_POSITION = auto()
    """See its staff page."""
    EDIT_POSITION = auto()
    """Write a draft; after publication, HR alone, and only what is not frozen."""
    PUBLISH_POSITION = auto()
    STEER_POSITION = auto()
    """Close, decide, archive, cancel."""
    SEAT_COMMITTEE = auto()
    """Give and take seats on the committee."""
    LIST_APPLICATIONS = auto()
    """Open the list and the board of a position."""
    SHARE_OUT_REVIEWS = auto()
    """Open the page on which applications are shared out among reviewers."""

    # an application, by its candidate
    EDIT_APPLICATION = auto()
    """Write, upload and submit one's own; once it was sent, the actions refuse with 409, not 403."""
    VIEW_OWN_APPLICATION = auto()
    WITHDRAW_APPLICATION = auto()

    # an application, by its readers
    VIEW_APPLICATION = auto()
    """See that it exists: a row in a list. Equal to the visibility query."""
    DECLARE_CONFLICT = auto()
    OPEN_DOSSIER = auto()
    """Read it, once conflicts are declared or, for the administrator, a reason is given."""
    REVIEW = auto()
    REOPEN_REVIEW = auto()
    COMMENT = auto()
    MOVE_APPLICATION = auto()
    """Try any move at all; which ones, the workflow says."""
    ASSIGN_REVIEWERS = auto()
    GIVE_EXTRA_TIME = auto()
    HANDLE_LETTERS = auto()
    """Remind a referee of a letter, or ask for it no longer."""
    READ_HISTORY = auto()
    SEE_MESSAGES = auto()
    """The messages that went to this candidate, with their deliveries."""

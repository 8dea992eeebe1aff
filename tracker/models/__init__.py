"""What exists. One file per entity; nothing here commits, mails or authorises."""

from .application import (
    Answer,
    Application,
    ApplicationText,
    Assignment,
    Conflict,
    ConflictKind,
    Document,
    DocumentState,
    Opening,
    Origin,
    Transition,
)
from .base import Base, Words, new_id
from .credential import Authenticator, Identity, Passkey, PasskeyChallenge, RecoveryCode
from .form import ApplicationForm, FormVersion
from .history import Entry
from .job import Export, Job, JobState, SavedView
from .letter import Letter, LetterState
from .message import Delivery, Message, MessageState, MessageTemplate, Notice
from .person import Attempt, Link, LinkPurpose, Person, Session, SiteRole
from .position import (
    Criterion,
    Funding,
    Position,
    PositionKind,
    PositionState,
    PositionTheme,
    Profile,
    ReasonSet,
    Rubric,
    Sight,
)
from .review import Audience, Comment, Mention, Recommendation, Review, ReviewState, Score
from .role import PositionRole, Seat, ThemeSeat
from .sent_form import SentForm
from .theme import Theme, ThemePrize, ThemeProject
from .workflow import ENDS, LADDER, Asks, Move, Stage, StageKind, Workflow

__all__ = [
    "ENDS",
    "LADDER",
    "Answer",
    "Application",
    "ApplicationForm",
    "ApplicationText",
    "Asks",
    "Assignment",
    "Attempt",
    "Audience",
    "Authenticator",
    "Base",
    "Comment",
    "Conflict",
    "ConflictKind",
    "Criterion",
    "Delivery",
    "Document",
    "DocumentState",
    "Entry",
    "Export",
    "FormVersion",
    "Funding",
    "Identity",
    "Job",
    "JobState",
    "Letter",
    "LetterState",
    "Link",
    "LinkPurpose",
    "Mention",
    "Message",
    "MessageState",
    "MessageTemplate",
    "Move",
    "Notice",
    "Opening",
    "Origin",
    "Passkey",
    "PasskeyChallenge",
    "Person",
    "Position",
    "PositionKind",
    "PositionRole",
    "PositionState",
    "PositionTheme",
    "Profile",
    "ReasonSet",
    "Recommendation",
    "RecoveryCode",
    "Review",
    "ReviewState",
    "Rubric",
    "SavedView",
    "Score",
    "Seat",
    "SentForm",
    "Session",
    "Sight",
    "SiteRole",
    "Stage",
    "StageKind",
    "Theme",
    "ThemePrize",
    "ThemeProject",
    "ThemeSeat",
    "Transition",
    "Words",
    "Workflow",
    "new_id",
]

"""Positions: what is advertised, for whom, by whom, until when."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Words, one_of
from .form import FormVersion
from .role import Seat
from .theme import Theme
from .workflow import Workflow


class PositionKind(StrEnum):
    PHD = "phd"
    POSTDOC = "postdoc"


class PositionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    DECIDED = "decided"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


PUBLIC_STATES = frozenset(
    {PositionState.PUBLISHED, PositionState.CLOSED, PositionState.DECIDED, PositionState.CANCELLED}
)


class Funding(StrEnum):
    ERC = "erc"
    HORIZON = "horizon"
    MSCA = "msca"
    NWO = "nwo"
    ZONMW = "zonmw"
    SCHOLARSHIP = "scholarship"
    OWN = "own"
    OTHER = "other"


class Profile(StrEnum):
    """EURAXESS researcher profile."""

    R1 = "r1"
    R2 = "r2"
    R3 = "r3"
    R4 = "r4"


class Sight(StrEnum):
    """Which applications a member of the committee sees."""

    ALL = "all"
    ASSIGNED = "assigned"


class PositionTheme(Base):
    __tablename__ = "position_theme"

    position_id: Mapped[str] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class Position(Base):
    __tablename__ = "position"

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """Read aloud on the phone and printed in letters: PHD-2026-014."""
    kind: Mapped[PositionKind] = mapped_column(one_of(PositionKind))
    state: Mapped[PositionState] = mapped_column(one_of(PositionState), default=PositionState.DRAFT, index=True)
    title: Mapped[Words]
    summary: Mapped[Words] = mapped_column(default=dict)
    description: Mapped[Words] = mapped_column(default=dict)
    """Markdown, as are requirements and the other long texts."""
    requirements: Mapped[Words] = mapped_column(default=dict)
    desirable: Mapped[Words] = mapped_column(default=dict)
    benefits: Mapped[Words] = mapped_column(default=dict)
    development: Mapped[Words] = mapped_column(default=dict)
    prospects: Mapped[Words] = mapped_column(default=dict)
    procedure: Mapped[Words] = mapped_column(default=dict)
    equal_opportunity: Mapped[Words] = mapped_column(default=dict)
    policy_url: Mapped[str] = mapped_column(String(500), default="")
    """Recruitment rules and employment policy (OTM-R)."""

    profile: Mapped[Profile | None] = mapped_column(one_of(Profile))
    funding: Mapped[Funding | None] = mapped_column(one_of(Funding))
    grant_number: Mapped[str] = mapped_column(String(80), default="")
    partners: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    """Joint partner institutions: [{"name", "ror", "country"}]."""
    department: Mapped[str] = mapped_column(String(200), default="")
    supervisors: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    """[{"name", "title", "url"}], as shown to the public; who leads on screen is the chair."""
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="NL")
    salary_scale: Mapped[str] = mapped_column(String(60), default="")
    salary_from: Mapped[int | None]
    """Euro a month, gross, full time."""
    salary_to: Mapped[int | None]
    fte: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    hours: Mapped[int | None]
    contract: Mapped[str] = mapped_column(String(40), default="")
    months: Mapped[int | None]
    starts_on: Mapped[date | None]
    openings: Mapped[int] = mapped_column(default=1)

    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Amsterdam")
    decision_by: Mapped[date | None]
    """The next date an applicant is told: when they hear whether they go on."""
    letters_wanted: Mapped[int] = mapped_column(default=0)
    blind_first_round: Mapped[bool] = mapped_column(default=False)
    members_see: Mapped[Sight] = mapped_column(one_of(Sight), default=Sight.ALL)

    form_version_id: Mapped[str | None] = mapped_column(ForeignKey("form_version.id"))
    workflow_id: Mapped[str | None] = mapped_column(ForeignKey("workflow.id"))
    """A shipped or HR workflow while a draft; the position's own copy from publication on."""
    scale_max: Mapped[int] = mapped_column(default=5)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Frozen at publication: [{"key", "label": {…}, "applicant": {…}, "kinds", "explain"}]."""

    created_at: Mapped[datetime]
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Normalised title, summary, description, themes: for the public list."""
    version: Mapped[int] = mapped_column(default=1)

    themes: Mapped[list[Theme]] = relationship(secondary="position_theme", order_by=Theme.place)
    seats: Mapped[list[Seat]] = relationship(cascade="all, delete-orphan")
    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.place", cascade="all, delete-orphan")
    form_version: Mapped[FormVersion | None] = relationship()
    workflow: Mapped[Workflow | None] = relationship(foreign_keys=[workflow_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_public(self) -> bool:
        """Has a public page: advertised now, or was and is not put away."""
        return self.state in PUBLIC_STATES

    @property
    def is_frozen(self) -> bool:
        return self.state is not PositionState.DRAFT


class Criterion(Base):
    """What a review scores, with its anchors; frozen with the position."""

    __tablename__ = "criterion"

    id: Mapped[Id]
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[Words]
    help: Mapped[Words] = mapped_column(default=dict)
    weight: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    """Per cent; all of a position sum to exactly 100."""
    anchors: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """[{"score": 1, "text": {"en", "nl"}}], lowest first."""
    place: Mapped[int] = mapped_column(default=0)


class Rubric(Base):
    """A set of criteria to start a position from."""

    __tablename__ = "rubric"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Words]
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """[{"key", "label", "help", "weight", "anchors"}]."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReasonSet(Base):
    """The institute's reason codes for a rejection; a position freezes its own copy."""

    __tablename__ = "reason_set"

    id: Mapped[Id]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

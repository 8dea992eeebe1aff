"""Workflows as rows: stages, and the moves between them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from .base import Base, Id, Words, one_of
from .message import MessageTemplate


class StageKind(StrEnum):
    """Fixed, so that reports agree across workflows."""

    DRAFT = "draft"
    INTAKE = "intake"
    REVIEW = "review"
    SHORTLIST = "shortlist"
    INTERVIEW = "interview"
    RECOMMENDED = "recommended"
    RESERVE = "reserve"
    OFFER = "offer"
    ACCEPTED = "accepted"
    CHECKS = "checks"
    HIRED = "hired"
    INELIGIBLE = "ineligible"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        return self in ENDS

    @property
    def rank(self) -> int:
        """How far along the way to being hired; ends other than that are nowhere on it."""
        return LADDER.index(self) if self in LADDER else -1


LADDER = (
    StageKind.DRAFT,
    StageKind.INTAKE,
    StageKind.REVIEW,
    StageKind.SHORTLIST,
    StageKind.INTERVIEW,
    StageKind.RESERVE,
    StageKind.RECOMMENDED,
    StageKind.OFFER,
    StageKind.ACCEPTED,
    StageKind.CHECKS,
    StageKind.HIRED,
)
"""The way to being hired, in order."""

ENDS = frozenset(
    {
        StageKind.HIRED,
        StageKind.INELIGIBLE,
        StageKind.REJECTED,
        StageKind.WITHDRAWN,
        StageKind.DECLINED,
        StageKind.EXPIRED,
        StageKind.CANCELLED,
    }
)


class Asks(StrEnum):
    """Whether a move asks for a reason."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Workflow(Base):
    """A template of the institute, or the copy that one position pinned at publication."""

    __tablename__ = "workflow"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[Words]
    description: Mapped[Words] = mapped_column(default=dict)
    is_copy: Mapped[bool] = mapped_column(default=False)
    copied_from_id: Mapped[str | None] = mapped_column(ForeignKey("workflow.id"))
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    stages: Mapped[list["Stage"]] = relationship(
        back_populates="workflow", order_by="Stage.place", cascade="all, delete-orphan"
    )
    moves: Mapped[list["Move"]] = relationship(
        back_populates="workflow", order_by="Move.place", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Stage(Base):
    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("workflow_id", "key"),)

    id: Mapped[Id]
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[StageKind] = mapped_column(one_of(StageKind))
    label: Mapped[Words]
    applicant_label: Mapped[Words]
    next_words: Mapped[Words] = mapped_column(default=dict)
    """What happens next, told to the candidate."""
    is_blind: Mapped[bool] = mapped_column(default=False)
    """Hides identity from reviewers where the position asks for a blind first round."""
    takes_reviews: Mapped[bool] = mapped_column(default=False)
    reviews_wanted: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)

    workflow: Mapped[Workflow] = relationship(back_populates="stages")


class Move(Base):
    """A way from one stage to another: who may take it, when, and what it asks and sends."""

    __tablename__ = "move"
    __table_args__ = (UniqueConstraint("workflow_id", "key", "from_stage_id"),)

    id: Mapped[Id]
    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60))
    from_stage_id: Mapped[str] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"), index=True)
    to_stage_id: Mapped[str] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"))
    label: Mapped[Words]
    by: Mapped[list[str]]
    """Who may: chair, member, coordinator, hr, candidate."""
    conditions: Mapped[list[str]] = mapped_column(default=list)
    """Names known to rules.conditions."""
    asks_reason: Mapped[Asks] = mapped_column(one_of(Asks), default=Asks.NONE)
    message_key: Mapped[str | None] = mapped_column(String(60))
    """The message template that goes to the candidate."""
    style: Mapped[str] = mapped_column(String(20), default="forward")
    """forward, back, reject, withdraw: how the button looks and where it stands."""
    place: Mapped[int] = mapped_column(default=0)

    workflow: Mapped[Workflow] = relationship(back_populates="moves")
    from_stage: Mapped[Stage] = relationship(foreign_keys=[from_stage_id])
    to_stage: Mapped[Stage] = relationship(foreign_keys=[to_stage_id])
    template: Mapped[MessageTemplate | None] = relationship(
        primaryjoin=lambda: foreign(Move.message_key) == MessageTemplate.key, viewonly=True
    )
    """None where the move sends no message, or none of that name is here."""

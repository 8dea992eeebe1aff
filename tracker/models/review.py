"""Reviews with their scores, and comments."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .application import Application
from .base import Base, Id, one_of
from .person import Person


class ReviewState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ABSTAINED = "abstained"


class Recommendation(StrEnum):
    STRONG_YES = "strong_yes"
    YES = "yes"
    DOUBT = "doubt"
    NO = "no"


class Review(Base):
    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        Index("ix_review_reviewer", "reviewer_id", "state", "application_id"),
        # whether a reader's own is in, asked of each row that a list walks past: one reader's are beside each other
        Index(
            "ix_review_in",
            *("reviewer_id", "application_id"),
            sqlite_where=text("state != 'draft'"),
            postgresql_where=text("state != 'draft'"),
        ),
    )

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ReviewState] = mapped_column(one_of(ReviewState), default=ReviewState.DRAFT)
    strengths: Mapped[str] = mapped_column(Text, default="")
    weaknesses: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[Recommendation | None] = mapped_column(one_of(Recommendation))
    abstain_reason: Mapped[str] = mapped_column(Text, default="")
    total: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    """Weighted mean of the scores, on the position's scale; set at submission."""
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship()
    reviewer: Mapped[Person] = relationship()
    scores: Mapped[list["Score"]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_in(self) -> bool:
        return self.state is not ReviewState.DRAFT


class Score(Base):
    __tablename__ = "score"

    review_id: Mapped[str] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[str] = mapped_column(ForeignKey("criterion.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[int]


class Audience(StrEnum):
    COMMITTEE = "committee"
    HR = "hr"
    CHAIR = "chair"
    CANDIDATE = "candidate"


class Comment(Base):
    """Said to an audience; can be changed for some minutes, then stands. Earlier wordings are entries."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_thread", "application_id", "written_at"),)

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[Audience] = mapped_column(one_of(Audience), default=Audience.COMMITTEE)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[Person] = relationship()
    mentions: Mapped[list["Mention"]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class Mention(Base):
    __tablename__ = "mention"

    comment_id: Mapped[str] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)

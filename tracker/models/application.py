"""Applications: a candidate's for a position, its answers, documents, and the moves it made."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Computed, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, one_of
from .message import Message
from .person import Person
from .position import Position
from .workflow import Move, Stage, StageKind


class Origin(StrEnum):
    """Where an applicant comes from, seen from the institute; reports use it."""

    INTERNAL = "internal"
    COUNTRY = "country"
    ABROAD = "abroad"
    UNKNOWN = "unknown"


UNTOLD = text("stage_kind IN ('ineligible', 'rejected') AND (told_at IS NULL OR told_at < stage_since)")
"""The application ended, and no message says so: word for word as an index has it."""

WHO_KNOWS = "stage_id", "candidate_id", "submitted_at"
"""From these follows what a reader knows of a row. Who knows the names or scores of some rows alone has these in
order, and walks past the others without leaving the index."""


class Application(Base):
    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("position_id", "candidate_id"),
        # pages of a position's list, and of all applications, in each order that a column gives
        Index("ix_application_list", "position_id", "submitted_at", "id", "candidate_id", "text_number"),
        Index("ix_application_list_name", "position_id", "sort_name", "id", *WHO_KNOWS),
        Index("ix_application_list_code", "position_id", "code", "id", *WHO_KNOWS),
        Index("ix_application_list_score", "position_id", "sort_score", "id", *WHO_KNOWS),
        Index("ix_application_list_reviews", "position_id", "reviews_in", "id", *WHO_KNOWS),
        Index("ix_application_list_waiting", "position_id", "stage_since", "id"),
        Index("ix_application_list_stage", "position_id", "stage_place", "id"),
        Index("ix_application_list_deadline", "position_id", "id", *WHO_KNOWS),
        Index("ix_application_recent", "submitted_at", "id", "candidate_id", "text_number"),
        Index("ix_application_kind", "stage_kind", "submitted_at", "id"),
        Index("ix_application_name", "sort_name", "id"),
        Index("ix_application_score", "sort_score", "id"),
        Index("ix_application_reviews", "reviews_in", "id"),
        Index("ix_application_waiting", "stage_since", "id"),
        Index("ix_application_place", "stage_place", "id"),
        Index(
            "ix_application_extra_time",
            *("position_id", "extra_until"),
            sqlite_where=text("extra_until IS NOT NULL"),
            postgresql_where=text("extra_until IS NOT NULL"),
        ),
        # counts by stage and for the funnel, answered from the index alone; those waiting longest in a stage
        Index(
            "ix_application_stage",
            *(
                "position_id",
                "stage_id",
                "stage_since",
                "id",
                "submitted_at",
                "candidate_id",
                "reviews_in",
                "stage_kind",
            ),
        ),
        Index(
            "ix_application_funnel",
            *("position_id", "stage_kind", "furthest", "origin", "submitted_at", "candidate_id", "id"),
        ),
        # the funnel of everything: so few columns that PostgreSQL keeps each combination once
        Index(
            "ix_application_reached",
            *("position_id", "stage_kind", "furthest", "origin"),
            sqlite_where=text("submitted_at IS NOT NULL"),
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
        # what waits for somebody: those under way, and those whose end nobody was told of
        Index(
            "ix_application_under_way",
            *("position_id", "submitted_at", "id", "candidate_id", "stage_id", "stage_since", "ended_at"),
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_application_untold",
            *("position_id", "stage_since", "id", "candidate_id"),
            sqlite_where=UNTOLD,
            postgresql_where=UNTOLD,
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What a reader sees instead of a name while blind: K7Q-3FD."""
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    candidate_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    stage_id: Mapped[str] = mapped_column(ForeignKey("stage.id"))
    """Assigned in one line of the program: applications.moving.place."""
    stage_kind: Mapped[StageKind] = mapped_column(one_of(StageKind))
    """The kind of the stage it stands in, set with it."""
    stage_place: Mapped[int]
    """The place of that stage in its workflow, so that an index has every row in that order; set with it."""
    stage_since: Mapped[datetime]
    furthest: Mapped[StageKind] = mapped_column(one_of(StageKind, name="furthest"), default=StageKind.DRAFT)
    """The kind of the furthest stage it has reached, for the funnel; an end is not further than what came before it."""
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Since when it stands in a stage that is an end; None while it is under way."""
    told_at: Mapped[datetime | None]
    """When its latest message was made that is not cancelled; a trigger on messages sees to it."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    origin: Mapped[Origin] = mapped_column(one_of(Origin), default=Origin.UNKNOWN)
    country: Mapped[str] = mapped_column(String(2), default="")
    """Where the candidate lives now, from the answers; ISO 3166."""
    name: Mapped[str] = mapped_column(String(200), default="")
    """The candidate's name as submitted; the facet IDENTITY."""
    extra_until: Mapped[datetime | None]
    """HR's grace for this candidate alone: may submit until then."""
    sort_name: Mapped[str] = mapped_column(String(200), Computed("lower(name)", persisted=True))
    reviews_in: Mapped[int] = mapped_column(default=0)
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    """Mean of the weighted totals of the reviews that are in, on the position's scale."""
    sort_score: Mapped[Decimal] = mapped_column(Numeric(6, 3), Computed("coalesce(score, -1)", persisted=True))
    """With none below all others, so that an index has every row in order."""
    text_number: Mapped[int | None]
    """Of its ApplicationText, so that an index of applications says which text to ask about; a trigger keeps it."""
    version: Mapped[int] = mapped_column(default=1)

    position: Mapped[Position] = relationship()
    candidate: Mapped[Person] = relationship()
    stage: Mapped[Stage] = relationship()
    answers: Mapped[list["Answer"]] = relationship(cascade="all, delete-orphan")
    documents: Mapped[list["Document"]] = relationship(cascade="all, delete-orphan", order_by="Document.uploaded_at")
    conflicts: Mapped[list["Conflict"]] = relationship(cascade="all, delete-orphan")
    assignments: Mapped[list["Assignment"]] = relationship(cascade="all, delete-orphan")
    transitions: Mapped[list["Transition"]] = relationship(
        cascade="all, delete-orphan", order_by="Transition.at", foreign_keys="Transition.application_id"
    )

    __mapper_args__ = {"version_id_col": version}


class Answer(Base):
    """One answer, saved by itself; `version` guards against two tabs."""

    __tablename__ = "answer"

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ApplicationText(Base):
    """Words for search, in three parts: a reader's words are looked for only in the parts they may see.

    A migration keeps an index of all three in the engine's own way; plumbing.search asks it.
    """

    __tablename__ = "application_text"

    number: Mapped[int] = mapped_column(primary_key=True)
    """What SQLite's index of words calls the row."""
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), unique=True)
    open_text: Mapped[str] = mapped_column(Text, default="")
    """Answers that neither identify nor are hidden from reviewers; the candidate's own names taken out."""
    identity_text: Mapped[str] = mapped_column(Text, default="")
    """Name and identifying answers, but none that is hidden from reviewers: the facet IDENTITY."""
    hidden_text: Mapped[str] = mapped_column(Text, default="")
    """E-mail, and answers hidden from reviewers: the facet HIDDEN_ANSWERS."""


class DocumentState(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


class Document(Base):
    """An uploaded file. Bytes live in storage under `storage_key`; a stored file is never overwritten."""

    __tablename__ = "document"

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(255))
    """As the candidate named it: shown to those who may know the name, never used on disk."""
    storage_key: Mapped[str] = mapped_column(String(120), unique=True)
    size: Mapped[int]
    pages: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[DocumentState] = mapped_column(one_of(DocumentState), default=DocumentState.CHECKING)
    refusal: Mapped[str] = mapped_column(String(300), default="")
    """English sentence of rules; translated where it is shown."""
    uploaded_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]


class Transition(Base):
    """A move that was made: from where, to where, by whom, why, and until when it can be undone."""

    __tablename__ = "transition"

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    move_id: Mapped[str | None] = mapped_column(ForeignKey("move.id"))
    from_stage_id: Mapped[str] = mapped_column(ForeignKey("stage.id"))
    to_stage_id: Mapped[str] = mapped_column(ForeignKey("stage.id"))
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason_code: Mapped[str] = mapped_column(String(60), default="")
    reason_text: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    batch_id: Mapped[str | None] = mapped_column(String(16), index=True)
    """Moves made together carry one batch, so that they can be undone together."""
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    move: Mapped[Move | None] = relationship()
    from_stage: Mapped[Stage] = relationship(foreign_keys=[from_stage_id])
    to_stage: Mapped[Stage] = relationship(foreign_keys=[to_stage_id])
    by: Mapped[Person | None] = relationship()
    message: Mapped[Message | None] = relationship()


class ConflictKind(StrEnum):
    NONE = "none"
    """Declared that there is none."""
    SUPERVISOR = "supervisor"
    COAUTHOR = "coauthor"
    INSTITUTION = "institution"
    FAMILY = "family"
    PERSONAL = "personal"
    REFEREE = "referee"
    OTHER = "other"
    """Told to HR in words; seen, but not in the way."""


class Conflict(Base):
    """What a reader declared about one applicant; `blocks` takes the application out of their sight."""

    __tablename__ = "conflict"
    __table_args__ = (
        Index("ix_conflict_reader", "person_id", "position_id", "was_blind", "submitted_at", "application_id"),
        Index(
            "ix_conflict_blocks",
            *("person_id", "position_id", "application_id", "blocks"),
            sqlite_where=text("blocks IS 1"),
            postgresql_where=text("blocks IS true"),
        ),
    )

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ConflictKind] = mapped_column(one_of(ConflictKind))
    note: Mapped[str] = mapped_column(Text, default="")
    blocks: Mapped[bool] = mapped_column(default=False)
    was_blind: Mapped[bool] = mapped_column(default=False)
    """Declared while the name was hidden: asked again once it shows."""
    declared_at: Mapped[datetime]
    position_id: Mapped[str] = mapped_column(String(16), server_default="")
    submitted_at: Mapped[datetime | None]
    """The application's, which stays, like its position. For queries: a trigger sets both."""

    person: Mapped[Person] = relationship()


class Assignment(Base):
    """A member asked to review an application. What triggers set is there for queries alone."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_person", "person_id", "due_at", "application_id"),
        Index("ix_assignment_load", "position_id", "person_id", "is_in", "is_open", "due_at"),
    )

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    position_id: Mapped[str] = mapped_column(String(16), server_default="")
    """The application's; a trigger sets it."""
    is_in: Mapped[bool] = mapped_column(server_default=false())
    """That member has reviewed, or abstained; triggers on reviews keep it."""
    is_open: Mapped[bool] = mapped_column(server_default=false())
    """Not in, and the application stands where reviews are taken; a trigger on its stage keeps it, too."""

    person: Mapped[Person] = relationship()


class Opening(Base):
    """An administrator's stated reason to look into an application, good for a while."""

    __tablename__ = "opening"

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime]

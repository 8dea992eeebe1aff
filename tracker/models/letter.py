"""Letters of reference: asked from a referee by a secret link, written once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .application import Application
from .base import Base, Id, one_of


class LetterState(StrEnum):
    ASKED = "asked"
    RECEIVED = "received"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Letter(Base):
    __tablename__ = "letter"

    id: Mapped[Id]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    referee_name: Mapped[str] = mapped_column(String(200))
    referee_email: Mapped[str] = mapped_column(String(320))
    referee_organisation: Mapped[str] = mapped_column(String(200), default="")
    relation: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    """In which the referee is written to; the candidate chooses."""
    state: Mapped[LetterState] = mapped_column(one_of(LetterState), default=LetterState.ASKED)
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(Text, default="")
    rating: Mapped[str] = mapped_column(String(40), default="")
    storage_key: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship()

    __mapper_args__ = {"version_id_col": version}

"""Messages: every e-mail is a row first. Deliveries are the ledger of what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Optional

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Words, one_of

if TYPE_CHECKING:
    from .application import Application


class MessageState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Gave up: refused for good, or tried too often."""
    CANCELLED = "cancelled"


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "state", "send_after"),
        Index("ix_message_counts", "state", "created_at", "application_id"),
        Index("ix_message_told", "application_id", "created_at", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True, insert_sentinel=True)
    """The Message-ID header, the same at every try; made here, so of many written at once each gets its own number."""
    kind: Mapped[str] = mapped_column(String(60))
    """The template it was made from."""
    to_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    to_name: Mapped[str] = mapped_column(String(200), default="")
    to_email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(one_of(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]

    application: Mapped[Optional["Application"]] = relationship()
    """Written before its messages: one that says itself that it was told is not written again by the trigger that sees
    to it."""
    deliveries: Mapped[list["Delivery"]] = relationship(cascade="all, delete-orphan", order_by="Delivery.at")


class Delivery(Base):
    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    """accepted, deferred, refused."""
    detail: Mapped[str] = mapped_column(String(500), default="")
    """The server's answer."""


class MessageTemplate(Base):
    """The institute's wording of a message to a candidate; placeholders are literal: {candidate}."""

    __tablename__ = "message_template"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    subject: Mapped[Words]
    body: Mapped[Words]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Notice(Base):
    """Something a person is told on their desk that no other row would tell: somebody mentioned them."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_unread",
            *("person_id", "at"),
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(16), default="")
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    """Where set, shown only while the person may see that application."""
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

"""People, their sessions, their links, and the attempts that are counted against guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, one_of


class SiteRole(StrEnum):
    NONE = "none"
    HR = "hr"
    ADMIN = "admin"


class Person(Base):
    """Anyone who can sign in. `email` as written, `email_canonical` unique."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_staff", "id", sqlite_where=text("is_staff IS 1"), postgresql_where=text("is_staff IS true")),
    )
    __allow_unmapped__ = True

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_canonical: Mapped[str] = mapped_column(String(320), unique=True)
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(255))
    site_role: Mapped[SiteRole] = mapped_column(one_of(SiteRole), default=SiteRole.NONE)
    is_staff: Mapped[bool] = mapped_column(default=False)
    """Came by invitation; sees the desk. What they may do there follows from their roles alone."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Amsterdam")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    factor_since: Mapped[datetime | None]
    """Since when a second factor is asked for: while there is an authenticator app or a passkey."""
    version: Mapped[int] = mapped_column(default=1)

    sessions: Mapped[list["Session"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    is_authenticated = True
    is_anonymous = False
    session_key: str | None = None
    """The open session this request came with; set by the one who loads the person."""

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    def get_id(self) -> str:
        """What the cookie holds: the key of a session row, so that ending the row ends the session."""
        return self.session_key or ""


class Session(Base):
    __tablename__ = "session"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    factor_at: Mapped[datetime | None]
    """When the second factor was shown in this session; without it, one who has a factor is not in yet."""
    proved_at: Mapped[datetime | None]
    """When whoever sits there last proved who they are; asked again before what a stranger must not do."""
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")

    person: Mapped[Person] = relationship(back_populates="sessions")


class LinkPurpose(StrEnum):
    VERIFY = "verify"
    RESET = "reset"
    INVITE = "invite"
    EMAIL = "email"
    FIRST_ADMIN = "first_admin"
    LETTER = "letter"


class Link(Base):
    """A secret link: 128 bits or more, kept as a hash, for one purpose, until used, expired or replaced."""

    __tablename__ = "link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    subject_id: Mapped[str | None] = mapped_column(String(16), index=True)
    """The thing the link opens where that is no person: a letter."""
    email: Mapped[str] = mapped_column(String(320), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class Attempt(Base):
    """One counted try (sign-in, reset, sign-up, link), by account or by address; survives a refused request."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(100), index=True)
    at: Mapped[datetime] = mapped_column(index=True)

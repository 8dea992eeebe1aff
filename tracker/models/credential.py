"""How people prove who they are besides a password: apps, passkeys, recovery codes, identities elsewhere."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id


class Authenticator(Base):
    """An app that shows a code every half minute. It counts once a code of it has been given."""

    __tablename__ = "authenticator"

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(400))
    """Encrypted; `accounts.sealed` opens it."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The half minute of the last code that was taken: no code of it, or of an earlier one, is taken again."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Passkey(Base):
    __tablename__ = "passkey"

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """As browsers write it: base64url."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyChallenge(Base):
    """What a browser has been asked to sign: kept as a hash, taken once, for a few minutes."""

    __tablename__ = "passkey_challenge"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """One of the ten to keep on paper; each opens once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Identity(Base):
    """Who this person is at another institution: issuer and subject, never an e-mail address."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(320))
    """What the person knows it by: an ORCID iD, an address there."""
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

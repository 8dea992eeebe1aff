"""Who is what, where: roles on a position and on a theme."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, one_of
from .person import Person


class PositionRole(StrEnum):
    CHAIR = "chair"
    """Leads the position: the supervisor who decides with reasons."""
    MEMBER = "member"
    OBSERVER = "observer"
    COORDINATOR = "coordinator"


class Seat(Base):
    """A person's place on the committee of a position; one role each."""

    __tablename__ = "seat"

    position_id: Mapped[str] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[PositionRole] = mapped_column(one_of(PositionRole))
    since: Mapped[datetime]

    person: Mapped[Person] = relationship()


class ThemeSeat(Base):
    """A coordinator of a theme."""

    __tablename__ = "theme_seat"

    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]

    person: Mapped[Person] = relationship()

"""History: one line per change, append-only, each carrying the hash of the one before it for the same thing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base
from .person import Person


class Entry(Base):
    """Who, when, what, why. The database itself refuses to change or delete a row."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("thing", "thing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(30))
    """application, position, workflow, person …: the chain is per thing and thing_id."""
    thing_id: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    """1, 2, 3 … within the chain."""
    at: Mapped[datetime]
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids and facts, never a candidate's text."""
    previous: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))

    by: Mapped[Person | None] = relationship()

"""Application forms: data in versions. A version never changes once a position was published with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Words


class ApplicationForm(Base):
    __tablename__ = "form"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Words]
    archived_at: Mapped[datetime | None]

    versions: Mapped[list["FormVersion"]] = relationship(back_populates="form", order_by="FormVersion.number")


class FormVersion(Base):
    """`content` as rules.questions.Form parses it. Open to change until `frozen_at`."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_id", "number"),)

    id: Mapped[Id]
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    form: Mapped[ApplicationForm] = relationship(back_populates="versions")

    __mapper_args__ = {"version_id_col": version}

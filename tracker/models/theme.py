"""Research themes and what their public pages show."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Id, Words
from .role import ThemeSeat


class Theme(Base):
    __tablename__ = "theme"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Words]
    summary: Mapped[Words]
    research: Mapped[Words]
    """Markdown."""
    hue: Mapped[int] = mapped_column(default=210)
    place: Mapped[int] = mapped_column(default=0)
    is_shown: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    projects: Mapped[list["ThemeProject"]] = relationship(order_by="ThemeProject.place", cascade="all, delete-orphan")
    prizes: Mapped[list["ThemePrize"]] = relationship(order_by="ThemePrize.year.desc()", cascade="all, delete-orphan")
    coordinators: Mapped[list[ThemeSeat]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class ThemeProject(Base):
    """A running research project of a theme, with its grant."""

    __tablename__ = "theme_project"

    id: Mapped[Id]
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    title: Mapped[Words]
    summary: Mapped[Words]
    leader: Mapped[str] = mapped_column(String(200), default="")
    funder: Mapped[str] = mapped_column(String(120), default="")
    grant_number: Mapped[str] = mapped_column(String(80), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    place: Mapped[int] = mapped_column(default=0)


class ThemePrize(Base):
    __tablename__ = "theme_prize"

    id: Mapped[Id]
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    year: Mapped[int]
    title: Mapped[Words]
    winner: Mapped[str] = mapped_column(String(200), default="")

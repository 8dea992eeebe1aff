"""Themes as the public sees them, and as the administrator writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from tracker.models import Person, Position, PositionTheme, Theme, ThemeProject, ThemeSeat
from tracker.plumbing.database import db
from tracker.rules.roles import Standing
from tracker.themes.openings import announced

Rows = Sequence[Row[*tuple[Any, ...]]]
MOST_POSITIONS = 50


def every_theme(who: Standing) -> Select[Theme]:
    """Shown or hidden: for those who write them."""
    return select(Theme).order_by(Theme.place, Theme.slug)


def shown_themes() -> Select[Theme]:
    return select(Theme).where(Theme.is_shown.is_(True)).order_by(Theme.place, Theme.slug)


def theme_cards(now: datetime, *, hidden_too: bool = False) -> Rows:
    """One row a theme: slug, name, summary, hue, how many positions are announced and projects run. One query."""
    cards = select(
        Theme.id,
        Theme.slug,
        Theme.name,
        Theme.summary,
        Theme.hue,
        Theme.is_shown,
        _open_positions(now).label("open_positions"),
        _projects().label("projects"),
    ).order_by(Theme.place, Theme.slug)
    return db.session.execute(cards if hidden_too else cards.where(Theme.is_shown.is_(True))).all()


def _open_positions(now: datetime) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(PositionTheme)
        .join(Position, and_(Position.id == PositionTheme.position_id, announced(now)))
        .where(PositionTheme.theme_id == Theme.id)
        .correlate(Theme)
        .scalar_subquery()
    )


def _projects() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(ThemeProject)
        .where(ThemeProject.theme_id == Theme.id)
        .correlate(Theme)
        .scalar_subquery()
    )


def shown_theme(slug: str) -> Theme | None:
    return db.session.scalars(select(Theme).where(Theme.slug == slug, Theme.is_shown.is_(True))).one_or_none()


def coordinators_of(theme: Theme) -> Rows:
    """Name and id of each coordinator whose account is open."""
    return db.session.execute(
        select(Person.id, Person.name, Person.email)
        .join(ThemeSeat, ThemeSeat.person_id == Person.id)
        .where(ThemeSeat.theme_id == theme.id, Person.closed_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()


def positions_of(theme: Theme, now: datetime) -> Rows:
    """Those announced now, the earliest deadline first."""
    columns = (
        Position.id,
        Position.kind,
        Position.title,
        Position.summary,
        Position.department,
        Position.funding,
        Position.opens_at,
        Position.closes_at,
        Position.time_zone,
    )
    return db.session.execute(
        select(*columns)
        .join(PositionTheme, PositionTheme.position_id == Position.id)
        .where(PositionTheme.theme_id == theme.id, announced(now))
        .order_by(Position.closes_at, Position.id)
        .limit(MOST_POSITIONS)
    ).all()

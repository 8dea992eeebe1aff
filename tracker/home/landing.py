"""What the landing shows: themes, the positions that close first, and one's own next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tracker.models import Application, Position, Theme, ThemePrize, ThemeProject
from tracker.plumbing.database import db
from tracker.positions.public_list import themes_by_position
from tracker.positions.queries import announced, takes_applications
from tracker.rules.roles import Standing
from tracker.themes.queries import theme_cards

SHOWN = 6
PROUD_OF = 4
"""How many projects and how many prizes stand on the landing."""


@dataclass(frozen=True)
class Landing:
    themes: Sequence[Any]
    positions: Sequence[Any]
    open_positions: int
    themes_of: Mapping[str, Sequence[Any]]
    """Of each position shown, its themes."""
    projects: Sequence[Any]
    prizes: Sequence[Any]
    draft: Any = None
    """The candidate's draft that closes first, if there is one."""
    applications: int = 0
    """How many the candidate has sent."""


def landing_of(who: Standing, *, now: datetime) -> Landing:
    rows = db.session.execute(
        select(
            Position.id,
            Position.title,
            Position.summary,
            Position.kind,
            Position.department,
            Position.funding,
            Position.opens_at,
            Position.closes_at,
            Position.time_zone,
            func.count().over().label("open"),
        )
        .where(announced(now))
        .order_by(Position.closes_at, Position.id)
        .limit(SHOWN)
    ).all()
    total = rows[0].open if rows else 0
    known = bool(who.person_id)
    return Landing(
        themes=theme_cards(now),
        positions=rows,
        open_positions=total,
        themes_of=themes_by_position([row.id for row in rows]),
        projects=_projects(),
        prizes=_prizes(),
        draft=_first_draft(who, now) if known else None,
        applications=_sent(who) if known else 0,
    )


def _projects() -> Sequence[Any]:
    """The first funded project of each theme: one of each, so that the landing shows how they differ."""
    first = (
        select(ThemeProject.theme_id, func.min(ThemeProject.place).label("place"))
        .where(ThemeProject.funder != "")
        .group_by(ThemeProject.theme_id)
        .subquery()
    )
    return db.session.execute(
        select(ThemeProject.title, ThemeProject.leader, ThemeProject.funder, Theme.slug, Theme.name, Theme.hue)
        .join(Theme, Theme.id == ThemeProject.theme_id)
        .join(first, (first.c.theme_id == ThemeProject.theme_id) & (first.c.place == ThemeProject.place))
        .where(Theme.is_shown.is_(True))
        .order_by(Theme.place, ThemeProject.id)
        .limit(PROUD_OF)
    ).all()


def _prizes() -> Sequence[Any]:
    return db.session.execute(
        select(ThemePrize.year, ThemePrize.title, ThemePrize.winner, Theme.slug, Theme.name, Theme.hue)
        .join(Theme, Theme.id == ThemePrize.theme_id)
        .where(Theme.is_shown.is_(True))
        .order_by(ThemePrize.year.desc(), Theme.place, ThemePrize.id)
        .limit(PROUD_OF)
    ).all()


def _first_draft(who: Standing, now: datetime) -> Any:
    return db.session.execute(
        select(Application.id, Position.title, Position.closes_at, Position.time_zone)
        .join(Position)
        .where(Application.candidate_id == who.person_id, Application.submitted_at.is_(None), takes_applications(now))
        .order_by(Position.closes_at, Application.id)
        .limit(1)
    ).first()


def _sent(who: Standing) -> int:
    sent = select(func.count()).where(Application.candidate_id == who.person_id, Application.submitted_at.is_not(None))
    return db.session.scalar(sent) or 0

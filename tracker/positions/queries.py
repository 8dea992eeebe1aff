"""Which positions somebody sees: the public, applicants, and the staff at their desk."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from tracker.models import Position, PositionTheme
from tracker.models.position import PUBLIC_STATES
from tracker.plumbing.sight import among
from tracker.rules.roles import ANYONE, Standing
from tracker.themes.openings import announced, takes_applications

__all__ = ["announced", "open_positions", "public_positions", "takes_applications", "visible_positions"]


def public_positions(who: Standing = ANYONE) -> Select[Position]:
    """Those with a public page: advertised now, or once. Never a draft, for anybody."""
    return select(Position).where(Position.state.in_(PUBLIC_STATES))


def open_positions(now: datetime) -> Select[Position]:
    """Those that take applications at this moment."""
    return select(Position).where(takes_applications(now))


def visible_positions(who: Standing) -> Select[Position]:
    """Those whose staff page this standing may open: what policy VIEW_POSITION states, in SQL."""
    return select(Position).where(within_sight(who))


def within_sight(who: Standing) -> ColumnElement[bool]:
    """The condition of visible_positions; speaks of Position alone."""
    if who.is_hr or who.is_admin:
        return true()
    ways: list[ColumnElement[bool]] = []
    if who.seats:
        ways.append(among(Position.id, who.seats))
    if who.themes:
        ways.append(Position.id.in_(select(PositionTheme.position_id).where(among(PositionTheme.theme_id, who.themes))))
    return or_(*ways) if ways else false()

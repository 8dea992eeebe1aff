"""Which positions take applications now: what rules.deadlines.is_open says, in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from tracker.models import Position, PositionState


def takes_applications(now: datetime) -> ColumnElement[bool]:
    """Published, opened, and not past its deadline; the second of the deadline itself still counts."""
    return and_(
        Position.state == PositionState.PUBLISHED,
        or_(Position.opens_at.is_(None), Position.opens_at <= now),
        still_ahead(now),
    )


def still_ahead(now: datetime) -> ColumnElement[bool]:
    """The deadline is not past."""
    return or_(Position.closes_at.is_(None), Position.closes_at >= now.replace(microsecond=0))


def announced(now: datetime) -> ColumnElement[bool]:
    """Takes applications now, or will once it opens."""
    return and_(Position.state == PositionState.PUBLISHED, still_ahead(now))

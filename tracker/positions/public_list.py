"""The public list of positions: filters that stay in the address, keyset pages, the rows as they are shown."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from tracker.models import Funding, Position, PositionKind, PositionTheme, Theme
from tracker.models.position import PUBLIC_STATES
from tracker.plumbing.database import db
from tracker.plumbing.keyset import Page
from tracker.rules.search_text import search_words
from tracker.themes.openings import announced

PAGE = 20
Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Wanted:
    """The filters in force; `mistaken` names those that could not be read and so do not count."""

    theme: str = ""
    kind: PositionKind | None = None
    funding: Funding | None = None
    before: date | None = None
    text: str = ""
    closed_too: bool = False
    after: str = ""
    mistaken: tuple[str, ...] = field(default=())

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "Wanted":
        mistaken: list[str] = []
        return cls(
            theme=query.get("theme", "").strip()[:80],
            kind=one_of(PositionKind, query.get("kind", ""), "kind", mistaken),
            funding=one_of(Funding, query.get("funding", ""), "funding", mistaken),
            before=_day(query.get("before", ""), mistaken),
            text=query.get("q", "").strip()[:200],
            closed_too=query.get("closed", "") == "1",
            after=query.get("after", ""),
            mistaken=tuple(mistaken),
        )

    @property
    def query(self) -> dict[str, str]:
        """As it stands in the address, without the page."""
        values = {
            "q": self.text,
            "theme": self.theme,
            "kind": self.kind.value if self.kind else "",
            "funding": self.funding.value if self.funding else "",
            "before": self.before.isoformat() if self.before else "",
            "closed": "1" if self.closed_too else "",
        }
        return {name: value for name, value in values.items() if value}

    @property
    def is_narrow(self) -> bool:
        return bool(self.query)

    def without(self, name: str) -> dict[str, str]:
        return {key: value for key, value in self.query.items() if key != name}

    def on_page(self, mark: str) -> dict[str, str]:
        return {**self.query, "after": mark}


def one_of(kind: Any, raw: str, name: str, mistaken: list[str]) -> Any:
    if not raw:
        return None
    try:
        return kind(raw)
    except ValueError:
        mistaken.append(name)
        return None


def _day(raw: str, mistaken: list[str]) -> date | None:
    if not raw.strip():
        return None
    try:
        found = date.fromisoformat(raw.strip())
    except ValueError:
        mistaken.append("before")
        return None
    if not 2000 <= found.year <= 2999:
        mistaken.append("before")
        return None
    return found


def positions_page(wanted: Wanted, now: datetime) -> Page[Any]:
    """Open ones by the earliest deadline; with the closed ones, by the latest."""
    column: ColumnElement[Any] = Position.closes_at  # type: ignore[assignment]  # a column is one
    order = (column.desc(), Position.id.desc()) if wanted.closed_too else (column, Position.id)
    query = (
        select(
            Position.id,
            Position.kind,
            Position.state,
            Position.title,
            Position.summary,
            Position.department,
            Position.funding,
            Position.opens_at,
            Position.closes_at,
            Position.time_zone,
        )
        .where(_matching(wanted, now), _from(wanted))
        .order_by(*order)
        .limit(PAGE + 1)
    )
    rows = db.session.execute(query).all()
    after = _mark(rows[PAGE - 1]) if len(rows) > PAGE else None
    return Page(rows[:PAGE], after=after)


def count_of(wanted: Wanted, now: datetime) -> int:
    """How many match; counted to 500 at most."""
    some = select(Position.id).where(_matching(wanted, now)).limit(500).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _matching(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [_advertised(now, closed_too=wanted.closed_too)]
    if wanted.theme:
        in_theme = select(PositionTheme.position_id).join(Theme).where(Theme.slug == wanted.theme)
        parts.append(Position.id.in_(in_theme))
    if wanted.kind:
        parts.append(Position.kind == wanted.kind)
    if wanted.funding:
        parts.append(Position.funding == wanted.funding)
    if wanted.before:
        parts.append(Position.closes_at < datetime.combine(wanted.before + timedelta(days=1), time(), UTC))
    parts.extend(Position.search_text.contains(word, autoescape=True) for word in search_words(wanted.text))
    return and_(*parts)


def _advertised(now: datetime, *, closed_too: bool) -> ColumnElement[bool]:
    return Position.state.in_(PUBLIC_STATES) if closed_too else announced(now)


def _from(wanted: Wanted) -> ColumnElement[bool]:
    """Behind the last row of the page before."""
    found = _read_mark(wanted.after)
    if found is None:
        return and_(True)
    at, row_id = found
    if wanted.closed_too:
        return or_(Position.closes_at < at, and_(Position.closes_at == at, Position.id < row_id))
    return or_(Position.closes_at > at, and_(Position.closes_at == at, Position.id > row_id))


def _mark(row: Any) -> str:
    return base64.urlsafe_b64encode(f"{row.closes_at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _read_mark(raw: str) -> tuple[datetime, str] | None:
    """None for a mark that was made up: then the list starts at its beginning."""
    try:
        at, _, row_id = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode("ascii").partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        return None
    fits = moment.tzinfo and 1970 <= moment.year <= 2999 and row_id and "\x00" not in row_id
    return (moment, row_id) if fits else None


def themes_by_position(ids: Sequence[str]) -> dict[str, list[Any]]:
    """Of each of these positions, its themes in order; one query."""
    rows = db.session.execute(
        select(PositionTheme.position_id, Theme.slug, Theme.name, Theme.hue)
        .join(Theme, Theme.id == PositionTheme.theme_id)
        .where(PositionTheme.position_id.in_(ids))
        .order_by(Theme.place, Theme.slug)
    ).all()
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.position_id, []).append(row)
    return found


def theme_choices() -> Rows:
    """What to choose from: themes that are shown."""
    return db.session.execute(
        select(Theme.slug, Theme.name).where(Theme.is_shown.is_(True)).order_by(Theme.place, Theme.slug)
    ).all()

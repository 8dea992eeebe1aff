"""The staff's list of positions: what one may see, with the numbers of what one may see in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select

from tracker.models import (
    Application,
    Entry,
    Person,
    Position,
    PositionKind,
    PositionState,
    PositionTheme,
    Stage,
    Theme,
)
from tracker.plumbing.database import db
from tracker.plumbing.keyset import MANY, Page
from tracker.plumbing.sight import sees
from tracker.positions.public_list import Rows, one_of
from tracker.positions.queries import within_sight
from tracker.rules.roles import Standing
from tracker.rules.search_text import search_words

PAGE = 50
READERS = 256
"""Whose statements a process keeps."""


@dataclass(frozen=True)
class DeskFilter:
    state: PositionState | None = None
    kind: PositionKind | None = None
    theme: str = ""
    text: str = ""
    mine: bool = False
    after: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "DeskFilter":
        return cls(
            state=one_of(PositionState, query.get("state", ""), "state", []),
            kind=one_of(PositionKind, query.get("kind", ""), "kind", []),
            theme=query.get("theme", "").strip()[:80],
            text=query.get("q", "").strip()[:200],
            mine=query.get("mine", "") == "1",
            after=query.get("after", "")[:20],
        )

    @property
    def query(self) -> dict[str, str]:
        values = {
            "q": self.text,
            "state": self.state.value if self.state else "",
            "kind": self.kind.value if self.kind else "",
            "theme": self.theme,
            "mine": "1" if self.mine else "",
        }
        return {name: value for name, value in values.items() if value}

    def without(self, name: str) -> dict[str, str]:
        return {key: value for key, value in self.query.items() if key != name}


def desk_page(who: Standing, wanted: DeskFilter) -> Page[Any]:
    """The newest first; a page's mark is the id of its last row.

    Of a position with more than MANY applications, `reviews` is how many its first MANY have: to add up all of them
    takes longer than all else on the page.
    """
    seen = select(Application.reviews_in).where(Application.position_id == Position.id, sees(who)).limit(MANY + 1)
    few = seen.correlate(Position).subquery()
    query = (
        select(
            Position.id,
            Position.reference,
            Position.title,
            Position.kind,
            Position.state,
            Position.closes_at,
            Position.time_zone,
            Position.decision_by,
            select(func.count()).select_from(few).correlate(Position).scalar_subquery().label("applications"),
            select(func.coalesce(func.sum(few.c.reviews_in), 0)).correlate(Position).scalar_subquery().label("reviews"),
        )
        .where(within_sight(who), _matching(who, wanted), _from(wanted.after))
        .order_by(Position.created_at.desc(), Position.id.desc())
        .limit(PAGE + 1)
    )
    rows = db.session.execute(query).all()
    return Page(rows[:PAGE], after=rows[PAGE - 1].id if len(rows) > PAGE else None)


def _matching(who: Standing, wanted: DeskFilter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [and_(True)]
    if wanted.state:
        parts.append(Position.state == wanted.state)
    if wanted.kind:
        parts.append(Position.kind == wanted.kind)
    if wanted.theme:
        in_theme = select(PositionTheme.position_id).join(Theme).where(Theme.slug == wanted.theme)
        parts.append(Position.id.in_(in_theme))
    if wanted.mine:
        parts.append(Position.id.in_(who.seats))
    parts.extend(Position.search_text.contains(word, autoescape=True) for word in search_words(wanted.text))
    return and_(*parts)


def _from(mark: str) -> ColumnElement[bool]:
    if not mark:
        return and_(True)
    last = select(Position.created_at).where(Position.id == mark).scalar_subquery()
    return or_(Position.created_at < last, and_(Position.created_at == last, Position.id < mark))


def applications_by_stage(position: Position, who: Standing) -> Rows:
    """Of each stage of the position: id, key, kind, label, and how many applications one may see stand in it.

    Counted to one beyond MANY and no further.
    """
    here = {"position": position.id, "workflow": position.workflow_id}
    return db.session.execute(_by_stage(who.at(position.id)), here).all()


@lru_cache(READERS)
def _by_stage(who: Standing) -> Select[*tuple[Any, ...]]:
    here = Application.position_id == bindparam("position"), Application.stage_id == Stage.id, sees(who)
    few = select(literal(1)).where(*here).limit(MANY + 1).correlate(Stage).subquery()
    number = select(func.count()).select_from(few).scalar_subquery()
    return (
        select(Stage.id, Stage.key, Stage.kind, Stage.label, number.label("applications"))
        .where(Stage.workflow_id == bindparam("workflow"), Stage.kind != "draft")
        .order_by(Stage.place, Stage.id)
    )


def entries_of(position: Position, limit: int = 40) -> Rows:
    """The latest lines of its history, with the names of who wrote them."""
    return db.session.execute(
        select(Entry.id, Entry.at, Entry.what, Entry.data, Person.name)
        .join(Person, Person.id == Entry.by_id, isouter=True)
        .where(Entry.thing == "position", Entry.thing_id == position.id)
        .order_by(Entry.number.desc())
        .limit(limit)
    ).all()


def names_of(ids: set[str]) -> dict[str, str]:
    """People's names by id."""
    if not ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}

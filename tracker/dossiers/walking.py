"""Pages of a list, and counts of its stages. To put such a statement together takes longer than to answer it, so each
is put together once for each reader and each list, and given its values when it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from tracker.dossiers.filters import Filters, Sort
from tracker.dossiers.marks import make_mark, read_mark
from tracker.dossiers.rows import (
    Line,
    Rows,
    beyond,
    beyond_at_each,
    conditions,
    direction,
    first_of_all_parts,
    first_of_each_part,
    found_lines,
    has_turns,
    ids_of_each,
    in_turns,
    is_known_in_part,
    narrow,
    not_short_of,
    of_positions,
    order_of,
    runs_downwards,
    with_what_orders,
)
from tracker.models import Application, Position, PositionTheme, Stage
from tracker.plumbing import search
from tracker.plumbing.database import db, fetch
from tracker.plumbing.keyset import MANY, Page
from tracker.plumbing.planning import Plan, at_most, given, lasting
from tracker.plumbing.search import Sought
from tracker.rules.roles import Standing
from tracker.rules.search_text import looked_for
from tracker.workflows.plans import plan_of

PAGE = 50
LISTS = 128
"""Of so many lists the statements are kept."""
FEW = 40
"""Positions that are looked at one by one; of more, the list is walked through."""
_counted = aliased(Stage)
POSITION = bindparam("position", type_=Application.position_id.type)
WORKFLOW = bindparam("workflow", type_=Stage.workflow_id.type)
SINCE = bindparam("since", type_=Application.stage_since.type)


@dataclass(frozen=True)
class Walk:
    """A page of a list, or the same list counted, but for where it begins."""

    who: Standing
    filters: Filters
    in_one: bool
    """Within one position."""
    ahead: bool
    """Towards greater values."""
    started: bool
    size: int
    of_few: bool = False
    """The filters leave few positions."""
    sought: Sought | None = None
    turn: int = 0
    """Which of the two that `in_turns` tells apart."""
    of_stages: bool = False
    stages: tuple[str, ...] = field(default=(), compare=False)
    """Ids of those the filters leave in one position: PostgreSQL knows how many stand in each, not which has a key."""

    @classmethod
    def along(
        cls,
        who: Standing,
        filters: Filters,
        within: Position | None,
        *,
        size: int,
        ahead: bool = True,
        started: bool = False,
        of_few: bool = False,
    ) -> "Walk":
        """Within a position, by its reader as far as that goes; across all that they see."""
        reader = who if within is None else who.at(within.id)
        sought = search.sought(looked_for(filters.text))
        walk = cls(reader, replace(filters, text=""), within is not None, ahead, started, size, of_few, sought)
        if within is None or not filters.stages:
            return walk
        stages = tuple(one.id for one in plan_of(within).stages if one.key in filters.stages)
        return replace(walk, filters=replace(walk.filters, stages=()), of_stages=True, stages=stages)

    @property
    def sort(self) -> Sort:
        return self.filters.sort

    @property
    def order(self) -> Any:
        return order_of(self.sort, self.who)

    @property
    def is_narrowed(self) -> bool:
        return (
            self.sought is not None
            or self.of_stages
            or self.filters != Filters(sort=self.sort, downwards=self.filters.downwards)
        )

    @property
    def is_of_some(self) -> bool:
        """Across few positions, or those of somebody who does not see all, in an order that an index has for each."""
        across = not self.in_one and self.sort is not Sort.DEADLINE
        return across and (self.of_few or not (self.who.is_hr or self.who.is_admin))

    def fitting(self, *columns: Any, first: ColumnElement[bool] | None = None, one_by_one: bool = False) -> Rows:
        """What the filters leave."""
        fits = conditions(self.filters, who=self.who, since=SINCE, sought=self.sought)
        if self.of_stages:
            fits.append(given(Application.stage_id, "stages"))
        within = POSITION if self.in_one else None
        return narrow(self.who, *columns, first=first, one_by_one=one_by_one, within=within).where(*fits)

    @property
    def start(self) -> tuple[Any, Any]:
        return bindparam("start", type_=self.order.type), bindparam("start_id", type_=Application.id.type)

    def first_of_all_parts(self) -> Subquery:
        start = self.start if self.started else None
        return first_of_all_parts(self.fitting, self.sort, self.who, start, self.ahead, most=self.size + 1)

    @property
    def shares_a_deadline(self) -> bool:
        """Within one position: in order of ids, which an index has, and not sorted."""
        return self.in_one and self.sort is Sort.DEADLINE

    @property
    def direction(self) -> tuple[ColumnElement[bool], ...]:
        return direction(self.order, self.ahead)[1 if self.shares_a_deadline else 0 :]

    def beyond_start(self) -> list[ColumnElement[bool]]:
        past = beyond_at_each if self.shares_a_deadline else beyond
        return [past(self.order, self.start, self.ahead)] if self.started else []

    def values(self, now: datetime, within: Position | None) -> dict[str, Any]:
        """What its statements are given, but for the start of a page."""
        here = {"position": within.id, "workflow": within.workflow_id} if within is not None else {}
        words = self.sought.values if self.sought else {}
        here |= {"stages": " ".join(self.stages)} if self.of_stages else {}
        return here | words | ({"since": now - self.filters.waiting} if self.filters.waiting else {})


def page_of_lines(
    who: Standing, filters: Filters, *, now: datetime, within: Position | None = None, size: int = PAGE
) -> Page[Line]:
    """One page, in one query, by deadline and across some positions in two; first, deep and last cost the same."""
    start = read_mark(filters.mark, filters.sort)
    ahead = runs_downwards(filters) is filters.backwards
    few = _few_positions(filters) if within is None else None
    started, of_few = start is not None, few is not None
    walk = Walk.along(who, filters, within, size=size, ahead=ahead, started=started, of_few=of_few)
    if walk.sought and walk.sought.is_nowhere:
        return Page([])
    values = walk.values(now, within) | {"few": " ".join(few or ())}
    if start is not None:
        values |= {"start": start[0], "start_id": start[1]}
    if walk.sort is Sort.DEADLINE and not walk.in_one:
        values["among"] = " ".join(_nearest(walk, values))
    elif walk.is_of_some:
        values["among"] = " ".join(_first(walk, values))
    rows = ask(_page, walk, values).all()
    more, rows = len(rows) > size, rows[:size]
    return _cut(rows[::-1] if filters.backwards else rows, filters, more=more, started=walk.started)


def _few_positions(filters: Filters) -> list[str] | None:
    """The positions that filters by kind or theme leave; None where they leave many, or do not look at positions."""
    fits = of_positions(filters)
    found = db.session.scalars(select(Position.id).where(*fits).limit(FEW + 1)).all() if fits else []
    return list(found) if fits and len(found) <= FEW else None


def ask(compose: Any, walk: Walk, values: dict[str, Any]) -> Any:
    """Rows of a statement that is kept for each walk."""
    knows_no_filter = not walk.is_narrowed or (compose is _page and walk.is_of_some)
    return fetch(compose(walk), values, plan=Plan.ONCE if knows_no_filter else Plan.ANEW)


@lru_cache(LISTS)
def _page(walk: Walk) -> Rows:
    in_parts = is_known_in_part(walk.sort, walk.who) and not walk.is_of_some
    found = walk.first_of_all_parts() if in_parts else _found(walk)
    lines = found_lines(walk.who, found, found.c.mark)
    return lasting(lines.order_by(*direction(found.c.mark, walk.ahead, found.c.id)))


def _found(walk: Walk) -> Subquery:
    columns = Application.id, walk.order.label("mark")
    among = given(Application.id, "among")
    if walk.is_of_some:
        # what the reader sees was decided as these were found; all are read before one is chosen, or PostgreSQL walks
        # through the whole order for them
        some = select(*columns).where(among).cte("some").prefix_with("MATERIALIZED")
        query, order = select(some.c.id, some.c.mark), direction(some.c.mark, walk.ahead, some.c.id)
    else:
        query = with_what_orders(walk.fitting(*columns).where(*walk.beyond_start()), walk.sort)
        if walk.sort is Sort.DEADLINE and not walk.in_one:
            query = query.where(among)
        order = walk.direction
    return query.order_by(*order).limit(at_most(walk.size + 1)).subquery("found")


def _first(walk: Walk, values: dict[str, Any]) -> list[str]:
    """Those that can stand on a page across some positions: of each the first, and no turn more than it takes."""
    held = _of_turn(walk, values)
    if len(held) > walk.size or not has_turns(walk.sort, walk.who):
        return held
    return held + _of_turn(replace(walk, turn=1), values)


def _of_turn(walk: Walk, values: dict[str, Any]) -> list[str]:
    held = ask(_first_of_each, walk, values)
    return [one for position in held for ids in position for one in (ids or "").split()]


@lru_cache(LISTS)
def _first_of_each(walk: Walk) -> Any:
    """Of each position those that its turn has first, in the page's own order.

    An index has them in order for one position, or for all there are; for two of many it would sort them whole.
    """

    def here(*columns: Any, first: ColumnElement[bool] | None = None) -> Rows:
        return walk.fitting(*columns, first=first).where(Application.position_id == Position.id)

    start = walk.start if walk.started else None
    parts = in_turns(walk.sort, walk.who, walk.ahead)[walk.turn]
    some = list(first_of_each_part(parts, here, start, walk.ahead, most=walk.size + 1))
    if walk.sort is Sort.NAME and len(some) > 1:  # where all names are known, no code is looked for among all
        some[-1] = some[-1].where(Position.blind_first_round.is_(True))
    each = select(*(ids_of_each(one, Position) for one in some))
    if walk.of_few:
        return each.where(given(Position.id, "few"))
    return each.where(_theirs(walk.who))


def _theirs(who: Standing) -> ColumnElement[bool]:
    """The positions in which somebody can see applications who does not see all there are."""
    of_themes = select(PositionTheme.position_id).where(PositionTheme.theme_id.in_(who.themes))
    return or_(Position.id.in_(who.seats), Position.id.in_(of_themes))


def _nearest(walk: Walk, values: dict[str, Any]) -> list[str]:
    """Those that can stand on a page by deadline: of each position the first, and no position more than it takes.

    A deadline is the position's, so thousands share it: to sort them all takes longer than all else on the page.
    """
    found: list[str] = []
    last = None
    for closes_at, held in ask(_by_deadline, walk, values):
        if len(found) > walk.size and closes_at != last:
            break
        found, last = found + (held or "").split(), closes_at
    return found


@lru_cache(LISTS)
def _by_deadline(walk: Walk) -> Any:
    order, ahead = walk.order, walk.ahead
    some = walk.fitting(Application.id).where(Application.position_id == Position.id)
    if walk.started:
        some = some.where(beyond_at_each(order, walk.start, ahead))
    some = some.order_by(Application.id.asc() if ahead else Application.id.desc()).limit(at_most(walk.size + 1))
    each = select(order, ids_of_each(some, Position)).order_by(order.asc() if ahead else order.desc())
    if not (walk.who.is_hr or walk.who.is_admin):
        each = each.where(_theirs(walk.who))
    return each.where(not_short_of(order, walk.start[0], ahead)) if walk.started else each


def _cut(rows: Sequence[Row[Any]], filters: Filters, *, more: bool, started: bool) -> Page[Line]:
    if not rows:
        return Page([])
    first, last = make_mark(rows[0]), make_mark(rows[-1])
    has_after = started if filters.backwards else more
    has_before = more if filters.backwards else started
    found = [Line._make(row[:-1]) for row in rows]
    return Page(found, before=first if has_before else None, after=last if has_after else None)


def counts_by_stage(who: Standing, filters: Filters, *, now: datetime, within: Position) -> dict[str, int]:
    """How many of the applications that fit stand in each stage, by its key; counted to one beyond MANY and no further.

    A number above a thousand moves nobody, and to count twenty thousand takes longer than all else on the page.
    """
    walk = Walk.along(who, filters, within, size=MANY)
    counted = ask(_counts, walk, walk.values(now, within))
    return {key: number for key, number in counted if number}


@lru_cache(LISTS)
def _counts(walk: Walk) -> Any:
    few = walk.fitting(literal(1).label("one")).where(Application.stage_id == _counted.id)
    few_of_each = few.limit(at_most(walk.size + 1)).correlate(_counted).subquery()
    number = select(func.count()).select_from(few_of_each).correlate(_counted).scalar_subquery()
    return select(_counted.key, number).where(_counted.workflow_id == WORKFLOW)

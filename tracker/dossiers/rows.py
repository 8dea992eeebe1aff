"""Rows of a list of applications: what one reader may see, filtered, sorted and paged, without loading objects."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from tracker.applications.queries import sees
from tracker.dossiers.filters import Filters, Mine, Sort
from tracker.dossiers.knowing import (
    REVIEWING,
    asked,
    declared,
    is_in,
    knows_name,
    knows_scores,
    my_review,
    seat_in,
    spoken_of,
    takes_reviews,
    trusted,
)
from tracker.dossiers.marks import make_mark, read_mark
from tracker.models import (
    ENDS,
    Application,
    ApplicationText,
    Position,
    PositionTheme,
    ReviewState,
    Stage,
)
from tracker.plumbing import search
from tracker.plumbing.database import db
from tracker.plumbing.i18n import ZONE
from tracker.plumbing.keyset import MANY, Page
from tracker.rules.roles import Standing
from tracker.rules.search_text import looked_for

PAGE = 50
Rows = Select[*tuple[Any, ...]]
NOT_SEEN = Decimal(-1)
NEVER = datetime(2999, 12, 31, tzinfo=UTC)
"""The deadline of a position that has none."""
_stage, _counted, _position = aliased(Stage), aliased(Stage), aliased(Position)


class Line(NamedTuple):
    """One application in a list: `name` is the code, and `score` None, where the reader may not know them."""

    id: str
    code: str
    name: str
    identity: bool
    position_id: str
    position_title: dict[str, str]
    reference: str
    stage_id: str
    stage_key: str
    stage_kind: str
    stage_label: dict[str, str]
    stage_since: datetime
    submitted_at: datetime
    closes_at: datetime | None
    time_zone: str
    reviews_in: int
    reviews_wanted: int
    score: Decimal | None
    scores_seen: bool
    my_review: ReviewState | None
    assigned: bool
    declared: bool
    version: int


def line_columns(who: Standing) -> tuple[Any, ...]:
    seen_name, seen_scores = knows_name(who), knows_scores(who)
    return (
        Application.id,
        Application.code,
        case((seen_name, Application.name), else_=Application.code).label("name"),
        seen_name.label("identity"),
        Application.position_id,
        Position.title.label("position_title"),
        Position.reference,
        Application.stage_id,
        Stage.key.label("stage_key"),
        Application.stage_kind,
        Stage.label.label("stage_label"),
        Application.stage_since,
        Application.submitted_at,
        Position.closes_at,
        Position.time_zone,
        case((seen_scores, Application.reviews_in), else_=0).label("reviews_in"),
        Stage.reviews_wanted,
        case((seen_scores, Application.score)).label("score"),
        seen_scores.label("scores_seen"),
        my_review(who).label("my_review"),
        asked(who).label("assigned"),
        declared(who).label("declared"),
        Application.version,
    )


def narrow(who: Standing, *columns: Any, within: Position | None = None) -> Rows:
    """What every list, board, count and export of rows starts from: applications that this reader sees, alone."""
    query = select(*columns).select_from(Application).where(sees(who))
    return query.where(Application.position_id == within.id) if within is not None else query


def lines(who: Standing, *columns: Any, within: Position | None = None) -> Rows:
    """The same with the position and the stage of each."""
    return _joined(narrow(who, *(columns or line_columns(who)), within=within))


def _joined(query: Rows) -> Rows:
    return query.join(Position, Position.id == Application.position_id).join(Stage, Stage.id == Application.stage_id)


def found_lines(who: Standing, found: Subquery, *columns: Any) -> Rows:
    """The lines whose ids a narrow query found: their words are read for the page alone, not for all it looked at."""
    return lines(who, *line_columns(who), *columns).join(found, found.c.id == Application.id)


def narrowed(query: Rows, filters: Filters, *, who: Standing, now: datetime) -> Rows:
    """The query with every filter on it."""
    for condition in _conditions(filters, who=who, now=now):
        query = query.where(condition)
    return query


def _conditions(filters: Filters, *, who: Standing, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.stages:
        found.append(Application.stage_id.in_(select(_stage.id).where(_stage.key.in_(filters.stages))))
    if filters.kinds:
        found.append(Application.stage_kind.in_(filters.kinds))
    if filters.themes:
        of_themes = select(PositionTheme.position_id).where(PositionTheme.theme_id.in_(filters.themes))
        found.append(Application.position_id.in_(of_themes))
    if filters.position_kind:
        found.append(Application.position_id.in_(select(_position.id).where(_position.kind == filters.position_kind)))
    if filters.origin:
        found.append(and_(knows_name(who), Application.origin == filters.origin))
    if filters.start:
        found.append(Application.submitted_at >= midnight(filters.start))
    if filters.end:
        found.append(Application.submitted_at < midnight(filters.end + timedelta(days=1)))
    if filters.waiting:
        found.append(Application.stage_since <= now - filters.waiting)
        found.append(Application.stage_kind.not_in(ENDS))
    if filters.ended is not None:
        found.append(Application.stage_kind.in_(ENDS) if filters.ended else Application.stage_kind.not_in(ENDS))
    if filters.mine:
        found.append(_mine(filters.mine, who))
    return [*found, *_found(looked_for(filters.text), who)]


def midnight(day: date) -> datetime:
    """The start of a day by the institute's clock."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))


def _mine(mine: Mine, who: Standing) -> ColumnElement[bool]:
    match mine:
        case Mine.ASSIGNED:
            return asked(who)
        case Mine.REVIEWED:
            return is_in(who)
        case Mine.UNDECLARED:
            return ~spoken_of(who)
        case Mine.TO_REVIEW:
            return and_(seat_in(who, *REVIEWING), takes_reviews, ~is_in(who))


def _found(words: list[str], who: Standing) -> Iterator[ColumnElement[bool]]:
    """Each of the words begins one in a part of the application that this reader may see."""
    if not words:
        return
    if search.is_rare(words):
        yield Application.id.in_(search.holding(words))
    yield from (_holds(word, who) for word in words)


def _holds(word: str, who: Standing) -> ColumnElement[bool]:
    def has(part: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (literal(" ") + part).contains(f" {word}", autoescape=True)
        return found

    # not EXISTS, which PostgreSQL turns into a join: that reads every text before a page of them is found
    held = or_(
        has(ApplicationText.open_text),
        and_(knows_name(who), has(ApplicationText.identity_text)),
        and_(trusted(who), has(ApplicationText.hidden_text)),
    )
    of_it = select(held).where(ApplicationText.application_id == Application.id)
    return of_it.correlate(Application).scalar_subquery()


def ordered(filters: Filters, who: Standing) -> tuple[Any, bool]:
    """What the rows are sorted by, and whether it goes downwards."""
    # the one that waits longest stands first where the list runs downwards
    return _order(filters.sort, who), filters.downwards is not (filters.sort is Sort.WAITING)


def _order(sort: Sort, who: Standing) -> Any:
    match sort:
        case Sort.NAME:
            return _for(who, knows_name(who), Application.sort_name, func.lower(Application.code))
        case Sort.STAGE:
            return Stage.place
        case Sort.SCORE:
            return _for(who, knows_scores(who), Application.sort_score, literal(NOT_SEEN))
        case Sort.REVIEWS:
            return _for(who, knows_scores(who), Application.reviews_in, literal(0))
        case Sort.WAITING:
            return Application.stage_since
        case Sort.DEADLINE:
            return func.coalesce(Position.closes_at, literal(NEVER, Position.closes_at.type))
        case Sort.SUBMITTED:
            return Application.submitted_at


def _for(who: Standing, known: ColumnElement[bool], value: Any, otherwise: Any) -> Any:
    """The bare column, which an index holds in order, for who knows it everywhere."""
    return value if who.is_hr or who.is_admin else case((known, value), else_=otherwise)


OF_OTHERS = (Sort.STAGE, Sort.DEADLINE)
"""Orders that depend on the stage or the position."""


def fitting(who: Standing, filters: Filters, *columns: Any, now: datetime, within: Position | None) -> Rows:
    """What the filters leave, with no more tables than its order needs."""
    query = narrowed(narrow(who, *columns, within=within), filters, who=who, now=now)
    return _joined(query) if filters.sort in OF_OTHERS else query


def page_of_lines(
    who: Standing, filters: Filters, *, now: datetime, within: Position | None = None, size: int = PAGE
) -> Page[Line]:
    """One page, in one query, by deadline in two; first, deep and last pages cost the same."""
    order, downwards = ordered(filters, who)
    query = fitting(who, filters, Application.id, order.label("mark"), now=now, within=within)
    start = read_mark(filters.mark, filters.sort)
    ahead = downwards is filters.backwards  # whether we walk towards greater values
    if start is not None:
        query = query.where(beyond(order, start, ahead))
    if within is None and filters.sort is Sort.DEADLINE:
        query = query.where(Application.id.in_(_nearest(who, filters, start, ahead, now=now, size=size)))
    elif within is None and filters.sort in IN_EACH_POSITION and not (who.is_hr or who.is_admin):
        first = _first_of_each(query.order_by(*direction(order, ahead)).limit(size + 1), who)
        query = select(Application.id, order.label("mark")).where(Application.id.in_(first))
    found = query.order_by(*direction(order, ahead)).limit(size + 1).subquery("found")
    rows = db.session.execute(
        found_lines(who, found, found.c.mark).order_by(*direction(found.c.mark, ahead, found.c.id))
    ).all()
    more, rows = len(rows) > size, rows[:size]
    if filters.backwards:
        rows = rows[::-1]
    return _page(rows, filters, more=more, started=start is not None)


IN_EACH_POSITION = {Sort.SUBMITTED, Sort.WAITING}
"""Orders that an index has for each position."""


def _first_of_each(page: Rows, who: Standing) -> list[str]:
    """Those that can stand on a page of somebody who sees some positions: the first of each, in the page's own order.

    An index has them in order for one position, or for all there are; for two of many it would sort them whole.
    """
    some = page.with_only_columns(Application.id).where(Application.position_id == Position.id)
    of_themes = select(PositionTheme.position_id).where(PositionTheme.theme_id.in_(who.themes))
    positions = select(ids_of_each(some, Position)).where(or_(Position.id.in_(who.seats), Position.id.in_(of_themes)))
    return [one for held in db.session.scalars(positions) for one in (held or "").split()]


def ids_of_each(some: Rows, whole: Any) -> Any:
    """In one word for each position or stage, so that one statement asks of all."""
    few = some.correlate(whole).subquery()
    return select(func.aggregate_strings(few.c.id, " ")).select_from(few).correlate(whole).scalar_subquery()


def _nearest(
    who: Standing, filters: Filters, start: tuple[Any, str] | None, ahead: bool, *, now: datetime, size: int
) -> list[str]:
    """Those that can stand on a page by deadline: of each position the first, and no position more than it takes.

    A deadline is the position's, so thousands share it: to sort them all takes longer than all else on the page.
    """
    order = _order(Sort.DEADLINE, who)
    here = narrow(who, Application.id).where(Application.position_id == Position.id)
    if start is not None:
        here = here.where(beyond(order, start, ahead))
    first = Application.id.asc() if ahead else Application.id.desc()
    some = narrowed(here, filters, who=who, now=now).order_by(first).limit(size + 1)
    found: list[str] = []
    last = None
    for closes_at, held in db.session.execute(
        select(order, ids_of_each(some, Position)).order_by(order.asc() if ahead else order.desc())
    ):
        if len(found) > size and closes_at != last:
            break
        found, last = found + (held or "").split(), closes_at
    return found


def _page(rows: Sequence[Row[Any]], filters: Filters, *, more: bool, started: bool) -> Page[Line]:
    if not rows:
        return Page([])
    first, last = make_mark(rows[0]), make_mark(rows[-1])
    has_after = started if filters.backwards else more
    has_before = more if filters.backwards else started
    found = [Line._make(row[:-1]) for row in rows]
    return Page(found, before=first if has_before else None, after=last if has_after else None)


def beyond(order: ColumnElement[Any], start: tuple[Any, Any], ahead: bool) -> ColumnElement[bool]:
    """The rows past a place, those of greater values where we walk ahead: compared as pairs, as an index has them."""
    value = start[0] if isinstance(start[0], ColumnElement) else literal(start[0], order.type)
    here, there = tuple_(order, Application.id), tuple_(value, literal(start[1]))
    return here > there if ahead else here < there


def direction(order: ColumnElement[Any], ahead: bool, last: Any = Application.id) -> tuple[ColumnElement[Any], ...]:
    return (order.asc(), last.asc()) if ahead else (order.desc(), last.desc())


def counts_by_stage(who: Standing, filters: Filters, *, now: datetime, within: Position) -> dict[str, int]:
    """How many of the applications that fit stand in each stage, by its key; counted to one beyond MANY and no further.

    A number above a thousand moves nobody, and to count twenty thousand takes longer than all else on the page.
    """
    one = narrow(who, literal(1).label("one"), within=within).where(Application.stage_id == _counted.id)
    few = narrowed(one, filters, who=who, now=now).limit(MANY + 1).correlate(_counted).subquery()
    number = select(func.count()).select_from(few).correlate(_counted).scalar_subquery()
    counted = select(_counted.key, number).where(_counted.workflow_id == within.workflow_id)
    return {key: number for key, number in db.session.execute(counted) if number}

"""Rows of a list of applications: what one reader may see, filtered, sorted and paged, without loading objects."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from tracker.applications.queries import sees
from tracker.dossiers.filters import Filters, Mine, Sort
from tracker.dossiers.knowing import (
    REVIEWING,
    asked,
    declared,
    is_in,
    is_not_in,
    knows_name,
    knows_no_scores,
    knows_scores,
    my_review,
    seat_in,
    spoken_of,
    trusted,
    walks_by_reviews,
)
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
from tracker.plumbing.i18n import ZONE
from tracker.plumbing.planning import at_most
from tracker.rules.roles import Standing
from tracker.rules.search_text import looked_for

Rows = Select[*tuple[Any, ...]]
NOT_SEEN = Decimal(-1)
NEVER = datetime(2999, 12, 31, tzinfo=UTC)
"""The deadline of a position that has none."""
LAST_ID = "z" * 17
"""Behind every id."""
_stage = aliased(Stage)
UNDER_WAY: Final = Application.ended_at.is_(None)
"""Not by the kind of the stage, though that says the same: an index holds those under way, and no others."""


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


def narrow(
    who: Standing,
    *columns: Any,
    first: ColumnElement[bool] | None = None,
    one_by_one: bool = False,
    within: Any = None,
) -> Rows:
    """What every list, board, count and export of rows starts from: applications that this reader sees, alone.

    `first` narrows further, and is asked before: where it leaves few, sight is asked of these. `within` one position.
    """
    query = select(*columns).select_from(Application)
    query = query if first is None else query.where(first)
    query = query.where(sees(who, one_by_one=one_by_one, within=within))
    return query if within is None else query.where(Application.position_id == within)


def lines(who: Standing, *columns: Any) -> Rows:
    """The same with the position and the stage of each."""
    return _joined(narrow(who, *(columns or line_columns(who))))


def _joined(query: Rows) -> Rows:
    return query.join(Position, Position.id == Application.position_id).join(Stage, Stage.id == Application.stage_id)


def found_lines(who: Standing, found: Subquery, *columns: Any) -> Rows:
    """The lines whose ids a narrow query found: their words are read for the page alone, not for all it looked at.

    What the reader sees is decided there and not again: PostgreSQL takes it for work that each line costs anew.
    """
    query = select(*line_columns(who), *columns).select_from(found).join(Application, Application.id == found.c.id)
    return _joined(query)


def narrowed(query: Rows, filters: Filters, *, who: Standing, now: datetime) -> Rows:
    """The query with every filter on it."""
    sought = search.sought(looked_for(filters.text))
    since = now - filters.waiting if filters.waiting else None
    query = query.where(*conditions(filters, who=who, since=since, sought=sought))
    return query.params(sought.values) if sought else query


def conditions(
    filters: Filters, *, who: Standing, since: Any, sought: search.Sought | None
) -> list[ColumnElement[bool]]:
    """Of every filter; `since` is the last moment from which one has waited long enough, `sought` the text."""
    found: list[ColumnElement[bool]] = []
    if filters.stages:
        found.append(Application.stage_id.in_(select(_stage.id).where(_stage.key.in_(filters.stages))))
    if filters.kinds:
        found.append(Application.stage_kind.in_(filters.kinds))
    if fits := of_positions(filters):
        found.append(Application.position_id.in_(select(Position.id).where(*fits).correlate(None)))
    if filters.origin:
        found.append(and_(knows_name(who), Application.origin == filters.origin))
    if filters.start:
        found.append(Application.submitted_at >= midnight(filters.start))
    if filters.end:
        found.append(Application.submitted_at < midnight(filters.end + timedelta(days=1)))
    if filters.waiting:
        found.append(Application.stage_since <= since)
        # nobody waits for longer than since they applied, and an index of that day need not begin with the newest
        found.append(Application.submitted_at <= since)
        found.append(UNDER_WAY)
    if filters.ended is not None:
        found.append(Application.stage_kind.in_(ENDS) if filters.ended else UNDER_WAY)
    if filters.mine:
        found.append(_mine(filters.mine, who))
    return [*found, *_found(sought, who)]


def of_positions(filters: Filters) -> list[ColumnElement[bool]]:
    """What the filters ask of a position."""
    of_themes = select(PositionTheme.position_id).where(PositionTheme.theme_id.in_(filters.themes))
    found: list[ColumnElement[bool]] = [Position.id.in_(of_themes)] if filters.themes else []
    return [*found, Position.kind == filters.position_kind] if filters.position_kind else found


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
            return and_(seat_in(who, *REVIEWING), walks_by_reviews, is_not_in(who))


def _found(sought: search.Sought | None, who: Standing) -> Iterator[ColumnElement[bool]]:
    """Each of the words begins one in a part of the application that this reader may see."""
    if sought is None:
        return
    if sought.frequency is search.Frequency.RARE:
        yield Application.id.in_(search.holding())
    elif sought.frequency is search.Frequency.SOMETIMES:
        yield search.holds()
    yield from (_holds(word, who) for word in sought.named)


def _holds(word: BindParameter[str], who: Standing) -> ColumnElement[bool]:
    def has(part: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = (literal(" ") + part).like(word)
        return found

    # not EXISTS, which PostgreSQL turns into a join: that reads every text before a page of them is found
    held = or_(
        has(ApplicationText.open_text),
        and_(knows_name(who), has(ApplicationText.identity_text)),
        and_(trusted(who), has(ApplicationText.hidden_text)),
    )
    its = ApplicationText.number == Application.text_number, ApplicationText.application_id == Application.id
    return select(held).where(*its).correlate(Application).scalar_subquery()


def runs_downwards(filters: Filters) -> bool:
    """Whether the order itself does: the one that waits longest stands first where the list runs downwards."""
    return filters.downwards is not (filters.sort is Sort.WAITING)


def order_of(sort: Sort, who: Standing) -> Any:
    """What the rows are sorted by."""
    match sort:
        case Sort.NAME | Sort.SCORE | Sort.REVIEWS:
            (known, value), (_, otherwise) = _known_of(sort, who)
            return value if _knows_all(who) else case((known, value), else_=otherwise)
        case Sort.STAGE:
            return Application.stage_place
        case Sort.WAITING:
            return Application.stage_since
        case Sort.DEADLINE:
            return func.coalesce(Position.closes_at, literal(NEVER, Position.closes_at.type))
        case Sort.SUBMITTED:
            return Application.submitted_at


def _knows_all(who: Standing) -> bool:
    """For them the bare column orders, which an index holds."""
    return who.is_hr or who.is_admin


def _known_of(sort: Sort, who: Standing) -> tuple[tuple[ColumnElement[bool], Any], tuple[ColumnElement[bool], Any]]:
    """Where this reader knows what a list is sorted by, and the column; elsewhere, and what stands for it there."""
    if sort is Sort.NAME:
        return (knows_name(who), Application.sort_name), (not_(knows_name(who)), Application.code)
    value, otherwise = {
        Sort.SCORE: (Application.sort_score, literal(NOT_SEEN)),
        Sort.REVIEWS: (Application.reviews_in, literal(0)),
    }[sort]
    return (knows_scores(who), value), (knows_no_scores(who), otherwise)


def is_known_in_part(sort: Sort, who: Standing) -> bool:
    return sort in {Sort.NAME, Sort.SCORE, Sort.REVIEWS} and not _knows_all(who)


def has_turns(sort: Sort, who: Standing) -> bool:
    """Whether all that is not known stands on one side: codes stand between names, hidden scores behind all others."""
    return sort is not Sort.NAME and is_known_in_part(sort, who)


def in_turns(sort: Sort, who: Standing, ahead: bool) -> list[list[tuple[ColumnElement[bool], Any]]]:
    """Parts that together are all rows, each with its order; in two turns where all of one stand before the other's."""
    if not is_known_in_part(sort, who):
        return [[(true(), order_of(sort, who))]]
    (known, value), (unknown, otherwise) = _known_of(sort, who)
    if not has_turns(sort, who):
        return [[(known, value), (unknown, otherwise)]]
    some = [(and_(known, value > otherwise), value)]
    none = [(and_(known, value == otherwise), otherwise), (unknown, otherwise)]
    return [none, some] if ahead else [some, none]


def first_of_each_part(
    parts: Iterable[tuple[ColumnElement[bool], Any]],
    here: Callable[..., Rows],
    start: tuple[Any, Any] | None,
    ahead: bool,
    *,
    most: int,
) -> Iterator[Rows]:
    for which, order in parts:
        is_one_value = isinstance(order, BindParameter)
        page = here(Application.id, order.label("mark"), first=which)
        if start is not None and is_one_value:
            page = page.where(beyond_at_each(order, start, ahead))
        elif start is not None:
            page = page.where(beyond(order, start, ahead))
        along = direction(order, ahead)[1:] if is_one_value else direction(order, ahead)
        yield page.order_by(*along).limit(at_most(most))


def first_of_all_parts(
    here: Callable[..., Rows], sort: Sort, who: Standing, start: tuple[Any, Any] | None, ahead: bool, *, most: int
) -> Subquery:
    """`id` and `mark` of the first in an order of which this reader knows the value of some rows alone.

    An index has these in order. The others are sought apart; together they would be sorted, all of them, for one page.
    """
    parts = chain.from_iterable(in_turns(sort, who, ahead))
    pages = [one.subquery() for one in first_of_each_part(parts, here, start, ahead, most=most)]
    whole = union_all(*(select(page.c.id, page.c.mark) for page in pages)).subquery()
    first = select(whole.c.id, whole.c.mark).order_by(*direction(whole.c.mark, ahead, whole.c.id)).limit(at_most(most))
    return first.subquery("found")


def with_what_orders(query: Rows, sort: Sort) -> Rows:
    """With no more tables than its order needs: a deadline is the position's."""
    return _joined(query) if sort is Sort.DEADLINE else query


def ids_of_each(some: Rows, whole: Any) -> Any:
    """In one word for each position or stage, so that one statement asks of all."""
    few = some.correlate(whole).subquery()
    return select(func.aggregate_strings(few.c.id, " ")).select_from(few).correlate(whole).scalar_subquery()


def beyond(order: ColumnElement[Any], start: tuple[Any, Any], ahead: bool) -> ColumnElement[bool]:
    """The rows past a place, those of greater values where we walk ahead: compared as pairs, as an index has them."""
    value, last = start
    here = tuple_(order, Application.id)
    there = tuple_(
        value if isinstance(value, ColumnElement) else literal(value, order.type),
        last if isinstance(last, ColumnElement) else literal(last),
    )
    return here > there if ahead else here < there


def not_short_of(order: ColumnElement[Any], value: Any, ahead: bool) -> ColumnElement[bool]:
    found: ColumnElement[bool] = order >= value if ahead else order <= value
    return found


def beyond_at_each(order: ColumnElement[Any], start: tuple[Any, Any], ahead: bool) -> ColumnElement[bool]:
    """`beyond` where all have one value, those of a Position or those that are not known: an index has their ids."""
    whole, none = ("", LAST_ID) if ahead else (LAST_ID, "")
    edge = case((order == start[0], start[1]), (not_short_of(order, start[0], ahead), whole), else_=none)
    return Application.id > edge if ahead else Application.id < edge


def direction(order: ColumnElement[Any], ahead: bool, last: Any = Application.id) -> tuple[ColumnElement[Any], ...]:
    return (order.asc(), last.asc()) if ahead else (order.desc(), last.desc())

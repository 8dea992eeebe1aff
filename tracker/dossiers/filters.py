"""What a list of applications is filtered and sorted by; it lives in the address, so that a view can be shared."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from tracker.models import Origin, PositionKind, StageKind

LONGEST_SEARCH = 200
E = TypeVar("E", bound=StrEnum)


class Sort(StrEnum):
    SUBMITTED = "submitted"
    NAME = "name"
    STAGE = "stage"
    SCORE = "score"
    REVIEWS = "reviews"
    WAITING = "waiting"
    DEADLINE = "deadline"


class Mine(StrEnum):
    """Where the reader stands with the application."""

    ASSIGNED = "assigned"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    UNDECLARED = "undeclared"


@dataclass(frozen=True)
class Filters:
    """Every value is checked: what is not known is left out, never an error."""

    text: str = ""
    stages: tuple[str, ...] = ()
    """Keys of stages, on a position's own list."""
    kinds: tuple[StageKind, ...] = ()
    themes: tuple[str, ...] = ()
    position_kind: PositionKind | None = None
    origin: Origin | None = None
    start: date | None = None
    """Submitted on this day or later, and on `end` or earlier, by the institute's clock."""
    end: date | None = None
    mine: Mine | None = None
    waiting_days: int | None = None
    ended: bool | None = None
    """None: both; False: only those still under way."""
    sort: Sort = Sort.SUBMITTED
    downwards: bool = True
    mark: str | None = field(default=None, compare=False)
    """The keyset mark to start from."""
    backwards: bool = field(default=False, compare=False)

    @property
    def waiting(self) -> timedelta | None:
        return timedelta(days=self.waiting_days) if self.waiting_days else None

    @property
    def here(self) -> str:
        """The query of this very page."""
        return self.query(before=self.mark) if self.backwards else self.query(after=self.mark)

    def query(self, **changes: object) -> str:
        """As the part of an address after the question mark, with changes; pages start anew unless a mark is given."""
        mark, backwards = changes.pop("after", None), False
        before = changes.pop("before", None)
        if before is not None:
            mark, backwards = before, True
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # names of fields
        pairs: list[tuple[str, str]] = [("q", wanted.text)] if wanted.text else []
        pairs += [("stage", one) for one in wanted.stages]
        pairs += [("kind", one.value) for one in wanted.kinds]
        pairs += [("theme", one) for one in wanted.themes]
        for name, value in (("for", wanted.position_kind), ("mine", wanted.mine), ("origin", wanted.origin)):
            if value is not None:
                pairs.append((name, value.value))
        for name, day in (("from", wanted.start), ("until", wanted.end)):
            if day is not None:
                pairs.append((name, day.isoformat()))
        if wanted.waiting_days:
            pairs.append(("waiting", str(wanted.waiting_days)))
        if wanted.ended is not None:
            pairs.append(("ended", "yes" if wanted.ended else "no"))
        if wanted.sort is not Sort.SUBMITTED or not wanted.downwards:
            pairs.append(("sort", ("-" if wanted.downwards else "") + wanted.sort.value))
        if mark:
            pairs.append(("before" if backwards else "after", str(mark)))
        return urlencode(pairs)


def read(args: MultiDict[str, str]) -> Filters:
    """The filters in an address."""
    sort, downwards = _sort(args.get("sort", ""))
    waiting = args.get("waiting", "")
    return Filters(
        text=args.get("q", "").strip()[:LONGEST_SEARCH],
        stages=tuple(args.getlist("stage"))[:40],
        kinds=tuple(_members(StageKind, args.getlist("kind"))),
        themes=tuple(args.getlist("theme"))[:20],
        position_kind=next(iter(_members(PositionKind, [args.get("for", "")])), None),
        origin=next(iter(_members(Origin, [args.get("origin", "")])), None),
        start=read_day(args.get("from", "")),
        end=read_day(args.get("until", "")),
        mine=next(iter(_members(Mine, [args.get("mine", "")])), None),
        waiting_days=int(waiting) if waiting.isdecimal() and 0 < int(waiting[:5]) <= 3650 else None,
        ended={"yes": True, "no": False}.get(args.get("ended", "")),
        sort=sort,
        downwards=downwards,
        mark=args.get("before") or args.get("after"),
        backwards="before" in args,
    )


def read_day(raw: str) -> date | None:
    """An ISO date between 1970 and 2999; anything else is none."""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2999 else None


def _sort(raw: str) -> tuple[Sort, bool]:
    known = list(_members(Sort, [raw.removeprefix("-")]))
    return (known[0], raw.startswith("-")) if known else (Sort.SUBMITTED, True)


def _members(kind: type[E], raw: list[str]) -> list[E]:
    return [kind(one) for one in raw[:40] if one in kind._value2member_map_]


def read_query(query: str) -> Filters:
    """The filters in a stored part of an address."""
    return read(MultiDict(parse_qsl(query[:4_000])))

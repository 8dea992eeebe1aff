"""Education, work and stays on one line of time, ready to be drawn: months from the first to the last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tracker.rules.questions import QuestionType

WIDTH: Final = 1000
"""Of the drawing; every place on it is a whole number up to this."""


class Span(NamedTuple):
    """One stretch of a life: from a month to a month, both included; without an end it still goes on."""

    kind: str
    """study, work, stay, other."""
    title: str
    place: str
    country: str
    start: str
    end: str
    expected: bool = False
    since: str = ""
    until: str = ""
    """Start and end as the reader reads months."""
    x: int = 0
    width: int = 0


@dataclass(frozen=True)
class Timeline:
    spans: tuple[Span, ...] = ()
    """Newest first."""
    years: tuple[tuple[int, int], ...] = ()
    """Year and its place on the drawing."""
    today: int = 0

    def __bool__(self) -> bool:
        return bool(self.spans)


def span_of(kind: QuestionType, entry: Mapping[str, Any]) -> Span | None:
    """The span of an entry of that type; None for one without a month to start from."""
    start = str(entry.get("start") or entry.get("end") or "")
    if month_of(start) is None:
        return None
    is_degree = kind is QuestionType.DEGREES
    return Span(
        kind="study" if is_degree else str(entry.get("kind") or "other"),
        title=str(entry.get("field" if is_degree else "title") or ""),
        place=str(entry.get("institution" if is_degree else "organisation") or ""),
        country=str(entry.get("country") or ""),
        start=start,
        end=str(entry.get("end") or ""),
        expected=bool(entry.get("expected")),
    )


def timeline(spans: Iterable[Span], today: date) -> Timeline:
    """The spans placed on one scale, the newest first."""
    found = sorted(spans, key=lambda one: (one.end or "9999-12", one.start, one.title), reverse=True)
    if not found:
        return Timeline()
    now = today.year * 12 + today.month - 1
    first = min(_months(one.start, now) for one in found)
    last = max(now, *(_months(one.end, now) for one in found)) + 1
    first = first // 12 * 12
    scale = WIDTH / max(last - first, 12)
    placed = tuple(_placed(one, first, scale, now) for one in found)
    return Timeline(placed, _years(first, last, scale), round((now - first) * scale))


def _placed(one: Span, first: int, scale: float, now: int) -> Span:
    start = _months(one.start, now) - first
    end = max(_months(one.end, now) - first + 1, start + 1)
    return one._replace(x=round(start * scale), width=max(round((end - start) * scale), 6))


def _years(first: int, last: int, scale: float) -> tuple[tuple[int, int], ...]:
    """At most five, at even distances."""
    span = max((last - first) // 12, 1)
    step = -(-span // 4)
    return tuple((year, round((year * 12 - first) * scale)) for year in range(first // 12, last // 12 + 1, step))


@lru_cache(4_096)
def month_of(text: str) -> int | None:
    """Months since the year 0 of 2026-09; None for anything else."""
    parts = text.split("-")
    if len(parts) < 2 or not (parts[0].isdecimal() and parts[1].isdecimal()) or not 1 <= int(parts[1]) <= 12:
        return None
    return int(parts[0]) * 12 + int(parts[1]) - 1


def _months(text: str, otherwise: int) -> int:
    found = month_of(text)
    return otherwise if found is None else found

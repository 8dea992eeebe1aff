"""What can be measured: a name, how, and what it may cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracker.bench.measuring import Meter, Work, nothing
from tracker.bench.rows import NO_LIMIT, Budget, Sample
from tracker.bench.visitor import Unexpected

T = TypeVar("T")
Take = Callable[[Meter], Sample]


@dataclass(frozen=True)
class Trial:
    """One line of the table to be."""

    name: str
    take: Take
    budget: Budget = NO_LIMIT
    grows: bool = True
    """False for what may take longer with more applications, or does not depend on them."""
    again: Work | None = None
    """What can be asked at any time and changes nothing: other rows are held against it."""

    @classmethod
    def of_reading(cls, name: str, work: Work, budget: Budget = NO_LIMIT, *, grows: bool = True) -> "Trial":
        return cls(name, rounds(work), budget, grows, again=work)


def rounds(work: Work, *, prepare: Callable[[], object] = nothing, least: int = 15, most: int = 200) -> Take:
    return lambda meter: meter.rounds(work, prepare=prepare, least=least, most=most)


def with_each(
    things: Sequence[T], work: Callable[[T], int], *, prepare: Callable[[], object] = nothing, most: int = 30
) -> Take:
    """Each round with another of the things; the last two are left for the rounds that are not timed."""
    waiting = iter(things)

    def with_next() -> int:
        for thing in waiting:
            return work(thing)
        raise Unexpected("Nothing is left that was not touched.")

    enough = max(1, min(most, len(things) - 2))
    return rounds(with_next, prepare=prepare, least=min(15, enough), most=enough)


def once(work: Work) -> Take:
    return lambda meter: meter.once(work)


def middle_of(take: Take, times: int = 3) -> Take:
    """For what takes seconds and has a budget near them: a machine that is slow for one of them does not decide."""

    def middle(meter: Meter) -> Sample:
        found = [take(meter) for _ in range(1 if meter.quick else times)]
        return sorted(found, key=lambda sample: sample.median_ms)[len(found) // 2]

    return middle

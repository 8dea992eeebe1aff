"""What can be measured: a name, how, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.bench.measuring import Meter, Work, nothing
from tracker.bench.rows import NO_LIMIT, Budget, Sample

Take = Callable[[Meter], Sample]


@dataclass(frozen=True)
class Trial:
    """One line of the table to be."""

    name: str
    take: Take
    budget: Budget = NO_LIMIT
    grows: bool = True
    """False for what may take longer with more applications, or does not depend on them."""


def rounds(work: Work, *, prepare: Callable[[], object] = nothing, least: int = 15, most: int = 200) -> Take:
    return lambda meter: meter.rounds(work, prepare=prepare, least=least, most=most)


def once(work: Work) -> Take:
    return lambda meter: meter.once(work)

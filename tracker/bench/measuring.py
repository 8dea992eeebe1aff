"""How long a page or a work takes: by the wall, by the processors of program and database, in statements, in bytes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine, text

from tracker.bench.processes import is_postgresql, parent_of, seconds_of_all
from tracker.bench.rows import Budget, Row, Sample
from tracker.plumbing.database import counted_statements

SECONDS = 1.5
"""So long one row is measured, within `least` and `most` rounds."""
FEWEST, LONG = 3, 10.0
"""Rounds of what is so slow that `least` would take longer than this many seconds."""
Work = Callable[[], int]
"""Gives back how many bytes it answered with."""


def nothing() -> None:
    """The `prepare` of a work that needs none."""


@dataclass
class Meter:
    """Measures against one engine with so many applications."""

    engine: Engine
    applications: int
    quick: bool = False
    """Two rounds of each: enough for statements and bytes, and not for time."""
    rows: list[Row] = field(default_factory=list)
    postmaster: int | None = None
    known: dict[str, Work] = field(default_factory=dict)
    """What was measured in rounds and can be asked again at any time."""
    beside: Work | None = None
    """What the row is held against: asked between its rounds, since a machine can be twice as fast a second later."""

    def rounds(
        self, work: Work, *, prepare: Callable[[], object] = nothing, least: int = 15, most: int = 200
    ) -> Sample:
        """The work again and again; `prepare` runs before each round and is not counted."""
        prepare()
        work()  # what a process reads once, and a reader's first visit, are not the rule
        prepare()
        with counted_statements() as statements:
            size = work()
        taken: list[float] = []
        beside: list[float] = []
        used = 0.0
        begun = time.perf_counter()
        while self._goes_on(len(taken), time.perf_counter() - begun, least, most):
            prepare()
            with self.processors() as seconds:
                taken.append(milliseconds(work))
            used += seconds[0]
            if self.beside is not None:
                beside.append(milliseconds(self.beside))
        sample = sample_of(taken, 1000 * used / len(taken), statements.count, size)
        return replace(sample, beside_ms=statistics.median(beside) if beside else 0.0)

    def _goes_on(self, rounds: int, seconds: float, least: int, most: int) -> bool:
        if self.quick:
            return rounds < 1
        return rounds < most and (
            rounds < min(FEWEST, least) or seconds < SECONDS or (rounds < least and seconds < LONG)
        )

    def once(self, work: Work) -> Sample:
        """For what takes seconds."""
        with counted_statements() as statements, self.processors() as seconds:
            begun = time.perf_counter()
            size = work()
            taken = 1000 * (time.perf_counter() - begun)
        return sample_of([taken], 1000 * seconds[0], statements.count, size)

    def keep(self, name: str, sample: Sample, budget: Budget) -> Row:
        engine, by_time = self.engine.dialect.name, not self.quick
        row = Row.of(name, engine, self.applications, sample, budget, self.median, by_time=by_time)
        self.rows.append(row)
        return row

    def median(self, name: str) -> float:
        """Of a row measured before; 0 where there is none."""
        return next((row.median_ms for row in self.rows if row.name == name), 0.0)

    @contextmanager
    def processors(self) -> Iterator[list[float]]:
        """How many seconds of the processors this program and the database use in the block."""
        found = [0.0]
        before = self._used()
        yield found
        found[0] = self._used() - before

    def _used(self) -> float:
        used = time.process_time()
        return used + seconds_of_all(self.postmaster) if self.postmaster is not None else used

    def look_for_postgresql(self) -> None:
        """Count the database's own processes too, where they run on this machine."""
        if self.engine.dialect.name != "postgresql":
            return
        with self.engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()")) or 0
            if is_postgresql(backend):
                self.postmaster = parent_of(backend)


def milliseconds(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def sample_of(taken: Sequence[float], cpu: float, queries: int, size: int) -> Sample:
    ordered = sorted(taken)
    return Sample(
        median_ms=statistics.median(ordered),
        p95_ms=ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
        cpu_ms=cpu,
        queries=queries,
        bytes=size,
    )

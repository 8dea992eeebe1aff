"""How long a page or a work takes: by the wall, by the processors of both program and database, in statements and bytes."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tracker.plumbing.database import counted_statements

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS = 1.5
"""So long one row is measured, within `least` and `most` rounds."""


@dataclass(frozen=True)
class Budget:
    """What a row may cost; None has no limit. `floors` is a multiple of the bare list page, measured in the same run."""

    floors: float | None = None
    ms: float | None = None
    queries: int | None = None
    size: int | None = None

    def said(self, floor_ms: float) -> str:
        parts = []
        if self.floors is not None:
            parts.append(f"{self.floors:g} U = {self.floors * floor_ms:.1f} ms")
        if self.ms is not None:
            parts.append(f"{self.ms:g} ms")
        if self.queries is not None:
            parts.append(f"{self.queries} queries")
        if self.size is not None:
            parts.append(f"{self.size // 1000} kB")
        return ", ".join(parts)

    def holds(self, row: "Row", floor_ms: float) -> bool:
        limits = [
            (row.median_ms, None if self.floors is None else self.floors * floor_ms),
            (row.median_ms, self.ms),
            (row.queries, self.queries),
            (row.bytes, self.size),
        ]
        return all(limit is None or value <= limit for value, limit in limits)


@dataclass
class Row:
    """One line of the table."""

    name: str
    engine: str
    applications: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    """Of the program and of the database's own processes, on average."""
    queries: int
    bytes: int
    ratio: float = 0.0
    """Of the median to the floor's."""
    budget: str = ""
    inside: bool = True

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass
class Meter:
    """Measures against one engine with so many applications."""

    engine: Engine
    applications: int
    rows: list[Row] = field(default_factory=list)
    floor_ms: float = 0.0

    def measure(
        self,
        name: str,
        work: Callable[[], int],
        budget: Budget = Budget(),
        *,
        prepare: Callable[[], object] = lambda: None,
        least: int = 15,
        most: int = 200,
    ) -> Row:
        """`work` gives back how many bytes it answered with; `prepare` runs before each round and is not counted."""
        prepare()
        with counted_statements(self.engine) as statements:
            size = work()
        prepare()
        work()
        taken: list[float] = []
        used = 0.0
        begun = time.perf_counter()
        while len(taken) < least or (time.perf_counter() - begun < SECONDS and len(taken) < most):
            prepare()
            before, start = self._processor_seconds(), time.perf_counter()
            work()
            taken.append(1000 * (time.perf_counter() - start))
            used += self._processor_seconds() - before
        return self._keep(name, taken, 1000 * used / len(taken), statements.count, size, budget)

    def once(self, name: str, work: Callable[[], int], budget: Budget = Budget()) -> Row:
        """For what takes seconds."""
        before, start = self._processor_seconds(), time.perf_counter()
        with counted_statements(self.engine) as statements:
            size = work()
        taken = 1000 * (time.perf_counter() - start)
        used = 1000 * (self._processor_seconds() - before)
        return self._keep(name, [taken], used, statements.count, size, budget)

    def _keep(self, name: str, taken: list[float], cpu: float, queries: int, size: int, budget: Budget) -> Row:
        ordered = sorted(taken)
        row = Row(
            name=name,
            engine=self.engine.dialect.name,
            applications=self.applications,
            median_ms=statistics.median(ordered),
            p95_ms=ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
            cpu_ms=cpu,
            queries=queries,
            bytes=size,
        )
        self.floor_ms = self.floor_ms or row.median_ms
        row.ratio = row.median_ms / self.floor_ms
        row.budget, row.inside = budget.said(self.floor_ms), budget.holds(row, self.floor_ms)
        self.rows.append(row)
        return row

    def _processor_seconds(self) -> float:
        return time.process_time() + sum(seconds_of(pid) for pid in self.backends)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Know the processes that the database works in for us, where they are on this machine."""
        self.backends = list(self._backends())
        yield

    backends: list[int] = field(default_factory=list)

    def _backends(self) -> Iterator[int]:
        if self.engine.dialect.name != "postgresql":
            return
        with self.engine.connect() as connection:
            for pid in connection.scalars(
                text("SELECT pid FROM pg_stat_activity WHERE application_name = 'tracker' ORDER BY pid")
            ):
                if Path(f"/proc/{pid}/stat").exists():
                    yield pid


def seconds_of(pid: int) -> float:
    """Of the processor, used by this process so far; 0 once it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def memory_of(pid: int) -> int:
    """Bytes that this process and its children hold, what they share counted once."""
    total = 0
    for one in [pid, *children_of(pid)]:
        with suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []

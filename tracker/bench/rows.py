"""The lines of the table: what was measured, what it may cost, and whether it does not cost more."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

LIST_FLOOR = "floor: bare list page"
DETAIL_FLOOR = "floor: bare detail page"
CSV_FLOOR = "floor: CSV by Core and csv"


@dataclass(frozen=True)
class Budget:
    """What a row may cost; None has no limit."""

    ms: float | None = None
    times: float | None = None
    """Of the median of the row named in `of`, asked between the rounds of this one or measured in the same run."""
    of: str = LIST_FLOOR
    queries: int | None = None
    size: int | None = None
    memory: bool = False
    """The bytes are memory: judged only where time is, and said in MB."""
    ratio: float | None = None
    """For a row that is a ratio itself."""
    rate: float | None = None
    """At least so many a second, and no answer wrong."""

    def is_of_time_alone(self) -> bool:
        return self.queries is None and (self.size is None or self.memory)

    def said(self, base: float, note: str) -> str:
        parts = [
            None if self.times is None else f"{self.times:g} × {base:.1f} ms",
            None if self.ms is None else f"{self.ms:g} ms",
            None if self.queries is None else f"{self.queries} queries",
            None if self.size is None else _megabytes(self.size) if self.memory else f"{self.size // 1000} kB",
            None if self.ratio is None else f"{self.ratio:g} ×",
            None if self.rate is None else f"{self.rate:g} a second",
        ]
        words = ", ".join(part for part in parts if part)
        return f"{words} ({note})" if note and words else words or note

    def holds(self, sample: "Sample", ratio: float, *, by_time: bool = True) -> bool:
        sizes = [(sample.queries, self.queries), (0 if self.memory else sample.bytes, self.size)]
        times = [
            (ratio, self.times),
            (sample.median_ms, self.ms),
            (ratio, self.ratio),
            (sample.bytes if self.memory else 0, self.size),
        ]
        within = all(limit is None or value <= limit for value, limit in sizes + (times if by_time else []))
        return within and not sample.failed and (not by_time or self.rate is None or sample.rate >= self.rate)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g} MB"


NO_LIMIT = Budget()


@dataclass
class Sample:
    """What a measurement found."""

    median_ms: float = 0.0
    p95_ms: float = 0.0
    cpu_ms: float = 0.0
    """Of the program and of the database's own processes, on average."""
    queries: int = 0
    bytes: int = 0
    """Of the answer; in rows of memory, held."""
    ratio: float | None = None
    beside_ms: float = 0.0
    """The median of the row that the budget names, asked between the rounds."""
    rate: float = 0.0
    failed: bool = False
    note: str = ""


@dataclass
class Row:
    """One line of the table."""

    name: str
    engine: str
    applications: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    queries: int
    bytes: int
    ratio: float = 0.0
    """Of the median to that of the row its budget names, mostly the bare list page."""
    budget: str = ""
    inside: bool = True

    @classmethod
    def of(
        cls,
        name: str,
        engine: str,
        applications: int,
        sample: Sample,
        budget: Budget,
        median: Callable[[str], float],
        *,
        by_time: bool = True,
    ) -> "Row":
        base = sample.beside_ms or median(budget.of) or sample.median_ms
        ratio = sample.ratio if sample.ratio is not None else sample.median_ms / base if base else 0.0
        return cls(
            name=name,
            engine=engine,
            applications=applications,
            median_ms=sample.median_ms,
            p95_ms=sample.p95_ms,
            cpu_ms=sample.cpu_ms,
            queries=sample.queries,
            bytes=sample.bytes,
            ratio=ratio,
            budget=budget.said(base, sample.note),
            inside=budget.holds(sample, ratio, by_time=by_time),
        )

    @property
    def key(self) -> tuple[str, str, int]:
        return self.name, self.engine, self.applications

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}

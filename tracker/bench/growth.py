"""How much more a row takes with the most applications than with few."""

from collections.abc import Collection, Iterator, Sequence

from tracker.bench.rows import NO_LIMIT, Budget, Row, Sample

GROWTH = Budget(ratio=1.3)
FULL = 0.9
"""An answer with so much of the bytes that the one with the most applications has, is as full. A filter that leaves a
few rows of 1,000 fills its page with 10,000: what it takes more until then is the page, not the applications."""


def growth(rows: Sequence[Row], *, shown_only: Collection[str] = ()) -> Iterator[Row]:
    """Of each name: the ratio with the most applications against that with the fewest that answer as much."""
    for name in dict.fromkeys(row.name for row in rows):
        *fewer, most = sorted((row for row in rows if row.name == name), key=lambda row: row.applications)
        few = next((row for row in fewer if row.bytes >= FULL * most.bytes), next(iter(fewer), most))
        if few is not most and few.ratio:
            yield _against(few, most, NO_LIMIT if name in shown_only else GROWTH)


def _against(few: Row, most: Row, budget: Budget) -> Row:
    grown = Sample(most.median_ms, most.p95_ms, most.cpu_ms, most.queries, most.bytes, most.ratio / few.ratio)
    name = f"growth from {few.applications:,}: {most.name}"
    return Row.of(name, most.engine, most.applications, grown, budget, lambda name: 0.0)

"""What the bench says of its rows: inside or outside, slower or not, in words and as a status."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.bench.reporting import NotARun, changes, read_json, sentences, verdict, write_json, write_markdown
from tracker.bench.rows import LIST_FLOOR, Budget, Row, Sample
from tracker.bench.running import Run

TIMES = Budget(times=3, queries=8, size=80_000)


def floor(name: str) -> float:
    return {LIST_FLOOR: 5.0}.get(name, 0.0)


def row(sample: Sample, budget: Budget, *, by_time: bool = True) -> Row:
    return Row.of("list", "sqlite", 1_000, sample, budget, floor, by_time=by_time)


def test_a_row_within_its_budget_is_inside() -> None:
    found = row(Sample(median_ms=15.0, queries=8, bytes=80_000), TIMES)
    assert (found.ratio, found.budget, found.inside) == (3.0, "3 × 5.0 ms, 8 queries, 80 kB", True)


@pytest.mark.parametrize(
    ("sample", "budget"),
    [
        (Sample(median_ms=15.1), TIMES),
        (Sample(queries=9), TIMES),
        (Sample(bytes=80_001), TIMES),
        (Sample(median_ms=10.1), Budget(ms=10)),
        (Sample(bytes=251_000_000), Budget(size=250_000_000, memory=True)),
        (Sample(ratio=1.06), Budget(ratio=1.05)),
        (Sample(rate=149.0), Budget(rate=150)),
        (Sample(rate=400.0, failed=True), Budget(rate=150)),
    ],
)
def test_a_row_beyond_its_budget_is_outside_and_fails_the_command(sample: Sample, budget: Budget) -> None:
    found = row(sample, budget)
    assert not found.inside
    assert verdict([row(Sample(), budget) if budget.rate is None else found, found])[1] == 1


def test_what_was_asked_between_the_rounds_counts_before_what_was_measured_earlier() -> None:
    found = row(Sample(median_ms=18.0, beside_ms=7.5), TIMES)
    assert (found.ratio, found.budget, found.inside) == (2.4, "3 × 7.5 ms, 8 queries, 80 kB", True)
    assert not row(Sample(median_ms=14.0, beside_ms=4.0), TIMES).inside


def test_without_times_only_statements_and_bytes_are_judged() -> None:
    assert row(Sample(median_ms=900.0, queries=8), TIMES, by_time=False).inside
    assert not row(Sample(queries=9), TIMES, by_time=False).inside
    assert not row(Sample(failed=True), TIMES, by_time=False).inside


def test_all_inside_is_status_zero() -> None:
    assert verdict([row(Sample(), TIMES)]) == ("1 rows, 0 outside their budget.", 0)


def test_what_got_slower_by_more_than_a_fifth_is_named() -> None:
    before = [replace(row(Sample(median_ms=10.0), TIMES), name=name) for name in ("list", "board", "gone")]
    now = [replace(before[0], ratio=2.5), replace(before[1], ratio=2.3), replace(before[2], name="new")]
    found = changes(now, before)
    assert [one.row.name for one in found] == ["list", "board"]
    assert sentences(found) == ["Slower by 25 %: list (sqlite, 1,000)."]
    assert sentences(found[1:]) == ["Nothing got slower by more than 20 %."]


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    rows = [row(Sample(median_ms=12.5, p95_ms=20.0, cpu_ms=9.0, queries=4, bytes=70_000), TIMES)]
    write_json(tmp_path / "run.json", rows)
    assert read_json(tmp_path / "run.json") == rows
    (tmp_path / "other.json").write_text('{"rows": [{"name": "list"}]}')
    for name in ("other.json", "none.json"):
        with pytest.raises(NotARun):
            read_json(tmp_path / name)


def test_the_table_for_docs_says_when_and_on_what(tmp_path: Path) -> None:
    run = Run([row(Sample(median_ms=12.5), TIMES)], {"sqlite": "3.45.0"})
    write_markdown(tmp_path / "table.md", run, at=datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert lines[0].startswith("Measured on 26 November 2026, 09:30 UTC, on ")
    assert lines[0].endswith("SQLite 3.45.0. 1 rows, 0 outside their budget.")
    assert lines[4].startswith("| list | sqlite | 1,000 | 12.5 |")

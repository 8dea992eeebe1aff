"""What came of a run: a table on the screen, JSON, Markdown for docs, and the change since another run."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.table import Table

from tracker.bench.rows import Row
from tracker.bench.running import Run

SLOWER = 1.2
COLUMNS = ("Row", "Engine", "Applications", "Median ms", "p95 ms", "CPU ms", "Queries", "Bytes", "Ratio", "Budget", "")
WORDS = {True: "inside", False: "OUTSIDE"}


class NotARun(Exception):
    """The file to compare with holds no rows of a run."""


def cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        row.engine,
        f"{row.applications:,}",
        f"{row.median_ms:.1f}",
        f"{row.p95_ms:.1f}",
        f"{row.cpu_ms:.1f}",
        str(row.queries),
        f"{row.bytes:,}",
        f"{row.ratio:.2f}",
        row.budget,
        WORDS[row.inside] if row.budget else "",
    )


def table_of(rows: Sequence[Row]) -> Table:
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for column in table.columns[2:9]:
        column.justify = "right"
    for row in rows:
        table.add_row(*cells(row), style=None if row.inside else "red")
    return table


def write_json(path: Path, rows: Sequence[Row]) -> None:
    content = {"rows": [row.as_json() for row in rows]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_json(path: Path) -> list[Row]:
    try:
        return [Row(**one) for one in json.loads(path.read_text("utf-8"))["rows"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotARun(f"{path} holds no run of the bench.") from error


def write_markdown(path: Path, run: Run, *, at: datetime) -> None:
    lines = [f"{machine(run, at)}. {verdict(run.rows)[0]}", "", *_lines(run.rows), ""]
    path.write_text("\n".join(lines), "utf-8")


def machine(run: Run, at: datetime) -> str:
    """On what, with what, and when it was measured."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    engines = ", ".join(f"{names[name]} {version}" for name, version in run.engines.items())
    return (
        f"Measured on {at:%d %B %Y}, {at:%H:%M} UTC, on {os.cpu_count()} cores ({platform.machine()}, "
        f"{platform.system()}), Python {platform.python_version()}, {engines}"
    )


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|---|---|{'---:|' * 7}---|---|"
    for row in rows:
        yield f"| {' | '.join(cells(row))} |"


@dataclass(frozen=True)
class Change:
    """One row then and now; by its ratio, since only ratios travel from machine to machine."""

    row: Row
    before: Row

    @property
    def factor(self) -> float:
        return self.row.ratio / self.before.ratio if self.before.ratio else 1.0

    @property
    def is_slower(self) -> bool:
        return self.factor > SLOWER


def changes(rows: Sequence[Row], before: Sequence[Row]) -> list[Change]:
    """Those measured both times, what grew most first."""
    known = {row.key: row for row in before}
    found = [Change(row, known[row.key]) for row in rows if row.key in known]
    return sorted(found, key=lambda change: -change.factor)


def table_of_changes(found: Sequence[Change]) -> Table:
    table = Table("Row", "Engine", "Applications", "Ratio before", "Ratio now", "Change", box=None, pad_edge=False)
    for one in found:
        table.add_row(
            *cells(one.row)[:3],
            f"{one.before.ratio:.2f}",
            f"{one.row.ratio:.2f}",
            f"{100 * (one.factor - 1):+.0f} %",
            style="red" if one.is_slower else None,
        )
    return table


def verdict(rows: Sequence[Row]) -> tuple[str, int]:
    """In words, and as the status of the command: 1 where a row is outside its budget."""
    outside = sum(not row.inside for row in rows)
    return f"{len(rows)} rows, {outside} outside their budget.", int(outside > 0)


def sentences(found: Sequence[Change]) -> list[str]:
    """What got slower by more than a fifth, by name."""
    slower = [one for one in found if one.is_slower]
    if not slower:
        return [f"Nothing got slower by more than {100 * (SLOWER - 1):.0f} %."]
    return [
        f"Slower by {100 * (one.factor - 1):.0f} %: {one.row.name} ({one.row.engine}, {one.row.applications:,})."
        for one in slower
    ]

"""The command `tracker bench`."""

import signal
import sys
from pathlib import Path

import click

from tracker.bench.databases import NoServer
from tracker.bench.reporting import (
    NotARun,
    changes,
    read_json,
    sentences,
    table_of,
    table_of_changes,
    verdict,
    write_json,
    write_markdown,
)
from tracker.bench.rows import Row
from tracker.bench.running import Plan, run
from tracker.plumbing.clock import now
from tracker.terminal import MISTAKEN, console, errors, progress_bar, refuse

SIZES = (1_000, 10_000, 100_000)
ENDED = 143
File = click.Path(dir_okay=False, path_type=Path)


def tell(row: Row) -> None:
    errors.print(
        f"{row.engine} {row.applications:>7,} {row.name:55} {row.median_ms:10.1f} ms {row.queries:3} queries "
        f"{row.ratio:8.2f} {'' if row.inside else 'OUTSIDE'}",
        markup=False,
    )


@click.command("bench")
@click.option(
    "--applications",
    multiple=True,
    default=SIZES,
    show_default=True,
    type=click.IntRange(200, 1_000_000),
    help="How many to measure with; can be given again.",
)
@click.option(
    "--engine",
    "engines",
    multiple=True,
    default=("sqlite",),
    show_default=True,
    type=click.Choice(["sqlite", "postgresql"]),
    help="Where they are stored; can be given again.",
)
@click.option("--postgresql-url", default="", help="A server on which databases may be made; without, one is started.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the applications here for the next run; without, they are thrown away.",
)
@click.option(
    "--only", multiple=True, help="Only rows with these words in their name, and the floors; can be given again."
)
@click.option("--without-times", is_flag=True, help="Judge only statements and bytes: for a machine that is not quiet.")
@click.option("--json", "json_file", type=File, help="Write the rows here.")
@click.option("--compare", type=File, help="Rows of an earlier run, to say what got slower.")
@click.option("--markdown", type=File, help="Write the table here, with the day and the machine.")
def bench(
    applications: tuple[int, ...],
    engines: tuple[str, ...],
    postgresql_url: str,
    folder: Path | None,
    only: tuple[str, ...],
    without_times: bool,
    json_file: Path | None,
    compare: Path | None,
    markdown: Path | None,
) -> None:
    """Measure pages and works against their budgets, with applications made for it; status 1 if one is outside."""
    signal.signal(signal.SIGTERM, lambda *of: sys.exit(ENDED))  # so that servers and folders of ours go too
    try:
        before = read_json(compare) if compare is not None else []
        plan = Plan(applications, engines, postgresql_url, folder, only, not without_times)
        found = run(plan, bar=progress_bar, tell=tell)
    except (NoServer, NotARun) as mistake:
        refuse(str(mistake), MISTAKEN)
    console.print(table_of(found.rows))
    if json_file is not None:
        write_json(json_file, found.rows)
    if markdown is not None:
        write_markdown(markdown, found, at=now())
    if compare is not None:
        changed = changes(found.rows, before)
        console.print(table_of_changes(changed))
        console.print(*sentences(changed), sep="\n", markup=False)
    words, status = verdict(found.rows)
    console.print(words)
    sys.exit(status)

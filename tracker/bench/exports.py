"""Exports of everything: how soon they begin, how long they take beside the bare way, and what memory they need."""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import Context
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from tracker.bench.measuring import Meter, sample_of
from tracker.bench.rows import CSV_FLOOR, Budget, Sample
from tracker.bench.scene import Scene
from tracker.bench.trials import Trial, middle_of, once
from tracker.demo.staff import HR
from tracker.models import Application, Person, Position, Stage
from tracker.plumbing.database import counted_statements
from tracker.plumbing.engines import snapshot_of
from tracker.reports.files import write_xlsx

BATCH = 1_000
SHEET_ROWS, SHEET_CELLS = 100_000, 30
ALL = {"what": "applications", "file_format": "csv"}


def exports(scene: Scene, environ: Mapping[str, str], engine: Engine) -> Iterator[Trial]:
    yield Trial(CSV_FLOOR, once(lambda: bare_csv(engine)), grows=False)
    first: list[float] = []
    whole = Budget(times=2, of=CSV_FLOOR, queries=5)
    yield Trial("CSV of all applications", lambda meter: streamed(scene, meter, first), whole, grows=False)
    yield Trial("CSV of all, first byte", lambda meter: sample_of(first, 0, 0, 0), Budget(ms=200))
    sheet = Budget(ms=5_000)
    in_its_job = middle_of(memory_of("xlsx", scene, environ))
    yield Trial("XLSX of all applications, in its job", in_its_job, sheet, grows=False)
    yield Trial(f"XLSX of {SHEET_ROWS:,} × {SHEET_CELLS}", middle_of(once(made_sheet)), sheet, grows=False)
    for kind, most in (("csv", 80_000_000), ("xlsx", 50_000_000)):
        held = Budget(size=most, memory=True)
        yield Trial(f"memory of {kind.upper()} of all", memory_of(kind, scene, environ), held, grows=False)


def bare_csv(engine: Engine) -> int:
    """The same columns of the same rows by Core and the csv module, with nothing asked and nothing said."""
    query = (
        select(
            Application.code,
            Application.name,
            Person.email,
            Position.reference,
            Position.title,
            Position.kind,
            Stage.label,
            Application.stage_kind,
            Application.stage_since,
            Application.submitted_at,
            Position.closes_at,
            Application.origin,
            Application.country,
            Application.language,
            Application.reviews_in,
            Application.score,
        )
        .join(Person, Person.id == Application.candidate_id)
        .join(Position, Position.id == Application.position_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .execution_options(yield_per=BATCH)
    )
    size, buffer = 0, io.StringIO()
    writer = csv.writer(buffer)
    with snapshot_of(engine).connect() as connection:
        for batch in connection.execute(query).partitions():
            writer.writerows(batch)
            size += len(buffer.getvalue().encode())
            buffer.seek(0)
            buffer.truncate()
    return size


def streamed(scene: Scene, meter: Meter, first: list[float]) -> Sample:
    """Over the site, as HR; when the first byte comes is put into `first`."""
    context, size = Context(), 0
    fields = ALL | {"csrf_token": scene.hr.token}
    with counted_statements() as statements, meter.processors() as used:
        begun = time.perf_counter()
        answer = context.run(lambda: scene.hr.client.post("/desk/exports", data=fields, buffered=False))
        pieces = answer.iter_encoded()
        while piece := context.run(next, pieces, b""):
            size += len(piece)
            if not first:
                first.append(1000 * (time.perf_counter() - begun))
        taken = 1000 * (time.perf_counter() - begun)
        context.run(answer.close)
    return sample_of([taken], 1000 * used[0], statements.count, size)


def made_sheet() -> int:
    """Words and numbers, half and half."""
    cells: Sequence[Any] = [f"Cell {number} with some words" if number % 2 else number for number in range(SHEET_CELLS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_xlsx(
            path, "sheet", [f"Column {number}" for number in range(SHEET_CELLS)], (cells for _ in range(SHEET_ROWS))
        )
        return path.stat().st_size


def memory_of(kind: str, scene: Scene, environ: Mapping[str, str]) -> Callable[[Meter], Sample]:
    """In a process of its own, which has held nothing else: what it takes beyond what it had before."""

    def take(meter: Meter) -> Sample:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tracker.bench.export_alone", kind, scene.people[HR]],
            env=kept | dict(environ),
            capture_output=True,
            check=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        taken = 1000 * found["seconds"]
        return Sample(median_ms=taken, p95_ms=taken, cpu_ms=1000 * found["processor"], bytes=found["memory"])

    return take

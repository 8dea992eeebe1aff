"""The whole bench: fills databases, measures every row in each, and compares the largest with the smallest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from tracker.bench.applicant import candidates
from tracker.bench.databases import filled_sqlite, folder_for, postgresql
from tracker.bench.exports import exports
from tracker.bench.filling import bring_up_to_date, fill, opened
from tracker.bench.growth import growth
from tracker.bench.measuring import Meter
from tracker.bench.pages import reads
from tracker.bench.rows import Row, Sample
from tracker.bench.scene import Scene
from tracker.bench.serving import servings
from tracker.bench.sharing import sharing
from tracker.bench.trials import Trial
from tracker.bench.visitor import Unexpected
from tracker.bench.works import works
from tracker.plumbing import memory
from tracker.plumbing.database import db

FLOOR = "floor"
Bar = Callable[[str], AbstractContextManager[Callable[[int, int], object]]]
Tell = Callable[[Row], object]
Filled = Callable[[int], AbstractContextManager[Mapping[str, str]]]


@dataclass(frozen=True)
class Plan:
    """What is wanted of a run."""

    applications: Sequence[int]
    engines: Sequence[str]
    postgresql_url: str = ""
    folder: Path | None = None
    only: Sequence[str] = ()
    """Words of which one stands in the name; none: every row."""
    by_time: bool = True

    def wants(self, trial: Trial) -> bool:
        """Floors always: the others are judged by them."""
        if not self.by_time and trial.budget.is_of_time_alone() and not trial.name.startswith(FLOOR):
            return False
        name = trial.name.lower()
        return not self.only or name.startswith(FLOOR) or any(words.lower() in name for words in self.only)


@dataclass(frozen=True)
class Run:
    """What a run found, and on what."""

    rows: list[Row]
    engines: dict[str, str]
    """The version of each."""


def run(plan: Plan, *, bar: Bar, tell: Tell) -> Run:
    """Every row as it is found is told; NoServer where there is no PostgreSQL."""
    rows: list[Row] = []
    versions: dict[str, str] = {}
    with folder_for(plan.folder) as folder:
        for engine in plan.engines:
            with ExitStack() as stack:
                filled = _filled(engine, folder, plan, bar, stack)
                found = _on_engine(plan, filled, versions, tell)
                rows += found
    return Run(rows, versions)


def _filled(engine: str, folder: Path, plan: Plan, bar: Bar, stack: ExitStack) -> Filled:
    """How this engine gives databases that are filled."""

    def filler(applications: int) -> Callable[[Mapping[str, str]], None]:
        def make(environ: Mapping[str, str]) -> None:
            with bar(f"Making {applications:,} applications on {engine}") as progress:
                fill(environ, applications, progress)

        return make

    if engine == "sqlite":
        return lambda applications: filled_sqlite(folder, applications, filler(applications))
    server = stack.enter_context(postgresql(plan.postgresql_url, folder, keeps=plan.folder is not None))
    return lambda applications: server.filled(folder, applications, filler(applications))


def _on_engine(plan: Plan, filled: Filled, versions: dict[str, str], tell: Tell) -> list[Row]:
    rows: list[Row] = []
    growing: set[str] = set()
    in_milliseconds: set[str] = set()
    sizes = sorted(set(plan.applications))
    for size in sizes:
        with filled(size) as environ, opened(environ) as app:
            bring_up_to_date()
            engine = db.engine
            versions[engine.dialect.name] = _version(engine)
            meter = Meter(engine, size, quick=not plan.by_time)
            meter.look_for_postgresql()
            memory.settle()
            for trial in _trials(Scene(app), environ, engine, largest=size == sizes[-1]):
                if plan.wants(trial):
                    tell(meter.keep(trial.name, taken(trial, meter), trial.budget))
                    meter.known |= {trial.name: trial.again} if trial.again else {}
                    growing |= {trial.name} if trial.grows else set()
                    in_milliseconds |= {trial.name} if trial.budget.ms is not None else set()
            rows += meter.rows
    if plan.by_time and len(sizes) > 1:
        # a budget in milliseconds holds at every number, and judges growth by that
        for row in growth([one for one in rows if one.name in growing], shown_only=in_milliseconds):
            tell(row)
            rows.append(row)
    return rows


def taken(trial: Trial, meter: Meter) -> Sample:
    """A page that does not answer as it should is outside whatever its budget."""
    meter.beside = meter.known.get(trial.budget.of)
    try:
        return trial.take(meter)
    except Unexpected as answer:
        return Sample(failed=True, note=str(answer).splitlines()[0])


def _trials(scene: Scene, environ: Mapping[str, str], engine: Engine, *, largest: bool) -> Iterator[Trial]:
    """In this order: what only reads comes before what changes rows."""
    yield from reads(scene)
    yield from exports(scene, environ, engine)
    if largest:
        yield from servings(scene, environ)
        yield from sharing()
    yield from works(scene)
    yield from candidates(scene)


def _version(engine: Engine) -> str:
    asked = "SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"
    with engine.connect() as connection:
        return str(connection.scalar(text(asked)))

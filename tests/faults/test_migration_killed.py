"""kill -9 in a migration: the old schema or the new one, never between, and the next run brings it up."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import event, inspect, text

from tests.databases import PostgreSql, make_app
from tests.factories import make_application, make_comment
from tests.faults.book import Finding, rounds, write_down
from tests.servers import environ
from tracker.plumbing.database import db

FAULT = "kill -9 in a migration"
Schema = dict[str, list[str]]


@pytest.fixture
def names(engine_name: str, request: pytest.FixtureRequest) -> dict[str, str]:
    if engine_name == "sqlite":
        return {}
    server: PostgreSql = request.getfixturevalue("postgresql")
    return {"DATABASE_URL": server.create("dies")}


def schema() -> Schema:
    """Tables with their columns and indexes, triggers, and the number of the version."""
    found = inspect(db.engine)
    tables = {
        name: sorted(str(one["name"]) for one in (*found.get_columns(name), *found.get_indexes(name)))
        for name in found.get_table_names()
        if not name.startswith("sqlite_")  # what it counted
    }
    if "alembic_version" in tables:
        tables["alembic_version"] += map(str, db.session.scalars(text("SELECT version_num FROM alembic_version")))
    db.session.remove()
    db.engine.dispose()
    return tables


def migrated(folder: Path, names: dict[str, str], last: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.dies_migrating", str(last)]
    return subprocess.run(
        command, env=environ(folder, **names), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.engines
@pytest.mark.parametrize("start", ["empty", "one step before"])
def test_a_killed_migration_leaves_the_old_schema_or_the_new_and_can_be_run_again(
    tmp_path: Path, engine_name: str, names: dict[str, str], start: str
) -> None:
    dice = Random(rounds(1))
    app = make_app(tmp_path, **names)
    problems: list[str] = []
    with app.app_context():
        to_start = partial(downgrade, revision="-1" if start != "empty" else "base")
        upgrade()
        if start != "empty":
            make_comment(make_application(stage="review"), text="Ελληνικά")
            db.session.commit()
        new = schema()
        to_start()
        whole = statements(to_start)
        old = schema()
        times = min(rounds(1), whole - 1)
        for number in sorted(dice.sample(range(1, whole + 1), times)):
            done = migrated(tmp_path, names, number)
            problems += [] if done.returncode == -9 else [f"statement {number}: ended with {done.returncode}"]
            found = schema()
            problems += [] if found in (old, new) else [f"statement {number}: neither the old schema nor the new"]
            if found == new:
                to_start()
        upgrade()
        check()
        kept = db.session.scalar(text("SELECT count(*) FROM comment"))
        problems += [] if kept == (start != "empty") else [f"{kept} comments"]
        db.session.remove()
        db.engine.dispose()
    write_down(Finding(FAULT, f"from {start}, {whole} statements", engine_name, times, times, len(problems)))
    assert problems == []


def statements(to_start: Callable[[], None]) -> int:
    """How many there are, with the commit; seen by migrating once and going back."""
    seen = []
    for what in ("before_cursor_execute", "commit"):
        event.listen(db.engine, what, lambda *told: seen.append(1))
    upgrade()
    number = len(seen)
    to_start()
    return number

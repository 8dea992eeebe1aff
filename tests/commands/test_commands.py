"""Commands, run as a person runs them: each in a process of its own."""

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import environ, run, served, status_of


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upgraded")
    done = run("db", "upgrade", folder=folder)
    assert (done.returncode, done.stdout.strip()) == (0, "The database is up to date.")
    return folder


@pytest.fixture
def prepared(tmp_path: Path, upgraded: Path) -> Path:
    """A folder of this test's own with an up-to-date database."""
    shutil.copytree(upgraded, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_mistakes_in_settings_are_told_in_sentences_and_nothing_else_happens(tmp_path: Path) -> None:
    done = run("serve", folder=tmp_path, BASE_URL="nowhere", UNDO_MINUTES="soon")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "TRACKER_BASE_URL must be the address of the site, as https://jobs.example.org, not 'nowhere'.",
        "TRACKER_UNDO_MINUTES must be a whole number from 0 to 1440, not 'soon'.",
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_file_dot_env_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRACKER_UNDO_MINUTES=soon\nTRACKER_ACCENT=blue\n")
    done = run("jobs", folder=tmp_path, ACCENT="#123456")
    assert done.stderr.splitlines() == ["TRACKER_UNDO_MINUTES must be a whole number from 0 to 1440, not 'soon'."]


def test_help_needs_no_settings(tmp_path: Path) -> None:
    done = run("--help", folder=tmp_path, BASE_URL="nowhere")
    assert done.returncode == 0
    for command in ("serve", "work", "demo", "db", "audit", "routes", "jobs", "first-administrator"):
        assert f"  {command} " in done.stdout


def test_a_database_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = run("jobs", folder=tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in done.stderr


def test_the_schema_is_brought_up_to_date_twice_without_harm(prepared: Path) -> None:
    assert run("db", "upgrade", folder=prepared).returncode == 0
    assert run("db", "check", folder=prepared).returncode == 0
    with sqlite3.connect(prepared / "tracker.db") as connection:
        themes = connection.execute("SELECT count(*) FROM theme").fetchone()[0]
        forms = connection.execute("SELECT count(*) FROM form").fetchone()[0]
        workflows = connection.execute("SELECT count(*) FROM workflow").fetchone()[0]
    connection.close()
    assert (themes, forms, workflows) == (10, 2, 3)


def test_every_route_is_shown_with_its_rule(tmp_path: Path) -> None:
    done = run("routes", folder=tmp_path)
    assert done.returncode == 0
    assert "/sign-in" in done.stdout
    assert "NO RULE" not in done.stdout


def test_an_untouched_history_holds(prepared: Path) -> None:
    done = run("audit", "verify", folder=prepared)
    assert done.returncode == 0
    assert re.fullmatch(r"The history holds: \d+ entries\.\n", done.stdout)


def test_a_changed_line_of_history_is_named(prepared: Path) -> None:
    connection = sqlite3.connect(prepared / "tracker.db")
    connection.execute("DROP TRIGGER entry_is_never_changed")
    connection.execute(
        "INSERT INTO entry (thing, thing_id, number, at, what, data, previous, hash)"
        " VALUES ('application', 'a1', 1, '2026-01-01 00:00:00.000000', 'moved', '{}', '', 'forged')"
    )
    connection.commit()
    connection.close()
    done = run("audit", "verify", folder=prepared)
    assert done.returncode == 1
    assert "application a1, entry 1: it was changed after it was written." in done.stderr


def test_the_first_administrators_address_is_new_each_time_and_for_this_site(prepared: Path) -> None:
    links = [
        run("first-administrator", folder=prepared, BASE_URL="https://jobs.example.org").stdout.split()[-1]
        for _ in range(2)
    ]
    assert links[0] != links[1]
    assert all(link.startswith("https://jobs.example.org/link/") for link in links)


def test_credentials_without_a_demo_are_a_mistake(tmp_path: Path) -> None:
    done = run("serve", "--credentials", "file", folder=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])


def test_a_demo_is_refused_where_people_are(prepared: Path) -> None:
    connection = sqlite3.connect(prepared / "tracker.db")
    connection.execute(
        "INSERT INTO person (id, name, email, email_canonical, site_role, is_staff, language, time_zone, created_at,"
        " version) VALUES ('p1', 'Sukarno', 'a@b.cd', 'a@b.cd', 'none', 0, 'en', 'UTC', '2026-01-01 00:00:00', 1)"
    )
    connection.commit()
    connection.close()
    done = run("serve", "--demo", "--port", "0", folder=prepared)
    assert done.returncode == 1
    assert done.stderr.startswith("There are people in this database already")


def test_the_server_prints_its_address_and_how_to_become_the_first_administrator(tmp_path: Path) -> None:
    with served(tmp_path) as (server, address):
        printed = server.printed()
        assert f"Serving on {address}" in printed
        link = re.search(rf"{address}/link/\S+", printed)
        assert link is not None
        assert status_of(link.group()) == 200
        assert status_of(f"{address}/sign-in") == 200
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
        assert server.stop() == 0


def test_the_wsgi_module_serves_the_same_application(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi; print(wsgi.app.name)"],
        env=environ(tmp_path) | {"PYTHONPATH": str(root)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "tracker"

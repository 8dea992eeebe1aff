"""Backup and restore: everything comes back as it was, on any engine, or nothing was touched at all."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pyrage import x25519
from sqlalchemy import inspect, select, text

from tests.databases import ENGINES, PostgreSql, make_app
from tests.engines import S3
from tests.factories import make_application, make_document, make_message, make_person, make_review, make_session
from tests.servers import Server, run
from tracker.models import Entry, Link, LinkPurpose, Message, MessageState, Session
from tracker.operation import backup, rows
from tracker.operation.archive import Contents
from tracker.operation.restore import CannotRestore, Restored, check, restore
from tracker.operation.sealing import CannotOpen, Key, Lock
from tracker.plumbing import history, storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

IDENTITY = x25519.Identity.generate()
LOCK, KEY = Lock((str(IDENTITY.to_public()),)), Key((str(IDENTITY),))
TEXT = "李小龙 عمر \u200d 🧬 'quoted' \\N \t tab"


def silent(done: int, total: int) -> None:
    pass


@pytest.fixture
def filled(app: Flask) -> Flask:
    """An installation with people, words in many scripts, files, history, and mail that waits."""
    author = make_person(TEXT)
    application = make_application()
    for number in range(3):
        make_document(application, data=f"file {number} ".encode() * 50_000)
    make_review(application)
    make_message()
    make_session(author)
    for _ in range(5):
        history.remember("application", application.id, "noted", by=author, now=now(), text=TEXT)
    db.session.commit()
    return app


def back_up(folder: Path, lock: Lock = LOCK) -> tuple[Path, Contents]:
    path = folder / "tracker.backup"
    return path, backup.make(path, lock, now=now(), progress=silent)


@pytest.fixture
def empty(tmp_path: Path, worker_name: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Flask]]:
    """empty(engine): an application on an empty place of that engine."""
    made: list[Flask] = []

    def make(engine: str, **names: str) -> Flask:
        if engine == "postgresql":
            server: PostgreSql = request.getfixturevalue("postgresql")
            names["DATABASE_URL"] = server.create("restored")
        app = make_app(tmp_path / f"restored-{len(made)}", **names)
        app.config["NAMES"] = names
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def bring_back(path: Path, app: Flask, key: Key = KEY) -> Restored:
    with app.app_context():
        done = restore(path, key, now=now(), progress=silent)
        db.session.remove()
    return done


def all_rows() -> dict[str, list[list[Any]]]:
    with backup.snapshot() as connection:
        found = {
            shape.name: [line for batch in rows.batches(connection, shape) for line in batch] for shape in rows.shapes()
        }
    return {name: sorted(lines, key=repr) for name, lines in found.items()}


def all_files() -> dict[str, bytes]:
    kept = list(storage.keys())
    return {key: storage.read(key) for key in kept}


TOUCHED = {"session", "link", "message", "delivery", "entry"}
"""Tables in which a restore writes what must not go on as before."""


@pytest.mark.engines
@pytest.mark.parametrize("target", ENGINES)
def test_everything_comes_back_as_it_was_on_either_engine(
    filled: Flask, target: str, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    path, contents = back_up(tmp_path)
    before, files = all_rows(), all_files()
    app = empty(target)
    done = bring_back(path, app)
    assert (done.contents, done.breaks, done.contents.missing) == (contents, [], [])
    with app.app_context():
        after = all_rows()
        assert {name: lines for name, lines in after.items() if name not in TOUCHED} == {
            name: lines for name, lines in before.items() if name not in TOUCHED
        }
        assert all_files() == files
        assert list(history.broken()) == []
        assert [one for one in before["entry"] if one not in after["entry"]] == []
        history.remember("application", "new", "noted", by=None, now=now())  # ids go on where they were
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text("DELETE FROM entry"))
        db.session.rollback()


def test_a_backup_leaves_out_no_table_of_the_database(app: Flask) -> None:
    """A migration that makes a table outside the models must either name it search_… and fill it, or be told here."""
    with db.engine.connect() as connection:
        assert rows.strangers(connection) == []
        here = set(inspect(connection).get_table_names())
    assert here >= {shape.name for shape in rows.shapes()}


@pytest.mark.engines
def test_a_restored_installation_ends_sessions_and_links_and_holds_mail(
    filled: Flask, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    for number, purpose in enumerate((LinkPurpose.RESET, LinkPurpose.LETTER)):
        db.session.add(
            Link(token_hash=str(number), purpose=purpose, created_at=now(), expires_at=now() + timedelta(days=1))
        )
    db.session.commit()
    path, _ = back_up(tmp_path)
    app = empty("sqlite")
    assert bring_back(path, app).held == 1
    with app.app_context():
        assert db.session.scalars(select(Session).where(Session.ended_at.is_(None))).all() == []
        open_links = select(Link.purpose).where(Link.replaced_at.is_(None))
        assert db.session.scalars(open_links).all() == [LinkPurpose.LETTER]
        message = db.session.scalars(select(Message)).one()
        assert (message.state, message.deliveries[-1].outcome) == (MessageState.FAILED, "held")
        entry = db.session.scalars(select(Entry).where(Entry.what == "restored")).one()
        assert (entry.thing, entry.data["held"]) == ("site", 1)
        db.session.rollback()


def test_a_backup_for_a_passphrase_opens_with_it_alone(
    filled: Flask, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    path, contents = back_up(tmp_path, Lock(passphrase="correct horse battery"))
    assert check(path, Key(passphrase="correct horse battery"))[1] == contents
    app = empty("sqlite")
    for key in (Key(passphrase="wrong horse battery"), KEY, Key()):
        with pytest.raises(CannotOpen, match="passphrase"):
            bring_back(path, app, key)
    assert_untouched(app)


def assert_untouched(app: Flask) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
        assert list(storage.keys()) == []


def test_a_backup_for_a_public_key_opens_with_no_other(
    filled: Flask, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    path, _ = back_up(tmp_path)
    app = empty("sqlite")
    with pytest.raises(CannotOpen, match="This key does not open the backup"):
        bring_back(path, app, Key((str(x25519.Identity.generate()),)))
    with pytest.raises(CannotOpen, match="sealed to a public key"):
        bring_back(path, app, Key(passphrase="correct horse battery"))
    assert_untouched(app)


@pytest.mark.parametrize("damage", ["cut short", "one bit", "something else", "nothing"])
def test_a_damaged_backup_is_found_out_before_anything_is_written(
    filled: Flask, empty: Callable[..., Flask], tmp_path: Path, damage: str
) -> None:
    path, _ = back_up(tmp_path)
    data = bytearray(path.read_bytes())
    if damage == "one bit":
        data[len(data) // 2] ^= 1
    changed: dict[str, bytes | bytearray] = {
        "cut short": data[: len(data) * 2 // 3],
        "one bit": data,
        "something else": b"PK" * 999,
        "nothing": b"",
    }
    path.write_bytes(changed[damage])
    app = empty("sqlite")
    with pytest.raises(CannotOpen):
        bring_back(path, app)
    assert_untouched(app)


@pytest.mark.engines
def test_a_place_where_something_is_is_not_restored_into(
    filled: Flask, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    path, _ = back_up(tmp_path)
    with pytest.raises(CannotRestore, match="There is a database here already"):
        restore(path, KEY, now=now(), progress=silent)
    app = empty("sqlite")
    with app.app_context():
        storage.put(storage.new_key("documents"), b"somebody else's")
    with pytest.raises(CannotRestore, match="There are files here already"):
        bring_back(path, app)


def test_a_backup_is_never_written_over_another_and_a_failed_one_leaves_nothing(filled: Flask, tmp_path: Path) -> None:
    path, _ = back_up(tmp_path)
    with pytest.raises(backup.CannotBackUp, match="already"):
        back_up(tmp_path)
    path.unlink()
    with pytest.raises(CannotOpen, match="public key of age"):
        back_up(tmp_path, Lock(("age1nonsense",)))
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    with pytest.raises(backup.CannotBackUp, match="stands at migration 0001"):
        back_up(tmp_path)
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name] == []


def test_a_file_that_was_lost_is_named_and_the_rest_is_kept(filled: Flask, tmp_path: Path) -> None:
    lost = next(iter(storage.keys()))
    storage.delete(lost)
    _, contents = back_up(tmp_path)
    assert (contents.missing, len(contents.files)) == ([lost], 2)


def test_from_a_folder_into_a_bucket(filled: Flask, empty: Callable[..., Flask], tmp_path: Path, s3: S3) -> None:
    path, contents = back_up(tmp_path)
    app = empty("sqlite", STORAGE_URL=s3.bucket())
    bring_back(path, app)
    with app.app_context():
        assert sorted(storage.keys()) == sorted(contents.files)


@pytest.mark.engines
def test_a_restore_killed_at_any_moment_leaves_an_empty_place_or_a_whole_one(
    filled: Flask, engine_name: str, empty: Callable[..., Flask], tmp_path: Path
) -> None:
    path, contents = back_up(tmp_path)
    app = empty(engine_name)
    (tmp_path / "identity").write_text(str(IDENTITY))
    arguments = ("restore", str(path), "--identity", str(tmp_path / "identity"))
    folder = app.config["TRACKER"].data_dir
    with app.app_context():
        with Server(*arguments, folder=folder, **app.config["NAMES"]) as process:
            wait_for_stage(engine_name, folder)
            time.sleep(0.1)
            process.kill()
        with db.engine.connect() as connection:
            tables = inspect(connection).get_table_names()
        db.engine.dispose()
        if tables:
            assert all_rows()["document"]
            return
    done = run(*arguments, folder=folder, **app.config["NAMES"])
    assert (done.returncode, done.stderr) == (0, "")
    with app.app_context():
        assert sorted(storage.keys()) == sorted(contents.files)
        assert list(history.broken()) == []
        db.session.rollback()


def wait_for_stage(engine: str, folder: Path) -> None:
    """Until the restore under way has begun to write."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if engine == "sqlite" and (folder / "tracker.db.restoring").exists():
            return
        if engine == "postgresql":
            with db.engine.connect() as connection:
                if connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = 'tracker_restoring'")):
                    return
        time.sleep(0.01)
    raise AssertionError("the restore never began to write")

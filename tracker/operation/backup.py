"""Making a backup: one snapshot of the rows, then every file those rows name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, select, text

from tracker.operation import rows
from tracker.operation.archive import HEAD, SECRET, Contents, Head, Writer, writing
from tracker.operation.sealing import Lock
from tracker.plumbing import schema, storage
from tracker.plumbing.database import db
from tracker.plumbing.engines import snapshot_of
from tracker.plumbing.settings import Settings
from tracker.plumbing.upkeep import columns_that_name_files

Progress = Callable[[int, int], object]


class CannotBackUp(Exception):
    """Says why as a sentence."""


def make(path: Path, lock: Lock, *, now: datetime, progress: Progress) -> Contents:
    """Everything that must be kept, sealed, in one new file."""
    if path.exists():
        raise CannotBackUp(f"There is a file {path} already; a backup is never written over another.")
    with writing(path, lock) as writer:
        with snapshot() as connection:
            files = _write_rows(connection, writer, now, progress)
        _write_files(files, writer, progress)
        _write_secret(writer)
    return writer.contents


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it reads, and holds up nobody."""
    with snapshot_of(db.engine).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {limit} = 0"))
        yield connection


def _write_rows(connection: Connection, writer: Writer, now: datetime, progress: Progress) -> list[str]:
    """All rows; gives back the keys of the files they name."""
    at = schema.revision_of(connection)
    if at != schema.head():
        raise CannotBackUp(
            f"The database stands at migration {at}, the program at {schema.head()}: back up with the program that"
            " wrote the database, or run `tracker db upgrade` first."
        )
    if strangers := rows.strangers(connection):
        raise CannotBackUp(f"No backup would hold these tables of the database: {', '.join(strangers)}.")
    shapes = rows.shapes()
    writer.add_json(HEAD, Head(now.isoformat(), at, connection.dialect.name, tuple(shapes)).as_json())
    total = sum(rows.count(connection, shape) for shape in shapes)
    done = 0
    for shape in shapes:
        for number in writer.add_rows(shape, rows.batches(connection, shape)):
            done += number
            progress(done, total)
    return _files_named(connection)


def _files_named(connection: Connection) -> list[str]:
    found: set[str] = set()
    for column in columns_that_name_files():
        found.update(key for key in connection.scalars(select(column).where(column.is_not(None))) if key)
    return sorted(found)


def _write_files(keys: list[str], writer: Writer, progress: Progress) -> None:
    for done, key in enumerate(keys, start=1):
        try:
            writer.add(f"files/{key}", storage.read(key))
        except storage.Missing:
            writer.contents.missing.append(key)
        progress(done, len(keys))


def _write_secret(writer: Writer) -> None:
    """The key that signs cookies and seals second factors, where the installation made its own."""
    settings: Settings = current_app.config["TRACKER"]
    path = settings.data_dir / SECRET
    if path.is_file() and path.read_text("ascii").strip() == settings.secret_key:
        writer.add(SECRET, path.read_bytes())

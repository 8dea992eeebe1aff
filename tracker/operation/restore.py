"""Restoring a backup: proved whole first, put together beside the empty place, and moved in at one stroke."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect

from tracker.operation import staging, waking_up
from tracker.operation.archive import HEAD, LIST, SECRET, Contents, Head, Part, parts
from tracker.operation.sealing import CannotOpen, Key
from tracker.plumbing import history, schema, storage
from tracker.plumbing.database import db
from tracker.plumbing.settings import Settings

Progress = Callable[[int, int], object]
FILES_AT_ONCE = 32 * 1024 * 1024
"""Bytes of files that are synced together."""


class CannotRestore(Exception):
    """Says why as a sentence; nothing was changed."""


@dataclass(frozen=True)
class Restored:
    head: Head
    contents: Contents
    breaks: list[history.Break]
    """Where the history did not hold when the backup was made."""
    held: int
    """Mails that were waiting when the backup was made, and wait now for somebody to decide."""


def check(path: Path, key: Key, progress: Progress = lambda done, total: None) -> tuple[Head, Contents]:
    """Read all of it once, and prove that every part is there as it was written; raises CannotOpen."""
    head: Head | None = None
    found: dict[str, str] = {}
    contents: Contents | None = None
    size, done = path.stat().st_size, 0
    for part in parts(path, key):
        if part.name == HEAD:
            head = Head.of(part.json())
        if part.name == LIST:
            contents = Contents(**part.json())
        else:
            found[part.name] = part.checksum
        done += len(part.data)
        progress(min(done, size), size)
    if head is None or contents is None:
        raise CannotOpen("This is no backup of the tracker, or it was not finished.")
    if found != contents.parts:
        raise CannotOpen("The parts of this backup are not those that its own list names.")
    return head, contents


def restore(path: Path, key: Key, *, now: datetime, progress: Progress) -> Restored:
    """Into an empty database and an empty storage, whatever engines they are."""
    head, contents = check(path, key, progress)
    if not schema.knows(head.revision):
        raise CannotRestore(f"The backup stands at migration {head.revision}, which this program does not have yet.")
    refuse_unless_empty(contents)
    settings: Settings = current_app.config["TRACKER"]
    with staging.beside(settings) as stage:
        stage.prepare(head.revision)
        _load(path, key, head, contents, stage, progress)
        stage.finish()
        with stage.app.app_context():
            held = waking_up.after(head, now=now)
            breaks = list(history.broken())
            db.session.rollback()
        stage.move_in()
    return Restored(head, contents, breaks, held)


def refuse_unless_empty(contents: Contents) -> None:
    """A table is too much, and so is a file that is not the backup's own, left by a restore that was killed."""
    with db.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise CannotRestore(
                "There is a database here already. Restore into an empty place: another TRACKER_DATA_DIR or"
                " TRACKER_DATABASE_URL."
            )
    own = set(contents.files)
    if set(storage.keys()) - own:
        raise CannotRestore("There are files here already that are not of this backup. Restore into an empty storage.")


def _load(path: Path, key: Key, head: Head, contents: Contents, stage: staging.Stage, progress: Progress) -> None:
    shapes = {shape.name: shape for shape in head.shapes}
    rows = dict.fromkeys(contents.rows, 0)
    files: list[tuple[str, bytes]] = []
    for done, part in enumerate(parts(path, key), start=1):
        kind, _, rest = part.name.partition("/")
        if kind == "rows":
            table = rest.partition("/")[0]
            rows[table] += stage.load(shapes[table], part.lines())
        elif kind == "files":
            files.append((rest, part.data))
            if sum(len(data) for _, data in files) > FILES_AT_ONCE:
                _keep(files)
                files = []
        elif part.name == SECRET:
            _take_over_secret(part)
        progress(done, len(contents.parts))
    _keep(files)
    if rows != contents.rows:
        raise CannotOpen("The backup does not hold as many rows as it says.")


def _keep(files: list[tuple[str, bytes]]) -> None:
    """Those that a killed restore left are taken as they are, or written anew where they are torn."""
    fresh = list(_without_those_kept(files))
    storage.put_many(fresh)


def _without_those_kept(files: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for key, data in files:
        if storage.exists(key):
            if sha256(storage.read(key)).digest() == sha256(data).digest():
                continue
            storage.delete(key)
        yield key, data


def _take_over_secret(part: Part) -> None:
    """In the place of the key that this installation has just made for itself; a key that was set stays."""
    settings: Settings = current_app.config["TRACKER"]
    path = settings.data_dir / SECRET
    if path.is_file() and path.read_text("ascii").strip() == settings.secret_key:
        unfinished = path.with_name(f".{SECRET}-restoring")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(part.data)
        unfinished.replace(path)

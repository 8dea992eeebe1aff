"""What a backup holds: a tar of rows and files, a list of all with their checksums at its end, sealed as a whole."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tracker.operation.rows import Line, Shape
from tracker.operation.sealing import CannotOpen, Key, Lock, opened, sealed

FORMAT = 1
HEAD, LIST, SECRET = "backup.json", "list.json", "secret_key"
LARGEST = 512 * 1024 * 1024
"""No part of a backup is larger; a larger one is no backup of ours."""


@dataclass(frozen=True)
class Head:
    """What is known when a backup begins."""

    made_at: str
    revision: str
    engine: str
    shapes: tuple[Shape, ...]

    def as_json(self) -> dict[str, Any]:
        tables = {shape.name: list(shape.columns) for shape in self.shapes}
        return {"format": FORMAT, "made_at": self.made_at, "revision": self.revision, "engine": self.engine} | {
            "tables": tables
        }

    @classmethod
    def of(cls, found: dict[str, Any]) -> "Head":
        if found.get("format") != FORMAT:
            raise CannotOpen(f"This backup is of format {found.get('format')}, which this program does not read.")
        shapes = tuple(
            Shape(name, tuple((column, kind) for column, kind in columns)) for name, columns in found["tables"].items()
        )
        return cls(found["made_at"], found["revision"], found["engine"], shapes)


@dataclass
class Contents:
    """The list at the end: without it, the backup was not finished."""

    parts: dict[str, str] = field(default_factory=dict)
    """Name of each part, and its SHA-256."""
    rows: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """Files that rows name and the storage did not have."""

    @property
    def files(self) -> list[str]:
        return [name.removeprefix("files/") for name in self.parts if name.startswith("files/")]


class Writer:
    """Adds one part after the other; nothing of them is kept in memory but names and checksums."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `end`
        self.contents = Contents()

    def add(self, name: str, data: bytes) -> None:
        part = tarfile.TarInfo(name)
        part.size, part.mode = len(data), 0o600
        self._tar.addfile(part, io.BytesIO(data))
        self._tar.members = []  # type: ignore[attr-defined]  # or it keeps every part
        self.contents.parts[name] = hashlib.sha256(data).hexdigest()

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, json.dumps(value, indent=1).encode("ascii"))

    def add_rows(self, shape: Shape, batches: Iterable[list[Line]]) -> Iterator[int]:
        """Adds them batch by batch; yields how many each held."""
        self.contents.rows[shape.name] = 0
        for number, batch in enumerate(batches, start=1):
            lines = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in batch)
            self.add(f"rows/{shape.name}/{number:06}.jsonl.gz", gzip.compress(lines.encode("ascii"), 6, mtime=0))
            self.contents.rows[shape.name] += len(batch)
            yield len(batch)

    def end(self) -> None:
        self.add_json(LIST, vars(self.contents))
        del self.contents.parts[LIST]
        self._tar.close()


@dataclass(frozen=True)
class Part:
    name: str
    data: bytes

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def json(self) -> Any:
        return json.loads(self.data)

    def lines(self) -> Iterator[Line]:
        for line in gzip.decompress(self.data).decode("ascii").splitlines():
            yield json.loads(line)


def parts(path: Path, key: Key) -> Iterator[Part]:
    """Every part of a backup in its order; raises CannotOpen."""
    with path.open("rb") as file, opened(file, key) as pipe:
        try:
            with tarfile.open(fileobj=pipe, mode="r|") as tar:
                while (one := tar.next()) is not None:
                    tar.members = []  # type: ignore[attr-defined]  # or it keeps every part
                    if not one.isfile() or one.size > LARGEST:
                        raise CannotOpen("This is no backup of the tracker.")
                    found = tar.extractfile(one)
                    yield Part(one.name, found.read() if found else b"")
        except tarfile.TarError as error:
            raise CannotOpen("The backup is damaged or not complete.") from error
        while pipe.read(64 * 1024):  # to the end of the seal, which is what proves that nothing was cut off
            pass


@contextmanager
def writing(path: Path, lock: Lock) -> Iterator[Writer]:
    """A backup that appears under its name once it is whole and on the disk; a killed one leaves `.unfinished`."""
    unfinished = path.with_name(path.name + ".unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with sealed(file, lock) as pipe:
                writer = Writer(pipe)
                yield writer
                writer.end()
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # never over another
    finally:
        unfinished.unlink(missing_ok=True)

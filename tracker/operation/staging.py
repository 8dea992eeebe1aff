"""Where a restored database is put together, out of everybody's sight, before it takes its place at one stroke."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Transaction, make_url, text

from tracker import create_app
from tracker.installing import migrate_to
from tracker.operation import rows
from tracker.operation.rows import Line, Shape
from tracker.plumbing.database import db, transaction
from tracker.plumbing.settings import Settings
from tracker.plumbing.upkeep import know_the_tables

SCHEMA = "tracker_restoring"


class Stage(ABC):
    """An application of its own on the database that is being put together."""

    app: Flask
    _connection: Connection
    _transaction: Transaction

    def prepare(self, revision: str) -> None:
        """The tables as they were at that migration, and one transaction to fill them in."""
        with self.app.app_context():
            migrate_to(revision)
            self._connection = db.engine.connect()
        self._let_rows_come_in_any_order()
        self._transaction = self._connection.get_transaction() or self._connection.begin()

    def load(self, shape: Shape, lines: Iterable[Line]) -> int:
        return rows.load(self._connection, shape, lines)

    def finish(self) -> None:
        """Everything refers to something that is there; then on to the newest migration."""
        self._prove_references()
        self._transaction.commit()
        self._connection.close()
        with self.app.app_context():
            db.engine.dispose()  # of the connection that let rows come in any order
            migrate_to()
            with transaction():
                know_the_tables()

    def close(self) -> None:
        with suppress(AttributeError):
            self._connection.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    @abstractmethod
    def _let_rows_come_in_any_order(self) -> None: ...

    @abstractmethod
    def _prove_references(self) -> None: ...

    @abstractmethod
    def move_in(self) -> None:
        """The one stroke: before it nothing is here, after it everything."""


class SqliteStage(Stage):
    def __init__(self, settings: Settings) -> None:
        self._target = Path(str(make_url(settings.database_url).database))
        self._path = self._target.with_name(self._target.name + ".restoring")
        _unlink(self._path)
        self.app = create_app(replace(settings, database_url=f"sqlite:///{self._path}"))

    def _let_rows_come_in_any_order(self) -> None:
        driver: Any = self._connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")

    def _prove_references(self) -> None:
        lost = self._connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise RuntimeError(f"{len(lost)} rows of the backup refer to rows that it does not hold")

    def move_in(self) -> None:
        with self.app.app_context():
            connection = db.engine.raw_connection()
            # a connection just taken has a driver's
            connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]  # it is open
            connection.close()
        super().close()
        _sync(self._path)
        db.engine.dispose()  # of connections to the empty place
        _unlink(self._target)  # at most an empty file: it had no tables
        self._path.replace(self._target)
        _sync(self._target.parent)

    def close(self) -> None:
        super().close()
        _unlink(self._path)


def _unlink(path: Path) -> None:
    for more in ("", "-wal", "-shm"):
        path.with_name(path.name + more).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class PostgresqlStage(Stage):
    """A schema of its own in the same database; its tables then move into the usual one, in one transaction."""

    def __init__(self, settings: Settings) -> None:
        self._clear()
        limits = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC"
        arguments = {"options": f"{limits} -c search_path={SCHEMA}", "application_name": "tracker restore"}
        self.app = create_app(settings, SQLALCHEMY_ENGINE_OPTIONS={"connect_args": arguments})

    def _clear(self) -> None:
        """Of what a restore that was killed left."""
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))

    def _let_rows_come_in_any_order(self) -> None:
        """References are taken off, and put on again once all rows are there: they are then proved all at once."""
        found = self._connection.execute(
            text(
                "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND connamespace = to_regnamespace(:schema)"
            ),
            {"schema": SCHEMA},
        )
        self._references: list[tuple[str, str, str]] = [(table, name, definition) for table, name, definition in found]
        for table, name, _ in self._references:
            self._connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))

    def _prove_references(self) -> None:
        for table, name, definition in self._references:
            self._connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        counters = self._connection.execute(
            text(
                "SELECT c.oid::regclass::text, a.attname, pg_get_serial_sequence(c.oid::regclass::text, a.attname)"
                " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                " WHERE c.relnamespace = to_regnamespace(:schema) AND c.relkind = 'r'"
                " AND pg_get_serial_sequence(c.oid::regclass::text, a.attname) IS NOT NULL"
            ),
            {"schema": SCHEMA},
        ).all()
        for table, column, sequence in counters:
            self._connection.exec_driver_sql(
                f"SELECT setval('{sequence}', coalesce(max({column}), 0) + 1, false) FROM {table}"  # noqa: S608 - the catalogue's own names
            )

    def move_in(self) -> None:
        self.close()
        with db.engine.begin() as connection:
            home = connection.scalar(text("SELECT quote_ident(current_schema())"))
            tables = connection.scalars(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = :schema"), {"schema": SCHEMA}
            ).all()
            functions = connection.scalars(
                text("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(:schema)"),
                {"schema": SCHEMA},
            ).all()
            statistics = connection.scalars(
                text("SELECT quote_ident(stxname) FROM pg_statistic_ext WHERE stxnamespace = to_regnamespace(:schema)"),
                {"schema": SCHEMA},
            ).all()
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {SCHEMA}.{table} SET SCHEMA {home}")
            for one in statistics:
                connection.exec_driver_sql(f"ALTER STATISTICS {SCHEMA}.{one} SET SCHEMA {home}")
            for function in functions:
                connection.exec_driver_sql(f"ALTER FUNCTION {function} SET SCHEMA {home}")
            connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA}")


@contextmanager
def beside(settings: Settings) -> Iterator[Stage]:
    """A stage of the engine that the settings name; whatever happens, only `move_in` touches the real place."""
    is_sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
    stage: Stage = SqliteStage(settings) if is_sqlite else PostgresqlStage(settings)
    try:
        yield stage
    finally:
        stage.close()

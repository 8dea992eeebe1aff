"""How the two databases are spoken to: connections, and what each is told when it opens and when it begins.

Who reads has connections of their own, which can do nothing else. On SQLite, to tell a connection now that it may write
and now that it may not (`query_only`) makes it forget every statement it has prepared. On PostgreSQL, what only reads
needs no BEGIN and no end around it: each statement sees what is committed, in a transaction as without.
"""

import os
import sqlite3
import time
from typing import Any
from weakref import WeakSet

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from tracker.plumbing.planning import plan_as_wished, take_hints

USED = "used"
AT_ONCE = "at once"
"""An option of a connection: where another writes just now, give up instead of waiting."""
IDLE = 1.0
"""Seconds after which a connection to PostgreSQL may have died unnoticed."""
PATIENCE = 10_000
"""Milliseconds that SQLite waits for another writer."""

_engines: "WeakSet[Engine]" = WeakSet()
_of_the_parent: list[Any] = []
"""Pools that a forked child came with. Kept, since a child that closes what is in them closes it for its parent."""


def options_for(url: URL) -> dict[str, Any]:
    return _sqlite_options() if url.get_backend_name() == "sqlite" else _postgresql_options()


def set_up(engine: Engine) -> None:
    """Have the engine speak as its kind of database wants it, and give it its reader."""
    _engines.add(engine)
    if engine.dialect.name == "sqlite":
        reader = create_engine(engine.url, **_sqlite_options())
        for side in (engine, reader):
            take_hints(side)
        event.listen(engine, "begin", _begin_writing)
        event.listen(reader, "begin", _begin_reading)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(reader, "connect", _prepare_sqlite)
        event.listen(reader, "connect", _only_reads)
    else:
        reader = create_engine(engine.url, **_postgresql_reading())
        # rows that are written together go in one statement, not one after the other
        engine.dialect.use_insertmanyvalues_wo_returning = True
        plan_as_wished(engine, reader)
        for side in (engine, reader):
            event.listen(side, "checkin", _note_use)
            event.listen(side, "checkout", _refuse_the_dead)
    event.listen(engine, "engine_disposed", lambda _: reader.dispose())
    engine._tracker_reader = reader  # type: ignore[attr-defined]  # kept with the engine


def reader_of(engine: Engine) -> Engine:
    """The engine for what only reads, in one statement or a few."""
    reader: Engine = engine._tracker_reader  # type: ignore[attr-defined]  # as set_up kept it
    return reader


def snapshot_of(engine: Engine) -> Engine:
    """The engine for what only reads, for long and piece by piece: in a transaction, as such reading needs it."""
    return reader_of(engine) if engine.dialect.name == "sqlite" else engine.execution_options(postgresql_readonly=True)


def sides_of(engine: Engine) -> tuple[Engine, ...]:
    """The one that writes and the one that reads: together they hold every connection to this database."""
    return engine, reader_of(engine)


def _leave_to_the_parent() -> None:
    """In a forked child: it opens connections of its own."""
    for engine in list(_engines):
        for side in reversed(sides_of(engine)):  # the reader first, which an engine that is disposed of takes along
            _of_the_parent.append(side.pool)
            side.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_the_parent)


def _read_json(stored: Any) -> Any:
    """SQLite gives a number back as one, not as its text."""
    return orjson.loads(stored) if isinstance(stored, str | bytes) else stored


def _sqlite_options() -> dict[str, Any]:
    return {
        "json_deserializer": _read_json,
        "connect_args": {"isolation_level": None, "timeout": 10, "check_same_thread": False},
        "pool_size": 10,
        "max_overflow": 40,
        "pool_timeout": 10,
        "pool_use_lifo": True,
    }


def _postgresql_options(more: str = "", /, **others: Any) -> dict[str, Any]:
    """What was answered is on the disk, whatever the server does for others."""
    durable = "-c synchronous_commit=on"
    limits = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
    return {
        "json_deserializer": orjson.loads,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"{durable} {limits} -c timezone=UTC {more}",
            "application_name": "tracker",
        },
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 10,
        "pool_use_lifo": True,
        "pool_recycle": 1800,
    } | others


def _postgresql_reading() -> dict[str, Any]:
    return _postgresql_options(
        "-c default_transaction_read_only=on",
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        pool_size=10,
        max_overflow=5,
    )


def _prepare_sqlite(connection: Any, record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE}",
        "recursive_triggers=ON",
        "cache_size=-4000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _only_reads(connection: Any, record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_reading(connection: Connection) -> None:
    _begin(connection, "BEGIN")


def _begin_writing(connection: Connection) -> None:
    if not connection.get_execution_options().get(AT_ONCE, False):
        return _begin(connection, "BEGIN IMMEDIATE")
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _begin(connection, "BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE}")


def _begin(connection: Connection, begin: str) -> None:
    """Straight on the driver: this is no statement of the program, and is not counted as such.

    Whatever is in the way is told as every statement tells it, so that everybody understands it.
    """
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


def _note_use(connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED] = time.monotonic()


def _refuse_the_dead(connection: Any, record: ConnectionPoolEntry, *rest: object) -> None:
    """A connection that lay idle is asked whether it still is one; the pool then takes another.

    Not one that worked a moment ago: to ask costs as much as a statement does, and where the server went away in
    between, whoever asked it last has found out, and the pool has let go of all.
    """
    if time.monotonic() - record.info.get(USED, time.monotonic()) > IDLE:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except connection.Error as error:
            raise DisconnectionError from error

"""The database: SQLite for one machine, PostgreSQL for many; one transaction per request, none that loses an update.

A session either reads or writes. Reading is held to by the engine itself (query_only, READ ONLY), and on SQLite does
not wait for a writer. Writing takes SQLite's only write lock at the first statement, so that what was read is still so
when it is changed. In a request a session reads until `writing` is called; everywhere else it writes.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import orjson
from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, CursorResult, Engine, Executable, event, inspect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.pool import ConnectionPoolEntry

from tracker.models import Base
from tracker.plumbing.settings import Settings

READING = "reading"
WROTE = "wrote"
KEPT = "kept"
USED = "used"
PLANNED_ANEW = "planned anew"
HELD = "held"
AT_ONCE = "at once"
"""An option of a connection: where another writes just now, give up instead of waiting."""
IDLE = 1.0
"""Seconds after which a connection to PostgreSQL may have died unnoticed."""
PATIENCE = 10_000
"""Milliseconds that SQLite waits for another writer."""


class TrackerSession(FlaskSession):
    """Knows whether it reads or writes, and whether it has written since it began."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.info[READING] = has_request_context()
        self.info[WROTE] = False

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Engine | Connection:
        engine = super().get_bind(mapper=mapper, clause=clause, bind=bind, **kwargs)
        return reader_of(engine) if self.info[READING] and isinstance(engine, Engine) else engine

    def refresh(self, instance: object, *args: Any, **kwargs: Any) -> None:
        """Write first what was changed: a refresh alone would forget it, and what was added to a list of the row."""
        self.flush()
        super().refresh(instance, *args, **kwargs)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": TrackerSession})
AnySession = Session | scoped_session[Any]


def init_app(app: Flask, settings: Settings) -> None:
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database_url)
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    on_sqlite = url.get_backend_name() == "sqlite"
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", _sqlite_options() if on_sqlite else _postgresql_options())
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    _engines.add(engine)
    if on_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        # rows that are written together go in one statement, not one after the other
        engine.dialect.use_insertmanyvalues_wo_returning = True
        engine.dialect.do_rollback = _end_on_postgresql  # type: ignore[assignment]  # a method of one engine
        event.listen(engine, "do_execute", _plan_anew)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _refuse_the_dead)


_engines: "WeakSet[Engine]" = WeakSet()
_of_the_parent: list[Any] = []
"""Pools that a forked child came with. Kept, since a child that closes what is in them closes it for its parent."""


def _leave_to_the_parent() -> None:
    """In a forked child: it opens connections of its own."""
    for engine in _engines:
        _of_the_parent.append(engine.pool)
        engine.dispose(close=False)


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


def _postgresql_options() -> dict[str, Any]:
    """What was answered is on the disk, whatever the server does for others."""
    durable = "-c synchronous_commit=on"
    limits = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
    return {
        "json_deserializer": orjson.loads,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"{durable} {limits} -c timezone=UTC",
            "application_name": "tracker",
        },
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": 10,
        "pool_use_lifo": True,
        "pool_recycle": 1800,
    }


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


def _begin_sqlite(connection: Connection) -> None:
    """Straight on the driver: these two are no statements of the program, and are not counted as such.

    Whatever is in the way is told as every statement tells it, so that everybody understands it.
    """
    driver: Any = connection.connection.driver_connection
    options = connection.get_execution_options()
    reads, waits = options.get(READING, False), not options.get(AT_ONCE, False)
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        driver.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        if not waits:
            driver.execute("PRAGMA busy_timeout=0")
        driver.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error
    finally:
        if not waits:
            driver.execute(f"PRAGMA busy_timeout={PATIENCE}")


def _plan_anew(cursor: Any, statement: str, values: Any, context: Any) -> bool:
    """Not prepared is what is best answered in another way for other values: how many hold a word, or are left by a
    filter, PostgreSQL knows only where it sees which."""
    if context is None or not context.execution_options.get(PLANNED_ANEW, False):
        return False
    cursor.execute(statement, values, prepare=False)
    return True


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


def _end_on_postgresql(connection: Any) -> None:
    """What only read has nothing to undo; and with every ROLLBACK the driver lets go of all statements it prepared."""
    if connection.read_only:
        connection.commit()
    else:
        connection.rollback()


def reader_of(engine: Engine) -> Engine:
    """The same engine and pool, for transactions that only read; one object, since a session tells engines apart."""
    kept: Engine | None = getattr(engine, "_tracker_reader", None)
    if kept is None:
        options: dict[str, Any] = {READING: True}
        if engine.dialect.name == "postgresql":
            options["postgresql_readonly"] = True
        kept = engine.execution_options(**options)
        engine._tracker_reader = kept  # type: ignore[attr-defined]
    return kept


def _real(session: AnySession) -> Session:
    return session() if isinstance(session, scoped_session) else session


def reading(session: AnySession) -> None:
    """From its next transaction on, the session only reads."""
    _switch(_real(session), to_reading=True)


def writing(session: AnySession) -> None:
    """From its next transaction on, the session may write. A reading transaction under way ends here."""
    _switch(_real(session), to_reading=False)


def _switch(session: Session, *, to_reading: bool) -> None:
    if session.info.get(READING, False) is to_reading:
        return
    if session.in_transaction():
        if has_written(session):
            raise RuntimeError("this transaction has already written; commit or roll back before it turns to reading")
        session.commit()
    session.info[READING] = to_reading


def has_written(session: Session) -> bool:
    return bool(session.info.get(WROTE) or session.new or session.dirty or session.deleted)


def fetch(
    statement: Executable, values: Mapping[str, Any] | None = None, *, is_planned_anew: bool = False
) -> CursorResult[*tuple[Any, ...]]:
    """Rows of a statement that makes no objects, without the ORM's own work: half the time that a short one takes."""
    session = db.session()
    if not session.info[READING]:
        session.flush()
    return session.connection().execute(statement, values or {}, execution_options={PLANNED_ANEW: is_planned_anew})


def kept(session: AnySession) -> dict[tuple[str, ...], Any]:
    """What was found out in this transaction and holds until it ends; forgotten then, and where anything is undone."""
    real = _real(session)
    if not real.in_transaction():
        real.begin()
    found: dict[tuple[str, ...], Any] = real.info.setdefault(KEPT, {})
    return found


def hold(thing: Any) -> None:
    """Lock its row and read it as it is now; once in a transaction, since nobody else changes it from then on."""
    if (HELD, id_of(thing)) not in kept(db.session):
        db.session.refresh(thing, with_for_update={"of": type(thing)})
        is_held(thing)


def is_held(thing: Any) -> None:
    """It was read under a lock in this transaction."""
    kept(db.session)[HELD, id_of(thing)] = True


def id_of(thing: Any) -> str:
    """Its id, for which no row is read again that a commit has let go of."""
    known = inspect(thing).identity
    return str(known[0] if known else thing.id)


def insert_new(entity: type[Base]) -> Any:
    """An INSERT that does nothing where a row like it is there already, and leaves the transaction as it was."""
    make = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return make(entity).on_conflict_do_nothing()


def will_write(session: AnySession) -> None:
    """Something is to be written before the commit, which the session cannot know yet."""
    _real(session).info[WROTE] = True


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, context: object) -> None:
    session.info[WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: Any) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[WROTE] = True


@event.listens_for(Session, "after_transaction_end")
def _note_end(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info[WROTE] = False
        session.info.pop(KEPT, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: Any) -> None:
    session.info.pop(KEPT, None)


def let_others_write(session: AnySession) -> None:
    """End a transaction that has only read, and with it SQLite's write lock, before something slow; it begins anew."""
    real = _real(session)
    if has_written(real):
        raise RuntimeError("do what is slow before the request writes")
    real.commit()


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing transaction of the current session, committed whole or rolled back whole: for jobs and commands."""
    session = db.session()
    before = session.info[READING]
    writing(session)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[READING] = before


@contextmanager
def apart(*, at_once: bool = False) -> Iterator[Session]:
    """A transaction of its own, on its own connection: for what must survive a refusal, or what a GET leaves behind.

    A request that writes must not have written yet: its transaction, so far only read, ends here and begins anew
    afterwards. (SQLite has one write lock; to hold it and wait for it would be to wait for oneself.)
    `at_once`: an OperationalError where somebody else holds that lock, for what is not worth waiting for.
    """
    session = db.session()
    if session.in_transaction() and not session.info[READING]:
        if has_written(session):
            raise RuntimeError("do what must survive apart before the request writes")
        session.commit()
    with Session(db.engine.execution_options(**{AT_ONCE: at_once})) as own, own.begin():
        yield own


@dataclass
class Statements:
    """What was sent to the database while counting."""

    seen: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.seen)

    def __len__(self) -> int:
        return len(self.seen)


@contextmanager
def counted_statements(engine: Engine | None = None) -> Iterator[Statements]:
    """Count the statements of every session and thread while the block runs."""
    watched = engine or db.engine
    statements = Statements()

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        statements.seen.append(statement)

    event.listen(watched, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(watched, "before_cursor_execute", note)

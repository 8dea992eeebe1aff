"""The database: SQLite for one machine, PostgreSQL for many; one transaction per request, none that loses an update.

A session either reads or writes. Reading is held to by the engine itself (query_only, READ ONLY), and on SQLite does
not wait for a writer. Writing takes SQLite's only write lock at the first statement, so that what was read is still so
when it is changed. In a request a session reads until `writing` is called; everywhere else it writes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, CursorResult, Engine, Executable, event, inspect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session

from tracker.models import Base
from tracker.plumbing.engines import AT_ONCE, options_for, reader_of, set_up
from tracker.plumbing.planning import PLAN, Plan
from tracker.plumbing.settings import Settings

READING = "reading"
WROTE = "wrote"
KEPT = "kept"
HELD = "held"


class TrackerSession(FlaskSession):
    """Knows whether it reads or writes, and whether it has written since it began."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.info[READING] = has_request_context()
        self.info[WROTE] = False

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any) -> Engine | Connection:
        """Whatever is asked about: there is one database."""
        return bind or (reader_of(db.engine) if self.info[READING] else db.engine)

    def refresh(self, instance: object, *args: Any, **kwargs: Any) -> None:
        """Write first what was changed: a refresh alone would forget it, and what was added to a list of the row."""
        self.flush()
        super().refresh(instance, *args, **kwargs)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": TrackerSession})
AnySession = Session | scoped_session[Any]


def init_app(app: Flask, settings: Settings) -> None:
    app.config.setdefault("SQLALCHEMY_DATABASE_URI", settings.database_url)
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options_for(url))
    db.init_app(app)
    with app.app_context():
        set_up(db.engine)


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
    statement: Executable, values: Mapping[str, Any] | None = None, *, plan: Plan = Plan.BY_COST
) -> CursorResult[*tuple[Any, ...]]:
    """Rows of a statement that makes no objects, without the ORM's own work: half the time that a short one takes."""
    session = db.session()
    if not session.info[READING]:
        session.flush()
    return session.connection().execute(statement, values or {}, execution_options={PLAN: plan})


def kept(session: AnySession) -> dict[tuple[str, ...], Any]:
    """What was found out in this transaction and holds until it ends; forgotten then, and where anything is undone."""
    real = _real(session)
    if not real.in_transaction():
        real.begin()
    found: dict[tuple[str, ...], Any] = real.info.setdefault(KEPT, {})
    return found


def hold(thing: Any) -> None:
    """Lock its row and read it as it is now; once in a transaction, since nobody else changes it from then on."""
    if not holds(thing):
        db.session.refresh(thing, with_for_update={"of": type(thing)})
        is_held(thing)


def holds(thing: Any) -> bool:
    """Whether this transaction has locked its row."""
    return (HELD, id_of(thing)) in kept(db.session)


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
def counted_statements() -> Iterator[Statements]:
    """Count the statements of every engine, session and thread while the block runs."""
    statements = Statements()

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        statements.seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)

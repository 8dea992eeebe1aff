"""What a transaction writes as its last act: lines of history, jobs. However many they are, they go in one statement.

By then everything they speak of has its row and its id, so they can name a thing that has none yet.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql.util import find_tables

from tracker.models import Base
from tracker.plumbing.database import KEPT, AnySession, db, kept, will_write

T = TypeVar("T")


class LastAct(Generic[T]):
    """Collects what goes into one table, for `write` before the commit; or earlier, for who reads it in between."""

    def __init__(self, entity: type[Base], write: Callable[[Session, list[T]], None]) -> None:
        self.table = db.metadata.tables[entity.__tablename__]
        self.write = write
        self.waiting = (f"last act on {self.table.name}",)
        event.listen(Session, "before_commit", self._write)
        event.listen(Session, "do_orm_execute", self._write_before_reading)

    def add(self, session: AnySession, things: Iterable[T]) -> None:
        kept(session).setdefault(self.waiting, []).extend(things)
        will_write(session)

    def _write(self, session: Session) -> None:
        if self.waiting in session.info.get(KEPT, ()):
            session.flush()
            self.write(session, kept(session).pop(self.waiting))

    def _write_before_reading(self, state: ORMExecuteState) -> None:
        """Whoever asks for it in the same transaction finds all of it."""
        if self.waiting in state.session.info.get(KEPT, ()) and self._is_about(state.statement):
            self._write(state.session)

    def _is_about(self, statement: Any) -> bool:
        return self.table in find_tables(statement, include_selects=True, include_crud=True)


def id_for(value: Any) -> Any:
    """What stands for a thing where only its id is kept."""
    if not isinstance(value, Base):
        return value
    known: Any = inspect(value).identity
    return known[0]

"""Rows as the engine keeps them, read and written in bulk: by COPY on PostgreSQL, by the bare driver on SQLite.

A cell is what stands in the table, not what the program makes of it: on PostgreSQL a word of its COPY format, on
SQLite a text, number or None. Copies of rows then cost no conversion. Only for data that can be thrown away: a load
does without the disk's word and without the checks that its rows passed when the originals were written.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, Index, Table, func, select, text

from tracker.plumbing.database import db

Row = list[Any]
NUMBERS_OF_TEXTS = (
    "UPDATE application SET text_number = (SELECT number FROM application_text WHERE application_id = application.id)"
)
"""Which the engine counts anew for copies, and no trigger was there to note."""


class Loader(ABC):
    """Reads and writes raw rows inside one transaction."""

    nothing: ClassVar[Any]
    """The cell of NULL."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def driver(self) -> Any:
        return self.connection.connection.dbapi_connection

    def columns(self, table: Table) -> list[str]:
        """Those that a copy must fill: what the engine counts or computes itself is left to it, but for the numbers
        of messages, to which other rows refer."""
        return [
            column.name
            for column in table.columns
            if column.computed is None and not (column is table.autoincrement_column and table.name != "message")
        ]

    @abstractmethod
    def read(self, table: Table, condition: str) -> Iterator[Row]:
        """The rows for which the condition, a trusted piece of SQL, holds."""

    @abstractmethod
    def write(self, table: Table, rows: Iterable[Row]) -> None: ...

    @abstractmethod
    def number(self, value: int) -> Any:
        """The cell of a whole number."""

    @abstractmethod
    def escaped(self, value: str) -> Any:
        """The cell of a text."""

    @abstractmethod
    def loosen(self) -> None:
        """Before the transaction: nothing waits for the disk, and no foreign key is looked at again."""

    @contextmanager
    def without_indexes(self, tables: Sequence[Table]) -> Iterator[None]:
        """Built once at the end they cost less than kept at every row; the index of words, too."""
        indexes: list[Index] = [index for table in tables for index in table.indexes]
        for index in indexes:
            index.drop(self.connection)
        rebuild = self.forget_words()
        yield
        self.connection.exec_driver_sql(NUMBERS_OF_TEXTS)
        for index in indexes:
            index.create(self.connection)
        for statement in rebuild:
            self.connection.exec_driver_sql(statement)

    @abstractmethod
    def forget_words(self) -> list[str]:
        """Take away what keeps the index of plumbing.search; the statements that build it.

        Triggers on messages, too: a copied application holds already when its applicant was told.
        """

    @abstractmethod
    def settle(self) -> None:
        """Counters of the engine go on after what was written."""

    @abstractmethod
    def look_over(self) -> None:
        """After the transaction: the planner knows the tables, as after some days of use."""

    def largest(self, table: Table) -> int:
        return self.connection.scalar(select(func.max(table.c.id))) or 0


class SqliteLoader(Loader):
    nothing = None

    def read(self, table: Table, condition: str) -> Iterator[Row]:
        names = ", ".join(f'"{name}"' for name in self.columns(table))
        for row in self.driver.execute(f'SELECT {names} FROM "{table.name}" WHERE {condition}'):  # noqa: S608  # our own names
            yield list(row)

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        names = self.columns(table)
        marks = ", ".join("?" * len(names))
        listed = ", ".join(f'"{name}"' for name in names)
        self.driver.executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', rows)  # noqa: S608  # our own names

    def loosen(self) -> None:
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-800000"):
            self.driver.execute(f"PRAGMA {pragma}")

    def forget_words(self) -> list[str]:
        kept = self.connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> 'entry'")
        ).all()
        for name, _ in kept:
            self.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return [*(row.sql for row in kept), "INSERT INTO search_application(search_application) VALUES ('rebuild')"]

    def settle(self) -> None:
        """SQLite counts on from the largest by itself."""

    def look_over(self) -> None:
        self.driver.execute("ANALYZE")

    def number(self, value: int) -> int:
        return value

    def escaped(self, value: str) -> str:
        return value


class PostgresqlLoader(Loader):
    nothing = "\\N"

    def read(self, table: Table, condition: str) -> Iterator[Row]:
        names = ", ".join(f'"{name}"' for name in self.columns(table))
        query = f'COPY (SELECT {names} FROM "{table.name}" WHERE {condition}) TO STDOUT'  # noqa: S608  # our own names
        with self.driver.cursor().copy(query) as copy:
            held = b"".join(bytes(block) for block in copy)
        for line in held.decode().split("\n")[:-1]:
            yield line.split("\t")

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        names = ", ".join(f'"{name}"' for name in self.columns(table))
        with self.driver.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            copy.write("".join("\t".join(row) + "\n" for row in rows))

    def loosen(self) -> None:
        with self.connection.begin():
            self.connection.execute(text("SET synchronous_commit = off"))
            self.connection.execute(text("SET statement_timeout = 0"))
            if self.connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
                self.connection.execute(text("SET session_replication_role = replica"))

    def number(self, value: int) -> str:
        return str(value)

    def escaped(self, value: str) -> str:
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")

    def forget_words(self) -> list[str]:
        made = self.connection.scalar(text("SELECT pg_get_indexdef('search_application'::regclass)"))
        self.connection.exec_driver_sql("DROP INDEX search_application")
        return [str(made)]

    def settle(self) -> None:
        self.connection.execute(text("SELECT setval('message_id_seq', (SELECT max(id) FROM message))"))

    def look_over(self) -> None:
        self.driver.autocommit = True
        self.driver.execute("VACUUM (ANALYZE)")


@contextmanager
def loading(engine: Engine) -> Iterator[Loader]:
    """A transaction that writes fast; afterwards the planner knows the tables."""
    with engine.connect() as connection:
        loader: Loader = LOADERS[engine.dialect.name](connection)
        try:
            loader.loosen()
            with connection.begin():
                yield loader
                loader.settle()
            loader.look_over()
        finally:
            connection.invalidate()  # what was loosened here does not go back to the pool


LOADERS: dict[str, type[Loader]] = {"sqlite": SqliteLoader, "postgresql": PostgresqlLoader}


def all_tables(names: Iterable[str]) -> list[Table]:
    return [db.metadata.tables[name] for name in names]

"""Rows as plain lines, the same from SQLite and from PostgreSQL: read from one snapshot, put back as they were."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    Text,
    cast,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import TypeEngine

from tracker.models import Base
from tracker.models.base import Moment

KINDS: dict[str, TypeEngine[Any]] = {
    "moment": Moment(),
    "date": Date(),
    "yes_no": Boolean(),
    "json": Text(),
    "bytes": LargeBinary(),
    "decimal": Numeric(asdecimal=True),
    "float": Float(),
    "whole": Integer(),
    "text": Text(),
}
"""JSON travels as the text the database holds, so that it comes back byte for byte."""
AT_ONCE = 1000
Line = list[Any]


@dataclass(frozen=True)
class Shape:
    """A table as a backup knows it, whatever the program's models have become since."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """Name and kind of each."""

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    def table(self) -> Table:
        return Table(self.name, MetaData(), *[Column(name, KINDS[kind]) for name, kind in self.columns])


def kind_of(column: Column[Any]) -> str:
    found = column.type
    if isinstance(found, Moment):
        return "moment"
    for kind, base in (
        ("date", Date),
        ("yes_no", Boolean),
        ("json", JSON),
        ("bytes", LargeBinary),
        ("float", Float),
        ("decimal", Numeric),
        ("whole", Integer),
        ("text", String),
    ):
        if isinstance(found, base):
            return kind
    raise TypeError(f"a backup does not know how to carry {column.table.name}.{column.name}: {found!r}")


def shapes() -> list[Shape]:
    """Every table of the models, in an order in which each finds what it refers to, without what an engine computes."""
    return [
        Shape(table.name, tuple((one.name, kind_of(one)) for one in table.columns if one.computed is None))
        for table in Base.metadata.sorted_tables
    ]


def strangers(connection: Connection) -> list[str]:
    """Tables of this database that no backup would carry; derived ones are made anew by their migration."""
    known = {shape.name for shape in shapes()} | {"alembic_version"}
    return sorted(name for name in set(inspect(connection).get_table_names()) - known if not is_derived(name))


def is_derived(name: str) -> bool:
    """An engine's own search index, which its migration fills by itself."""
    return name.startswith(("search_", "sqlite_"))


def count(connection: Connection, shape: Shape) -> int:
    return connection.scalar(select(func.count()).select_from(shape.table())) or 0


def batches(connection: Connection, shape: Shape) -> Iterator[list[Line]]:
    """All rows, some at a time, streamed from the snapshot that this connection holds."""
    table = shape.table()
    query: Select[Any] = select(*[_readable(table.c[name], kind) for name, kind in shape.columns])
    result = connection.execution_options(yield_per=AT_ONCE).execute(query)
    kinds = [kind for _, kind in shape.columns]
    for batch in result.partitions():
        yield [[_plain(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in batch]


def _readable(column: Column[Any], kind: str) -> Any:
    return cast(column, Text) if kind == "json" else column


def _plain(value: Any, kind: str) -> Any:
    if value is None or kind in {"yes_no", "json", "float", "whole", "text"}:
        return value
    if kind == "bytes":
        return base64.b64encode(value).decode("ascii")
    if kind == "decimal":
        return format(value.normalize(), "f")  # SQLite knows no digits after the last
    return value.isoformat()


def _real(value: Any, kind: str) -> Any:
    """The value as the driver takes it."""
    if value is None:
        return None
    if kind == "moment":
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "decimal":
        return Decimal(value)
    return base64.b64decode(value) if kind == "bytes" else value


def load(connection: Connection, shape: Shape, lines: Iterable[Line]) -> int:
    """Put the rows into an empty table of the same shape, as they are."""
    kinds = [kind for _, kind in shape.columns]
    rows = [[_real(value, kind) for value, kind in zip(line, kinds, strict=True)] for line in lines]
    if connection.dialect.name == "postgresql":
        _copy(connection, shape, rows)
    elif rows:
        connection.execute(insert(shape.table()), [dict(zip(shape.names, row, strict=True)) for row in rows])
    return len(rows)


def _copy(connection: Connection, shape: Shape, rows: Sequence[Line]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in shape.names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {quote(shape.name)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)

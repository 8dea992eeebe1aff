"""How PostgreSQL plans what is asked again and again: docs/decisions/who-reads-has-connections-of-its-own.md

SQLite plans a text once, and looks at no value; where it has the choice of two indexes it can be told which.
"""

from enum import StrEnum
from typing import Any, Self, TypeVar

from sqlalchemy import (
    Boolean,
    ColumnClause,
    Engine,
    Executable,
    FromClause,
    Integer,
    Select,
    String,
    bindparam,
    event,
    literal_column,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

S = TypeVar("S", bound=Executable)
PLAN = "plan"
"""An option of a statement: its Plan."""


class Plan(StrEnum):
    BY_COST = "auto"
    """PostgreSQL compares by its own count what one plan for all values would cost, and one for each."""
    ONCE = "force_generic_plan"
    """What is answered in the same way whatever its values. Its limits must be known: `at_most`."""
    ANEW = "anew"
    """What is best answered in another way for other values: how many hold a word, or are left by a filter, PostgreSQL
    knows only where it sees which."""


class _Key(tuple[Any, ...]):
    """Of a thousand pieces, hashed once."""

    def __new__(cls, pieces: tuple[Any, ...]) -> Self:
        key = super().__new__(cls, pieces)
        key._hash = hash(pieces)
        return key

    def __hash__(self) -> int:
        return self._hash

    _hash: int


def lasting(statement: S) -> S:
    """The statement, to be asked again and again: the key by which SQLAlchemy finds what it made of it is hashed here,
    and not each time.
    """
    made: Any = statement.execution_options()
    key = made._generate_cache_key()
    if key is not None:
        known = key._replace(key=_Key(key.key))
        made._generate_cache_key = lambda: known  # where SQLAlchemy remembers it, and a copy forgets it
    kept: S = made
    return kept


def planned_once(statement: S) -> S:
    """A lasting one, which PostgreSQL plans for all values."""
    return lasting(statement.execution_options(**{PLAN: Plan.ONCE}))


def at_most(rows: int) -> ColumnClause[int]:
    """A LIMIT that stands in the text: one that PostgreSQL does not know, it takes for a tenth of the table."""
    return literal_column(str(rows), Integer)


class given(FunctionElement[bool]):  # noqa: N801  # named as the functions of SQL are
    """Whether an id is one of those that a statement is given when it is asked: as one text, with a space between.

    However many they are, the statement stays the same, and what a database prepared for it holds.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, bindparam(name, type_=String()))

    def self_group(self, *_: Any, **__: Any) -> Any:
        """Stands as a condition of its own: put as "= 1", SQLite would ask it of every row."""
        return self


@compiles(given, "sqlite")
def _given_to_sqlite(element: given, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    each = f"""json_each('["' || replace({ids}, ' ', '","') || '"]')"""
    return f"{column} IN (SELECT value FROM {each})"  # noqa: S608  # of places for values, and no value


@compiles(given, "postgresql")
def _given_to_postgresql(element: given, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY (string_to_array({ids}, ' '))"


def along(index: str, thing: Any, query: Select[Any]) -> Select[Any]:
    """The query, on SQLite by that index of the thing: of one row it takes the unique one, whatever else there is."""
    return query.with_hint(thing, f"INDEXED BY {index}", "sqlite")


class _WithHints(SQLiteCompiler):
    """SQLAlchemy's own leaves hints out."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def take_hints(engine: Engine) -> None:
    engine.dialect.statement_compiler = _WithHints


def plan_as_wished(writer: Engine, reader: Engine) -> None:
    """Only who reads is told to plan once: what is told in a transaction would be undone with it."""
    event.listen(reader, "do_execute", _plan_once)
    for side in (writer, reader):
        event.listen(side, "do_execute", _plan_anew)


def _plan_once(cursor: Any, statement: str, values: Any, context: Any) -> None:
    """Told to the connection where what it was asked before is planned in another way."""
    if context is None or context.compiled is None:
        return  # SQLAlchemy's own, while it gets to know the server
    wanted = Plan.ONCE if _wish(context) is Plan.ONCE else Plan.BY_COST
    known = context.root_connection.info
    if known.get(PLAN, Plan.BY_COST) is not wanted:
        cursor.execute(f"SET plan_cache_mode = {wanted}", prepare=False)
        known[PLAN] = wanted


def _plan_anew(cursor: Any, statement: str, values: Any, context: Any) -> bool:
    """What is not prepared is planned for its values."""
    if _wish(context) is not Plan.ANEW:
        return False
    cursor.execute(statement, values, prepare=False)
    return True


def _wish(context: Any) -> Plan:
    wish: Plan = context.execution_options.get(PLAN, Plan.BY_COST) if context is not None else Plan.BY_COST
    return wish

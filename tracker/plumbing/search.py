"""The engine's own index of the words of applications: FTS5 on SQLite, a GIN index on PostgreSQL.

It knows nothing of who may see what, so it only says where to look: what it finds is looked at once more, part by part.
"""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Executable,
    Select,
    String,
    bindparam,
    case,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles

from tracker.models import ApplicationText
from tracker.plumbing.database import db

RARE = 1_000
"""Where more applications than this hold the words, a list finds a page of them sooner by walking in its order."""

MANY = 5_000
"""Where more hold them than this, to ask of each row whether it is one of them is no help, and nobody counts on."""


def holding(words: list[str]) -> Select[str]:
    """The ids of applications in which each of these begins a word, in whatever part."""
    if db.engine.dialect.name == "sqlite":
        rows = _rows_matching(" AND ".join(f'"{word}"*' for word in words)).subquery()
        return select(ApplicationText.application_id).join(rows, rows.c.rowid == ApplicationText.number)
    wanted = " & ".join(f"'{word}':*" for word in words)
    return select(ApplicationText.application_id).where(_all_words().op("@@")(literal(wanted, TSQUERY)))


def _all_words() -> ColumnElement[object]:
    """To the letter what the index in the migration is over."""
    parts = ApplicationText.open_text + text("' '") + ApplicationText.identity_text + text("' '")
    whole = func.string_to_array(parts + ApplicationText.hidden_text, text("' '"))
    return func.array_to_tsvector(func.array_remove(whole, text("''"), type_=String))


def number_holding(words: list[str]) -> int:
    """How many hold them, counted to one beyond MANY and no further."""
    if db.engine.dialect.name == "postgresql":
        found = holding(words)
        return MANY + 1 if _expected(found) > MANY else db.session.scalar(_counted(found)) or 0
    whole, begun = (" AND ".join(f'"{word}"{end}' for word in words) for end in ("", "*"))
    # to gather all words that begin so takes long where they are frequent, so the words themselves are counted first
    exact = _counted(_rows_matching(whole)).scalar_subquery()
    all_of_them = _counted(_rows_matching(begun)).scalar_subquery()
    return db.session.scalar(select(case((exact > MANY, exact), else_=all_of_them))) or 0


def _rows_matching(wanted: str) -> Select[int]:
    index = table("search_application", column("rowid"))
    match = text("search_application MATCH :wanted").bindparams(bindparam("wanted", wanted, unique=True))
    return select(index.c.rowid).where(match)


def _counted(found: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(found.limit(MANY + 1).subquery())


def _expected(found: Select[str]) -> int:
    """What PostgreSQL's statistics say. Of words that most hold it counts so few by reading texts, not in the index."""
    plan = db.session.scalar(_Explained(found))
    return int(plan[0]["Plan"]["Plan Rows"])


class _Explained(Executable, ClauseElement):
    """The plan of a query, which is not run."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(_Explained, "postgresql")
def _explain(element: _Explained, compiler: Any, **options: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + str(compiler.process(element.query, **options))

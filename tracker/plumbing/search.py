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

RARE = 2_000
"""Where more applications than this hold the words, a list finds a page of them sooner by looking at each in turn."""

MANY = 5_000
"""Where PostgreSQL expects more than this, nobody counts."""


def holding(words: list[str]) -> Select[str]:
    """The ids of applications in which each of these begins a word, in whatever part."""
    if db.engine.dialect.name == "sqlite":
        index = table("search_application", column("rowid"))
        wanted = " AND ".join(f'"{word}"*' for word in words)
        return (
            select(ApplicationText.application_id)
            .join_from(index, ApplicationText, ApplicationText.number == index.c.rowid)
            .where(text("search_application MATCH :wanted").bindparams(wanted=wanted))
        )
    wanted = " & ".join(f"'{word}':*" for word in words)
    return select(ApplicationText.application_id).where(_all_words().op("@@")(literal(wanted, TSQUERY)))


def _all_words() -> ColumnElement[object]:
    """To the letter what the index in the migration is over."""
    parts = ApplicationText.open_text + text("' '") + ApplicationText.identity_text + text("' '")
    whole = func.string_to_array(parts + ApplicationText.hidden_text, text("' '"))
    return func.array_to_tsvector(func.array_remove(whole, text("''"), type_=String))


def is_rare(words: list[str]) -> bool:
    """Whether so few applications hold them that it is best to begin with these."""
    found = holding(words)
    if db.engine.dialect.name == "postgresql" and _expected(found) > MANY:
        return False
    some = found.limit(RARE + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(some)) or 0) <= RARE


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

"""The engine's own index of the words of applications: FTS5 on SQLite, a GIN index on PostgreSQL.

It knows nothing of who may see what, so it only says where to look: what it finds is looked at once more, part by part.
"""

from enum import Enum, auto
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
    false,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles

from tracker.models import Application, ApplicationText
from tracker.plumbing.database import db, fetch

RARE, MANY, FEW = 0.01, 0.05, 50
"""Where a larger part of all applications than RARE hold the words, a list finds a page of them sooner by walking in
its order; of more than MANY, to ask each row whether it is one of them is no help, either. FEW are always rare."""
MOST = 5_000
"""Nobody counts on."""


class Frequency(Enum):
    RARE = auto()
    SOMETIMES = auto()
    OFTEN = auto()


def holding(words: list[str]) -> Select[str]:
    """The ids of applications in which each of these begins a word, in whatever part."""
    if db.engine.dialect.name == "sqlite":
        rows = _rows_matching(_each_begun(words)).subquery()
        return select(ApplicationText.application_id).join(rows, rows.c.rowid == ApplicationText.number)
    wanted = " & ".join(f"'{word}':*" for word in words)
    return select(ApplicationText.application_id).where(_all_words().op("@@")(literal(wanted, TSQUERY)))


def holds(words: list[str]) -> ColumnElement[bool]:
    """The same of an Application, so that an engine asks it of each row on the way and does not begin with it."""
    if db.engine.dialect.name == "sqlite":  # by number: to find the ids of all would read the pages of all the texts
        number = ApplicationText.number.in_(_rows_matching(_each_begun(words)))
        of_it = select(number).where(ApplicationText.application_id == Application.id)
        return of_it.correlate(Application).scalar_subquery()
    return func.coalesce(Application.id.in_(holding(words)), false())


def _all_words() -> ColumnElement[object]:
    """To the letter what the index in the migration is over."""
    parts = ApplicationText.open_text + text("' '") + ApplicationText.identity_text + text("' '")
    whole = func.string_to_array(parts + ApplicationText.hidden_text, text("' '"))
    return func.array_to_tsvector(func.array_remove(whole, text("''"), type_=String))


def sought(words: list[str]) -> tuple[Frequency, list[str]]:
    """How many applications hold these words at most, and by which of them an index finds those.

    SQLite gathers what begins with each word before it looks where these meet, so there it is one: the rarest.
    """
    of_all = func.coalesce(select(func.max(ApplicationText.number)).scalar_subquery(), 0)
    if db.engine.dialect.name == "sqlite":
        *numbers, total = db.session.execute(select(*map(_number_beginning, words), of_all)).one()
        number = min(numbers)
        best = [words[numbers.index(number)]]
    else:
        found, best = holding(words), words
        if _is_expected_often(found, of_all):
            return Frequency.OFTEN, best
        number, total = fetch(select(_counted(found), of_all), is_planned_anew=True).one()
    if number <= max(RARE * total, FEW):
        return Frequency.RARE, best
    return Frequency.SOMETIMES if number <= min(max(MANY * total, FEW), MOST) else Frequency.OFTEN, best


def _is_expected_often(found: Select[str], of_all: Any) -> bool:
    """Words that most hold PostgreSQL counts by reading every text, so what it expects has to do."""
    expected = _expected(found)
    return expected > FEW and expected > min(MANY * (db.session.scalar(select(of_all)) or 0), MOST)


def _number_beginning(word: str) -> Any:
    """How many hold a word that begins so, counted to one beyond MOST and no further."""
    # to gather all words that begin so takes long where they are frequent, so the word itself is counted first
    exact = _counted(_rows_matching(f'"{word}"'))
    return case((exact > MOST, exact), else_=_counted(_rows_matching(_each_begun([word]))))


def _each_begun(words: list[str]) -> str:
    return " AND ".join(f'"{word}"*' for word in words)


def _rows_matching(wanted: str) -> Select[int]:
    index = table("search_application", column("rowid"))
    match = text("search_application MATCH :wanted").bindparams(bindparam("wanted", wanted, unique=True))
    return select(index.c.rowid).where(match)


def _counted(found: Select[Any]) -> Any:
    return select(func.count()).select_from(found.limit(MOST + 1).subquery()).scalar_subquery()


def _expected(found: Select[str]) -> int:
    """What PostgreSQL's statistics say."""
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

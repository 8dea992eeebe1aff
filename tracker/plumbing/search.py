"""The engine's own index of the words of applications: FTS5 on SQLite, a GIN index on PostgreSQL.

It knows nothing of who may see what, so it only says where to look: what it finds is looked at once more, part by part.
"""

import time
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Engine,
    Select,
    String,
    bindparam,
    case,
    column,
    false,
    func,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from tracker.models import Application, ApplicationText
from tracker.plumbing.database import db, fetch

RARE, MANY, FEW = 0.01, 0.05, 50
"""Where a larger part of all applications than RARE hold the words, a list finds a page of them sooner by walking in
its order; of more than MANY, to ask each row whether it is one of them is no help, either. FEW are always rare."""
MOST = 5_000
"""Nobody counts on."""
KEPT_SECONDS = 60
COMMON_WORDS = text("""
    SELECT word FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, part)
    WHERE schemaname = current_schema AND tablename = 'search_application' AND word IS NOT NULL AND part > :many""")
BEST: BindParameter[str] = bindparam("best", type_=String())
_fts5 = table("search_application", column("rowid"), column("search_application"))


class Frequency(Enum):
    RARE = auto()
    SOMETIMES = auto()
    OFTEN = auto()


@dataclass(frozen=True)
class Sought:
    """What a list is searched for. Two that are equal have one statement, which is given `values`."""

    frequency: Frequency
    engine: str
    number: int
    """Of words."""
    words: list[str] = field(compare=False)
    best: list[str] = field(compare=False)
    """Those of the words that the index is asked for."""
    is_nowhere: bool = field(compare=False)

    @property
    def values(self) -> dict[str, str]:
        each = {f"word_{place}": f"% {word}%" for place, word in enumerate(self.words)}
        return each | {"best": wanted(self.best)}

    @property
    def named(self) -> list[BindParameter[str]]:
        """Patterns that the text of a part, after a space, is like."""
        return [bindparam(f"word_{place}", type_=String()) for place in range(self.number)]


def wanted(words: list[str]) -> str:
    """Each of these begins a word, as the index understands it."""
    if db.engine.dialect.name == "sqlite":
        return " AND ".join(f'"{word}"*' for word in words)
    return " & ".join(f"'{word}':*" for word in words)


def holding(best: Any = BEST) -> Select[str]:
    """The ids of applications that hold what is `wanted`, in whatever part."""
    if db.engine.dialect.name == "sqlite":
        rows = _rows_matching(best).subquery()
        return select(ApplicationText.application_id).join(rows, rows.c.rowid == ApplicationText.number)
    return select(ApplicationText.application_id).where(_all_words().op("@@")(type_coerce(best, TSQUERY)))


def holds() -> ColumnElement[bool]:
    """The same of an Application, so that an engine asks it of each row on the way and does not begin with it."""
    if db.engine.dialect.name == "sqlite":  # by number: to find the ids of all would read the pages of all the texts
        of_it = select(ApplicationText.number.in_(_rows_matching(BEST)))
        return of_it.where(ApplicationText.application_id == Application.id).correlate(Application).scalar_subquery()
    return func.coalesce(Application.id.in_(holding()), false())


def _all_words() -> ColumnElement[object]:
    """To the letter what the index in the migration is over."""
    parts = ApplicationText.open_text + text("' '") + ApplicationText.identity_text + text("' '")
    whole = func.string_to_array(parts + ApplicationText.hidden_text, text("' '"))
    return func.array_to_tsvector(func.array_remove(whole, text("''"), type_=String))


def sought(words: list[str]) -> Sought | None:
    """How many applications hold these words at most, and by which of them an index finds those.

    Both indexes gather all that begins with each word before they look where these meet. So SQLite's is asked for the
    rarest alone, PostgreSQL's for none of those that its statistics name.
    """
    if not words:
        return None
    engine = db.engine.dialect.name
    best, number, total = _on_sqlite(words) if engine == "sqlite" else _on_postgresql(words)
    frequency = _how_often(number, total)
    return Sought(frequency, engine, len(words), words, best, is_nowhere=not number)


def _how_often(number: int, total: int) -> Frequency:
    if number <= max(RARE * total, FEW):
        return Frequency.RARE
    return Frequency.SOMETIMES if number <= min(max(MANY * total, FEW), MOST) else Frequency.OFTEN


def _on_sqlite(words: list[str]) -> tuple[list[str], int, int]:
    """The words to ask for, how many hold these, and how many there are; counted to one beyond MOST and no further."""
    values = {f"exact_{place}": f'"{word}"' for place, word in enumerate(words)}
    values |= {f"begun_{place}": wanted([word]) for place, word in enumerate(words)}
    *numbers, total = fetch(_counts(len(words)), values).one()
    number = min(numbers)
    return [words[numbers.index(number)]], number, total


@lru_cache
def _counts(words: int) -> Select[*tuple[int, ...]]:
    def counted(place: int) -> Any:
        # to gather all words that begin so takes long where they are frequent, so the word itself is counted first
        exact = _counted(_rows_matching(bindparam(f"exact_{place}", type_=String())))
        begun = _counted(_rows_matching(bindparam(f"begun_{place}", type_=String())))
        return case((exact > MOST, MOST + 1), else_=begun)

    return select(*map(counted, range(words)), _of_all())


def _on_postgresql(words: list[str]) -> tuple[list[str], int, int]:
    common = common_words(db.engine, int(time.monotonic() // KEPT_SECONDS))
    best = [word for word in words if not any(one.startswith(word) for one in common)]
    if not best:
        return best, MOST + 1, 0
    number, total = fetch(_count(), {"best": wanted(best)}, is_planned_anew=True).one()
    return best, number, total


@cache
def _count() -> Select[int, int]:
    return select(_counted(holding()), _of_all())


@lru_cache(4)
def common_words(engine: Engine, span: int) -> frozenset[str]:
    """Those that PostgreSQL's statistics say many hold. To count who does, it would read every text."""
    return frozenset(fetch(COMMON_WORDS, {"many": MANY}).scalars())


def _of_all() -> Any:
    return func.coalesce(select(func.max(ApplicationText.number)).scalar_subquery(), 0)


def _rows_matching(wanted: Any) -> Select[int]:
    return select(_fts5.c.rowid).where(_fts5.c.search_application.op("MATCH")(wanted))


def _counted(found: Select[Any]) -> Any:
    return select(func.count()).select_from(found.limit(MOST + 1).subquery()).scalar_subquery()

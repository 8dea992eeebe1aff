"""The engine's own index of the words of applications: FTS5 on SQLite, a GIN index on PostgreSQL.

It knows nothing of who may see what, so it only says where to look: what it finds is looked at once more, part by part.
"""

import time
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Engine,
    Integer,
    Select,
    String,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
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
from tracker.plumbing.planning import Plan

RARE, MANY, FEW = 0.01, 0.05, 50
"""Where a larger part of all applications than RARE hold the words, a list finds a page of them sooner by walking in
its order; of more than MANY, to ask each row whether it is one of them is no help, either. FEW are always rare."""
MOST = 5_000
"""Nobody counts on."""
KEPT_SECONDS = 60
COMMON_WORDS = text("""
    SELECT word FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, part)
    WHERE schemaname = current_schema AND tablename = 'search_application' AND word IS NOT NULL AND part > :many""")
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
    found: str = field(compare=False)
    """On SQLite what the index is asked for once more, on PostgreSQL the numbers of the texts, as an array."""
    is_nowhere: bool = field(compare=False)

    @property
    def values(self) -> dict[str, str]:
        return {"found": self.found} | {f"word_{place}": f"% {word}%" for place, word in enumerate(self.words)}

    @property
    def named(self) -> list[BindParameter[str]]:
        """Patterns that the text of a part, after a space, is like."""
        return [bindparam(f"word_{place}", type_=String()) for place in range(self.number)]


def holding() -> Select[str]:
    """The ids of applications that hold the words, in whatever part."""
    return select(ApplicationText.application_id).where(ApplicationText.number.in_(_numbers_found()))


def holds() -> ColumnElement[bool]:
    """The same of an Application, so that an engine asks it of each row on the way and does not begin with it."""
    return func.coalesce(Application.text_number.in_(_numbers_found()), false())


def _numbers_found() -> Select[int]:
    found = bindparam("found", type_=String())
    if db.engine.dialect.name == "sqlite":
        return _matching(found)
    return select(func.unnest(cast(found, ARRAY(Integer))))


def _matching(wanted: Any) -> Select[int]:
    """The numbers of the texts in which the index finds it."""
    if db.engine.dialect.name == "sqlite":
        return select(_fts5.c.rowid).where(_fts5.c.search_application.op("MATCH")(wanted))
    return select(ApplicationText.number).where(_all_words().op("@@")(type_coerce(wanted, TSQUERY)))


def _all_words() -> ColumnElement[object]:
    """To the letter what the index in the migration is over."""
    parts = ApplicationText.open_text + text("' '") + ApplicationText.identity_text + text("' '")
    whole = func.string_to_array(parts + ApplicationText.hidden_text, text("' '"))
    return func.array_to_tsvector(func.array_remove(whole, text("''"), type_=String))


def sought(words: list[str]) -> Sought | None:
    """How many applications hold these words at most, and how a list finds those.

    Both indexes gather all that begins with each word before they look where these meet. So SQLite's is asked for the
    rarest alone, PostgreSQL's for none of those that its statistics name.
    """
    if not words:
        return None
    engine = db.engine.dialect.name
    found, number, total = _on_sqlite(words) if engine == "sqlite" else _on_postgresql(words)
    return Sought(_how_often(number, total), engine, len(words), words, found, is_nowhere=not number)


def _how_often(number: int, total: int) -> Frequency:
    if number > MOST:  # not all are counted, nor on PostgreSQL found
        return Frequency.OFTEN
    if number <= max(RARE * total, FEW):
        return Frequency.RARE
    return Frequency.SOMETIMES if number <= max(MANY * total, FEW) else Frequency.OFTEN


def _on_sqlite(words: list[str]) -> tuple[str, int, int]:
    """What to ask for, how many hold it, and how many there are; counted to one beyond MOST and no further."""
    exact, begun = [f'"{word}"' for word in words], [f'"{word}"*' for word in words]
    values = {f"exact_{place}": one for place, one in enumerate(exact)}
    values |= {f"begun_{place}": one for place, one in enumerate(begun)}
    *numbers, total = fetch(_counts(len(words)), values).one()
    number = min(numbers)
    return begun[numbers.index(number)], number, total


@lru_cache
def _counts(words: int) -> Select[*tuple[int, ...]]:
    def counted(place: int) -> Any:
        # to gather all words that begin so takes long where they are frequent, so the word itself is counted first
        exact, begun = (_first(bindparam(f"{way}_{place}", type_=String())) for way in ("exact", "begun"))
        return case((_number(exact) > MOST, MOST + 1), else_=_number(begun))

    return select(*map(counted, range(words)), _of_all())


def _on_postgresql(words: list[str]) -> tuple[str, int, int]:
    """The same, but that it is found already."""
    common = common_words(db.engine, int(time.monotonic() // KEPT_SECONDS))
    asked = [f"'{word}':*" for word in words if not any(one.startswith(word) for one in common)]
    if not asked:
        return "", MOST + 1, 0
    found, number, total = fetch(_numbers(), {"wanted": " & ".join(asked)}, plan=Plan.ANEW).one()
    return found, number, total


@cache
def _numbers() -> Select[str, int, int]:
    first = _first(bindparam("wanted", type_=String()))
    whole = func.coalesce(cast(func.array_agg(first.c.number), Text), "{}")
    return select(whole, func.count(), _of_all()).select_from(first)


def _first(wanted: Any) -> Subquery:
    return _matching(wanted).limit(MOST + 1).subquery()


@lru_cache(4)
def common_words(engine: Engine, span: int) -> frozenset[str]:
    """Those that PostgreSQL's statistics say many hold. To count who does, it would read every text."""
    return frozenset(fetch(COMMON_WORDS, {"many": MANY}).scalars())


def _of_all() -> Any:
    return func.coalesce(select(func.max(ApplicationText.number)).scalar_subquery(), 0)


def _number(some: Subquery) -> Any:
    return select(func.count()).select_from(some).scalar_subquery()

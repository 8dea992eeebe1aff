"""Many applications out of few: those the demo wrote are copied, each with people, ids, codes and days of its own.

Every copy is whole: answers, texts to search, documents (without their bytes), conflicts, assignments, reviews with
scores, comments, letters, messages with deliveries, transitions, and a history whose chain of hashes holds.
"""

import json
from base64 import b32encode
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from random import Random
from typing import Any

import orjson
from markupsafe import escape
from sqlalchemy import Table, func, select

from tracker.applications.codes import SIGNS
from tracker.bench.loading import Loader, Row, all_tables, loading
from tracker.demo.names import somebody
from tracker.models import Application, MessageState
from tracker.models.base import ALPHABET, Moment
from tracker.plumbing.database import db
from tracker.plumbing.history import Facts, hash_of
from tracker.rules.search_text import index_text

OF_APPLICATION = "application_id = '{application}'"
BY_REVIEW = "review_id IN (SELECT id FROM review WHERE application_id = '{application}')"
BY_COMMENT = "comment_id IN (SELECT id FROM comment WHERE application_id = '{application}')"
BY_MESSAGE = "message_id IN (SELECT id FROM message WHERE application_id = '{application}')"
TABLES: Mapping[str, str] = {
    "person": "id = (SELECT candidate_id FROM application WHERE id = '{application}')",
    "application": "id = '{application}'",
    "answer": OF_APPLICATION,
    "application_text": OF_APPLICATION,
    "document": OF_APPLICATION,
    "conflict": OF_APPLICATION,
    "assignment": OF_APPLICATION,
    "review": OF_APPLICATION,
    "score": BY_REVIEW,
    "comment": OF_APPLICATION,
    "mention": BY_COMMENT,
    "letter": OF_APPLICATION,
    "notice": OF_APPLICATION,
    "message": OF_APPLICATION,
    "delivery": BY_MESSAGE,
    "transition": OF_APPLICATION,
    "entry": "thing = 'application' AND thing_id = '{application}'",
}
"""What belongs to one application, in the order in which the rows refer to one another."""
NAMING = {"id", "application_id", "candidate_id", "review_id", "comment_id", "message_id", "to_id", "by_id", "thing_id"}
"""Columns that may hold the id of something that is copied along."""
CALLS_BY_NAME = {"name", "to_name", "subject", "text", "html", "value", "identity_text", "file_name"}
"""Columns that may hold the candidate's name."""
FRESH = {
    ("person", "email"),
    ("person", "email_canonical"),
    ("message", "to_email"),
    ("message", "message_id"),
    ("application", "code"),
    ("document", "storage_key"),
}
"""Columns whose content must be another in every row."""
TO_ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
BATCH = 400
SPREAD = 20
"""Days over which the copies of one application are laid."""
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Pattern:
    """One row, and the places in it where a copy differs."""

    table: str
    cells: Row
    ids: tuple[tuple[int, Any], ...]
    """Where an id stands that copies have anew, and which."""
    fresh: tuple[tuple[int, str], ...]
    named: tuple[int, ...]
    moments: tuple[int, ...]


@dataclass(frozen=True)
class Original:
    """One application of the demo, ready to be copied."""

    id: str
    ways: tuple[str, ...]
    """The candidate's name as texts hold it: as written, normalised, in HTML, in JSON."""
    patterns: list[Pattern]
    entries: list[Facts]
    ids: frozenset[Any]
    message_ids: tuple[Any, ...]


def multiply(applications: int, *, seed: int, progress: Progress) -> int:
    """Copy what there is until there are that many applications, the five busiest calls growing to the same size.

    Returns how many there are now.
    """
    tables = all_tables(TABLES)
    counts = dict(
        db.session.execute(
            select(Application.position_id, func.count())
            .where(Application.submitted_at.is_not(None))
            .group_by(Application.position_id)
            .order_by(func.count().desc(), Application.position_id)
        ).all()
    )
    there = db.session.scalar(select(func.count()).select_from(Application)) or 0
    largest = list(counts)[:5]
    each = (applications - there + sum(counts[one] for one in largest)) // 5
    plan = {one: max(0, each - counts[one]) for one in largest}
    db.session.rollback()
    with loading(db.engine) as loader:
        copier = Copier(loader, Random(seed), tables)
        originals = {one: [copier.original(each) for each in submitted_to(loader, one)] for one in plan}
        done = there
        with loader.without_indexes(tables):
            for position_id, wanted in plan.items():
                for start in range(0, wanted, BATCH):
                    for number in range(start, min(start + BATCH, wanted)):
                        copier.copy(originals[position_id][number % counts[position_id]])
                    copier.write()
                    done += min(BATCH, wanted - start)
                    progress(done, applications)
    return done


def submitted_to(loader: Loader, position_id: str) -> list[str]:
    found = loader.connection.scalars(
        select(Application.id)
        .where(Application.position_id == position_id, Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at, Application.id)
    )
    return list(found)


@dataclass
class Copier:
    """Copies originals into rows, and writes these by the table."""

    loader: Loader
    rng: Random
    tables: list[Table]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    made: int = 0
    codes: set[str] = field(default_factory=set)
    next_message: int = 0

    def __post_init__(self) -> None:
        self.columns = {table.name: self.loader.columns(table) for table in self.tables}
        self.codes = set(self.loader.connection.scalars(select(Application.code)))
        self.next_message = self.loader.largest(db.metadata.tables["message"]) + 1

    # --- originals

    def original(self, application_id: str) -> Original:
        rows = {
            name: list(self.loader.read(db.metadata.tables[name], condition.format(application=application_id)))
            for name, condition in TABLES.items()
            if name != "entry"
        }
        places = {name: {column: place for place, column in enumerate(self.columns[name])} for name in rows}
        state = places["message"]["state"]
        for row in rows["message"]:
            if row[state] == MessageState.QUEUED:  # its job is not copied: it would wait for ever
                row[state] = MessageState.SENT.value
        ids = {row[places[name]["id"]] for name, found in rows.items() if "id" in places[name] for row in found}
        ways = self._ways(self._name_of(application_id))
        return Original(
            id=application_id,
            ways=ways,
            patterns=[self._pattern(name, row, ids, ways) for name, found in rows.items() for row in found],
            entries=self._entries(application_id),
            ids=frozenset(ids),
            message_ids=tuple(row[places["message"]["id"]] for row in rows["message"]),
        )

    def _pattern(self, table: str, row: Row, ids: set[Any], ways: Sequence[str]) -> Pattern:
        own = [(place, name) for place, name in enumerate(self.columns[table]) if row[place] != self.loader.nothing]
        return Pattern(
            table,
            row,
            ids=tuple((place, row[place]) for place, name in own if name in NAMING and row[place] in ids),
            fresh=tuple((place, name) for place, name in own if (table, name) in FRESH),
            named=tuple(
                place for place, name in own if name in CALLS_BY_NAME and any(way in str(row[place]) for way in ways)
            ),
            moments=tuple(
                place for place, name in own if isinstance(db.metadata.tables[table].columns[name].type, Moment)
            ),
        )

    def _ways(self, name: str) -> tuple[str, ...]:
        ways = (name, index_text(name), str(escape(name)), json.dumps(name)[1:-1])
        return tuple(self.loader.escaped(way) for way in ways)

    def _name_of(self, application_id: str) -> str:
        return self.loader.connection.scalar(select(Application.name).where(Application.id == application_id)) or ""

    def _entries(self, application_id: str) -> list[Facts]:
        entry = db.metadata.tables["entry"]
        found = self.loader.connection.execute(
            select(entry)
            .where(entry.c.thing == "application", entry.c.thing_id == application_id)
            .order_by(entry.c.number)
        )
        return [Facts(row.thing, row.thing_id, row.number, row.at, row.by_id, row.what, row.data, "") for row in found]

    # --- copies

    def copy(self, original: Original) -> None:
        self.made += 1
        ids = {old: self._new_id() for old in original.ids}
        for old in original.message_ids:
            ids[old] = self.loader.number(self.next_message)
            self.next_message += 1
        pairs = list(zip(original.ways, self._ways(f"{somebody(self.rng)[0]} {self._syllables()}"), strict=True))
        days, fraction = -self.rng.randrange(1, SPREAD), f"{self.rng.randrange(1_000_000):06d}"
        before = _before[days]
        for pattern in original.patterns:
            row = list(pattern.cells)
            for place, old in pattern.ids:
                row[place] = ids[old]
            for place, column in pattern.fresh:
                row[place] = self._fresh(column)
            for place in pattern.named:
                for old_name, new_name in pairs:
                    row[place] = row[place].replace(old_name, new_name)
            for place in pattern.moments:
                row[place] = moved(row[place], before, fraction)
            self.rows[pattern.table].append(row)
        self._remember(original, ids, days, int(fraction))

    def _syllables(self) -> str:
        """A second family name, rare enough to look somebody up by."""
        parts = ("ba", "dro", "fin", "gar", "hol", "jas", "kem", "lun", "mor", "nev", "pil", "quo", "ras", "sti", "tov")
        return "".join(self.rng.choice(parts) for _ in range(4)).capitalize()

    def _fresh(self, column: str) -> Any:
        match column:
            case "code":
                return self._new_code()
            case "storage_key":
                return f"documents/no/{self._new_id()}{self._new_id()}"
            case "message_id":
                return f"<{self._new_id()}@copies.example>"
        return f"copy.{self.made}@mail.example"

    def _new_id(self) -> str:
        """As `new_id` makes them, but the same for the same seed."""
        return b32encode(self.rng.randbytes(10)).translate(TO_ALPHABET).decode()

    def _new_code(self) -> str:
        while True:
            drawn = "".join(self.rng.choices(SIGNS, k=6))
            code = f"{drawn[:3]}-{drawn[3:]}"
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _remember(self, original: Original, ids: Mapping[Any, Any], days: int, fraction: int) -> None:
        previous, application_id = "", ids[original.id]
        written = {str(old): new for old, new in ids.items()}
        for entry in original.entries:
            line = Facts(
                entry.thing,
                application_id,
                entry.number,
                (entry.at + timedelta(days=days)).replace(microsecond=fraction),
                ids.get(entry.by_id, entry.by_id),
                entry.what,
                {name: _renumbered(name, value, written) for name, value in entry.data.items()},
                previous,
            )
            previous_before, previous = previous, hash_of(line)
            self.rows["entry"].append(self._entry_row(line, previous_before, previous))

    def _entry_row(self, line: Facts, previous: str, own: str) -> Row:
        at = line.at.astimezone(UTC).isoformat(" ", "microseconds")[:26]
        cells = {
            "thing": line.thing,
            "thing_id": line.thing_id,
            "number": self.loader.number(line.number),
            "at": at,
            "by_id": line.by_id if line.by_id is not None else self.loader.nothing,
            "what": line.what,
            "data": self.loader.escaped(orjson.dumps(line.data).decode()),
            "previous": previous,
            "hash": own,
        }
        return [cells[name] for name in self.columns["entry"]]

    def write(self) -> None:
        for table in self.tables:
            self.loader.write(table, self.rows[table.name])
        self.rows.clear()


def _renumbered(name: str, value: Any, written: Mapping[str, Any]) -> Any:
    """Ids in the data of an entry; the only numbers among them are those of messages."""
    if name == "message" or isinstance(value, str):
        new = written.get(str(value), value)
        return int(new) if isinstance(value, int) else new
    return value


class DaysBefore(dict[str, str]):
    """Each day so many days earlier (`days` is negative): few are asked for, and often."""

    def __init__(self, days: int) -> None:
        super().__init__()
        self._distance = timedelta(days=days)

    def __missing__(self, day: str) -> str:
        found = self[day] = (date.fromisoformat(day) + self._distance).isoformat()
        return found


_before = {-days: DaysBefore(-days) for days in range(1, SPREAD)}


def moved(cell: str, before: DaysBefore, fraction: str) -> str:
    """The same time of the day some days earlier, and a fraction of a second later: 2026-11-03 10:00:00."""
    zone = "+00" if cell.endswith("+00") else ""
    return f"{before[cell[:10]]}{cell[10:19]}.{fraction}{zone}"

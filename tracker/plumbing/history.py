"""History: one line per change, in a chain of hashes per thing; `tracker audit verify` proves that it holds."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, scoped_session

from tracker.models import Entry, Person
from tracker.plumbing.database import db

COLUMNS = ("thing", "thing_id", "number", "at", "by_id", "what", "data", "previous", "hash")


def remember(
    thing: str,
    thing_id: str,
    what: str,
    /,
    *,
    by: Person | None,
    now: datetime,
    session: Session | scoped_session[Any] | None = None,
    **data: Any,
) -> Entry:
    """Write the next line of this thing's chain, in the transaction of the change itself.

    `data` holds ids and facts, never a candidate's text. With `session`, another transaction than the request's.
    """
    inside = session or db.session
    _wait_for_turn(inside, thing, thing_id)
    number, previous = _last(inside, thing, thing_id)
    entry = Entry(
        thing=thing,
        thing_id=thing_id,
        number=number + 1,
        at=now.astimezone(UTC),
        by_id=by.id if by is not None else None,
        what=what,
        data={name: _plain(value) for name, value in sorted(data.items())},
        previous=previous,
    )
    entry.hash = hash_of(entry)
    inside.add(entry)
    inside.flush()
    return entry


@dataclass(frozen=True)
class Line:
    """What `remember` is told, for many at once."""

    thing: str
    thing_id: str
    what: str
    at: datetime
    by_id: str | None
    data: Mapping[str, Any]


def remember_many(lines: Sequence[Line]) -> None:
    """Write many lines, each onto its chain in the order given; for loads of things that nobody else writes to yet."""
    chains = _ends_of({(line.thing, line.thing_id) for line in lines})
    rows = []
    for line in lines:
        number, previous = chains.get((line.thing, line.thing_id), (0, ""))
        entry = Entry(
            thing=line.thing,
            thing_id=line.thing_id,
            number=number + 1,
            at=line.at.astimezone(UTC),
            by_id=line.by_id,
            what=line.what,
            data={name: _plain(value) for name, value in sorted(line.data.items())},
            previous=previous,
        )
        entry.hash = hash_of(entry)
        chains[(line.thing, line.thing_id)] = (entry.number, entry.hash)
        rows.append({name: getattr(entry, name) for name in COLUMNS})
    if rows:
        db.session.execute(insert(db.metadata.tables["entry"]), rows)


def _ends_of(chains: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
    """Number and hash of the last line of each chain that has one."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for batch in _batched(sorted({thing_id for _, thing_id in chains}), 500):
        rows = db.session.execute(
            select(Entry.thing, Entry.thing_id, Entry.number, Entry.hash)
            .where(Entry.thing_id.in_(batch))
            .order_by(Entry.number)
        )
        found |= {(row.thing, row.thing_id): (row.number, row.hash) for row in rows}
    return found


def _batched(things: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def _wait_for_turn(session: Session | scoped_session[Any], thing: str, thing_id: str) -> None:
    """One writer per chain at a time. SQLite needs nothing: a writing transaction is alone there."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{thing} {thing_id}", 0))))


def _last(session: Session | scoped_session[Any], thing: str, thing_id: str) -> tuple[int, str]:
    last = session.execute(
        select(Entry.number, Entry.hash)
        .where(Entry.thing == thing, Entry.thing_id == thing_id)
        .order_by(Entry.number.desc())
        .limit(1)
    ).first()
    return (last.number, last.hash) if last else (0, "")


class Facts(Protocol):
    """What of an entry its hash covers."""

    @property
    def thing(self) -> str: ...
    @property
    def thing_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_id(self) -> str | None: ...
    @property
    def what(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def previous(self) -> str: ...


def hash_of(entry: "Entry | Facts") -> str:
    """SHA-256 over the entry as canonical JSON: sorted names, no spaces, ASCII."""
    facts = {
        "number": entry.number,
        "thing": entry.thing,
        "id": entry.thing_id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by_id,
        "what": entry.what,
        "data": entry.data,
        "previous": entry.previous,
    }
    return hashlib.sha256(_canonical.encode(facts).encode("ascii")).hexdigest()


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _plain(value: Any) -> Any:
    """As JSON gives it back, so that the hash of what is read equals the hash of what was written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, and what is wrong there."""

    thing: str
    thing_id: str
    number: int
    reason: str


@dataclass
class Chain:
    """A walk along one chain: what the next entry must carry."""

    thing: str
    thing_id: str
    number: int = 0
    hash: str = ""

    def faults(self, entry: Entry) -> Iterator[str]:
        if entry.number != self.number + 1:
            yield f"entry {self.number + 1} is missing"
        elif entry.previous != self.hash:
            yield "it does not carry the hash of the entry before it"
        if entry.hash != hash_of(entry):
            yield "it was changed after it was written"


def broken_in(thing: str, thing_id: str) -> Iterator[Break]:
    """Every place where this one chain does not hold."""
    chain = Chain(thing, thing_id)
    entries = select(Entry).where(Entry.thing == thing, Entry.thing_id == thing_id).order_by(Entry.number)
    for entry in db.session.scalars(entries):
        for fault in chain.faults(entry):
            yield Break(thing, thing_id, entry.number, fault)
        chain.number, chain.hash = entry.number, entry.hash


def broken(progress: Callable[[int], object] = lambda done: None) -> Iterator[Break]:
    """Every place where the history does not hold, read in chunks; nothing when all of it does."""
    entries = db.session.scalars(
        select(Entry).order_by(Entry.thing, Entry.thing_id, Entry.number).execution_options(yield_per=1000)
    )
    chain = Chain("", "")
    for done, entry in enumerate(entries, start=1):
        if (entry.thing, entry.thing_id) != (chain.thing, chain.thing_id):
            chain = Chain(entry.thing, entry.thing_id)
        for fault in chain.faults(entry):
            yield Break(entry.thing, entry.thing_id, entry.number, fault)
        chain.number, chain.hash = entry.number, entry.hash
        db.session.expunge(entry)
        if done % 1000 == 0:
            progress(done)


def count() -> int:
    """How many entries there are."""
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0

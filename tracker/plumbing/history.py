"""History: one line per change, in a chain of hashes per thing; `tracker audit verify` proves that it holds."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Connection,
    Integer,
    ScalarSelect,
    String,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from tracker.models import Entry, Person
from tracker.plumbing.database import AnySession, db, id_of, kept
from tracker.plumbing.last_act import LastAct, id_for

ENDS = ("ends of chains",)
Key = tuple[str, str]
"""Of a chain: the thing, and its id."""


@dataclass(frozen=True)
class Line:
    """What is to be remembered, before it has its place in the chain."""

    thing: str
    thing_id: str
    what: str
    at: datetime
    by_id: str | None
    data: Mapping[str, Any]
    is_new: bool = False
    """The thing was made in this transaction, so its chain has no line yet."""

    @property
    def chain(self) -> Key:
        return self.thing, self.thing_id


def remember(
    thing: str,
    thing_id: str,
    what: str,
    /,
    *,
    by: Person | None,
    now: datetime,
    session: AnySession | None = None,
    is_new: bool = False,
    **data: Any,
) -> None:
    """Write the next line of this thing's chain, in the transaction of the change itself.

    `data` holds ids and facts, never a candidate's text; a row in it stands for its id.
    With `session`, another transaction than the request's.
    `is_new` for a thing made in this transaction: nobody looks for the end of a chain that cannot be there.
    """
    line = Line(thing, thing_id, what, now, id_of(by) if by is not None else None, data, is_new)
    remember_many([line], session=session)


def remember_many(lines: Iterable[Line], *, session: AnySession | None = None) -> None:
    """Each onto its chain in the order given.

    All lines of a transaction are written together as its last act: in two statements, however many they are, and with
    the turn of a chain taken when every row that the change needs is held already.
    """
    _lines.add(session or db.session, lines)


def _write(session: Session, lines: Sequence[Line]) -> None:
    ends: dict[Key, tuple[int, str]] = kept(session).setdefault(ENDS, {})
    connection = session.connection()
    for line in lines:
        if line.is_new:
            ends.setdefault(line.chain, (0, ""))
    unknown = sorted({line.chain for line in lines} - ends.keys())
    if unknown:
        ends |= dict.fromkeys(unknown, (0, "")) | _ends_of(connection, unknown)
    rows = []
    for line in lines:
        number, previous = ends[line.chain]
        facts = Facts(
            thing=line.thing,
            thing_id=line.thing_id,
            number=number + 1,
            at=line.at.astimezone(UTC),
            by_id=line.by_id,
            what=line.what,
            data={name: _plain(value) for name, value in sorted(line.data.items())},
            previous=previous,
        )
        made = hash_of(facts)
        ends[line.chain] = facts.number, made
        rows.append(vars(facts) | {"hash": made})
    connection.execute(_into_entries, rows)


_lines = LastAct[Line](Entry, _write)

_into_entries = insert(db.metadata.tables[Entry.__tablename__]).inline()
_ends_in_turn = select(
    func.ends_of_chains(bindparam("things", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Text))).table_valued(
        "thing", "thing_id", column("number", Integer), "hash"
    )
)


_end = (
    select(Entry.number, Entry.hash)
    .where(Entry.thing == bindparam("thing"), Entry.thing_id == bindparam("thing_id"))
    .order_by(Entry.number.desc())
    .limit(1)
)
_last = (
    select(Entry.thing, Entry.thing_id, func.max(Entry.number).label("number"))
    .where(Entry.thing.in_(bindparam("things", expanding=True)), Entry.thing_id.in_(bindparam("ids", expanding=True)))
    .group_by(Entry.thing, Entry.thing_id)
    .subquery()
)
_ends = select(Entry.thing, Entry.thing_id, Entry.number, Entry.hash).join(
    _last, and_(*(getattr(Entry, name) == _last.c[name] for name in ("thing", "thing_id", "number")))
)


def _ends_of(connection: Connection, chains: Sequence[Key]) -> dict[Key, tuple[int, str]]:
    """Number and hash of the last line of each chain that has one.

    One writer per chain at a time, in one order: PostgreSQL waits for its turn first. SQLite needs nothing: a writing
    transaction is alone there.
    """
    if connection.dialect.name == "postgresql":
        things, ids = zip(*chains, strict=True)
        rows = connection.execute(_ends_in_turn, {"things": list(things), "ids": list(ids)}).all()
        return {(row.thing, row.thing_id): (row.number, row.hash) for row in rows}
    if len(chains) == 1:
        end = connection.execute(_end, {"thing": chains[0][0], "thing_id": chains[0][1]}).first()
        return {chains[0]: (end.number, end.hash)} if end else {}
    found: dict[Key, tuple[int, str]] = {}
    for batch in (chains[start : start + 500] for start in range(0, len(chains), 500)):
        sought = {"things": list({thing for thing, _ in batch}), "ids": list({one for _, one in batch})}
        found |= {(row.thing, row.thing_id): (row.number, row.hash) for row in connection.execute(_ends, sought)}
    return found


def end_of_chain(thing: str, thing_id: BindParameter[str]) -> ScalarSelect[str]:
    """Where this chain ends, in a statement about a thing that is locked already: for `take_end`, which spares the
    question."""
    if db.engine.dialect.name == "postgresql":
        chain = (cast(array([each]), ARRAY(Text)) for each in (literal(thing), thing_id))
        last: Any = func.ends_of_chains(*chain).table_valued("thing", "thing_id", column("number", Integer), "hash")
    else:
        lines = select(Entry.number, Entry.hash).where(Entry.thing == thing, Entry.thing_id == thing_id)
        last = lines.order_by(Entry.number.desc()).limit(1).subquery()
    return select(cast(last.c.number, String).concat(" ").concat(last.c.hash)).scalar_subquery()


def take_end(thing: str, thing_id: str, end: str | None) -> None:
    """As that column has it, until this transaction ends."""
    number, _, made = end.partition(" ") if end else ("0", "", "")
    kept(db.session).setdefault(ENDS, {}).setdefault((thing, thing_id), (int(number), made))


@dataclass(frozen=True)
class Facts:
    """A line at its place in the chain: what its hash covers."""

    thing: str
    thing_id: str
    number: int
    at: datetime
    by_id: str | None
    what: str
    data: dict[str, Any]
    previous: str


def hash_of(entry: Entry | Facts) -> str:
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
    value = id_for(value)
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

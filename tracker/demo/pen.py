"""Rows collected for many applications and written together: a few statements instead of thousands."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from tracker.demo.post import Sent
from tracker.models import (
    Answer,
    Application,
    ApplicationText,
    Assignment,
    Comment,
    Conflict,
    Delivery,
    Document,
    Letter,
    Mention,
    Message,
    MessageState,
    Notice,
    Person,
    Review,
    Score,
    Transition,
)
from tracker.plumbing import storage
from tracker.plumbing.database import db
from tracker.plumbing.history import Line, remember_many
from tracker.plumbing.jobs import enqueue

BEFORE_MESSAGES = (
    Person,
    Application,
    Answer,
    ApplicationText,
    Document,
    Conflict,
    Assignment,
    Review,
    Score,
    Comment,
    Mention,
    Letter,
    Notice,
)
"""In the order in which they refer to one another."""
Row = dict[str, Any]


@dataclass
class Pen:
    """What is to be written of a batch of applications."""

    now: datetime
    rows: dict[type, list[Row]] = field(default_factory=lambda: defaultdict(list))
    messages: list[Sent] = field(default_factory=list)
    transitions: list[tuple[Row, Sent | None]] = field(default_factory=list)
    lines: list[tuple[Line, Sent | None]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, table: type, /, **values: Any) -> None:
        self.rows[table].append(values)

    def file(self, folder: str, data: bytes) -> str:
        """Keep these bytes; gives the key."""
        key = storage.new_key(folder)
        self.files.append((key, data))
        return key

    def remember(
        self,
        application_id: str,
        what: str,
        *,
        by_id: str | None,
        at: datetime,
        message: Sent | None = None,
        **data: Any,
    ) -> None:
        self.lines.append((Line("application", application_id, what, at, by_id, data), message))

    def post(self, sent: Sent, *, trouble: str = "") -> Sent:
        """Sent when its time came; `trouble` is what the server said instead, for good."""
        row, due = sent.row, sent.row["send_after"]
        self.messages.append(sent)
        if due > self.now:
            return sent
        at = due + timedelta(seconds=4)
        outcome, detail = ("refused", trouble) if trouble else ("accepted", "250 2.0.0 Ok: queued")
        sent.deliveries.append({"at": at, "outcome": outcome, "detail": detail})
        row["state"] = MessageState.FAILED if trouble else MessageState.SENT
        row["attempts"], row["sent_at"] = 1, None if trouble else at
        return sent

    def write(self) -> None:
        """Everything, and begin anew."""
        storage.put_many(self.files)
        for kind in BEFORE_MESSAGES:
            if self.rows[kind]:
                db.session.execute(insert(table_of(kind)), self.rows[kind])
        self._write_messages()
        moves = [row | {"message_id": sent.id if sent else None} for row, sent in self.transitions]
        if moves:
            db.session.execute(insert(table_of(Transition)), moves)
        self._write_lines()
        self.rows.clear()
        for kept in (self.messages, self.transitions, self.lines, self.files):
            kept.clear()

    def _write_messages(self) -> None:
        if not self.messages:
            return
        ids = db.session.scalars(
            insert(Message).returning(Message.id, sort_by_parameter_order=True), [one.row for one in self.messages]
        ).all()
        for sent, message_id in zip(self.messages, ids, strict=True):
            sent.id = message_id
            if sent.row["state"] is MessageState.QUEUED:
                enqueue("send_message", now=self.now, run_after=sent.row["send_after"], message=message_id)
        deliveries = [one | {"message_id": sent.id} for sent in self.messages for one in sent.deliveries]
        if deliveries:
            db.session.execute(insert(table_of(Delivery)), deliveries)

    def _write_lines(self) -> None:
        """Each chain in the order of time."""
        lines = [
            Line(
                one.thing,
                one.thing_id,
                one.what,
                one.at,
                one.by_id,
                {**one.data, "message": sent.id} if sent else one.data,
            )
            for one, sent in self.lines
        ]
        remember_many(sorted(lines, key=lambda line: line.at))


def table_of(kind: type) -> Table:
    """The bare table: its rows all have the same columns, so that one statement takes them."""
    found: Table = db.metadata.tables[kind.__tablename__]  # type: ignore[attr-defined]  # a table's model
    return found

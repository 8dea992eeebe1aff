"""An installation that other processes serve, with a position, its chair, and what must hold of its rows and files."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import time_machine
from flask import Flask
from sqlalchemy import select, text

from tests.databases import make_app, migrate
from tests.factories import make_position, make_staff
from tests.faults.caller import Caller
from tracker.messages.actions import install_shipped
from tracker.models import Document, Job, JobState, Message, MessageState, Person, Position
from tracker.plumbing import history, storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due
from tracker.plumbing.upkeep import columns_that_name_files, sweep_files

AT_ONCE = {"UNDO_MINUTES": "0", "COMMENT_EDIT_MINUTES": "0"}
"""Mails leave as soon as they are written."""


@dataclass
class Institute:
    folder: Path
    names: dict[str, str]
    app: Flask
    position: Position
    chair: Person
    chairing: Caller

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, **names: str) -> Iterator["Institute"]:
        """With a context for the test's own rows; `looked` ends it before others work."""
        given = AT_ONCE | names
        app = make_app(folder, **given)
        migrate(app)
        with app.app_context():
            install_shipped(now())
            chair = make_staff()
            position = make_position(chair=chair, closes_at=now() + timedelta(days=200))
            caller = Caller(app, chair)
            db.session.commit()
            yield cls(folder, given, app, position, chair, caller)
            db.session.remove()
            db.engine.dispose()

    def close_up(self) -> None:
        """Keep the rows, and hold nothing of the database while others work in it."""
        db.session.commit()
        db.session.expire_all()
        db.engine.dispose()

    def torn(self) -> list[str]:
        """What does not hold in the database and between rows and files, whatever was going on."""
        found = [f"history: {one}" for one in history.broken()]
        if db.engine.dialect.name == "sqlite":
            sound = db.session.scalars(text("PRAGMA integrity_check")).all()
            orphans = db.session.execute(text("PRAGMA foreign_key_check")).all()
            found += [f"database: {one}" for one in (*sound, *orphans) if one != "ok"]
        for column in columns_that_name_files():
            kept = db.session.scalars(select(column).where(column.is_not(None))).all()
            found += [f"no file for {column}" for key in kept if not storage.exists(str(key))]
        db.session.rollback()
        return found

    def after_the_sweep(self) -> list[str]:
        """Files without a row, once the sweep has had its time; none should be left, not even half a file."""
        with time_machine.travel(now() + timedelta(days=2)):
            sweep_files()
        named: set[str] = set()
        for column in columns_that_name_files():
            named.update(map(str, db.session.scalars(select(column).where(column.is_not(None)))))
        db.session.rollback()
        there = {path.relative_to(self.folder / "files").as_posix() for path in self._files()}
        return [f"no row for {one}" for one in there - named]

    def _files(self) -> list[Path]:
        return [path for path in (self.folder / "files").rglob("*") if path.is_file()]

    def finish_jobs(self) -> list[str]:
        """Do what was left by whoever was killed, and say what did not come to its end."""
        for minutes in (0, 1, 2, 4, 8, 20, 90):
            with time_machine.travel(now() + timedelta(minutes=minutes)):
                run_due()
        left = [
            f"job {one.name} {one.state} {one.error}"
            for one in db.session.scalars(select(Job).where(Job.state != JobState.DONE))
        ]
        letters = [
            f"letter {one.id} {one.state}"
            for one in db.session.scalars(select(Message).where(Message.state != MessageState.SENT))
        ]
        unready = [
            f"document {one.id} {one.state} {one.refusal}"
            for one in db.session.scalars(select(Document).where(Document.checked_at.is_(None)))
        ]
        db.session.rollback()
        return left + letters + unready

    def posted(self) -> list[str]:
        """Letters that lie in the outbox not at all or more than once."""
        wanted = set(db.session.scalars(select(Message.message_id)))
        db.session.rollback()
        came = Counter(
            next(line for line in path.read_text("utf-8").splitlines() if line.startswith("Message-ID: ")).split()[1]
            for path in (self.folder / "outbox").glob("*.eml")
        )
        return [f"letter {one} came {came[one]} times" for one in wanted | set(came) if came[one] != 1]

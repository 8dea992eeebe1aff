"""The doctor: looks at every engine and at what lies about, and says of each what to do."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import DBAPIError

from tracker.models import Entry, Job, JobState, Message, MessageState
from tracker.operation.rows import strangers
from tracker.plumbing import history, post, schema, storage
from tracker.plumbing.database import db
from tracker.plumbing.redis_line import LineState, the_line
from tracker.plumbing.settings import Settings
from tracker.plumbing.upkeep import FILES_WAIT, columns_that_name_files

LATE = timedelta(minutes=10)
OFF_BY = 5.0
"""Seconds that two clocks may differ."""
LITTLE, VERY_LITTLE = 5_000_000_000, 500_000_000
"""Bytes left on a disk."""
CHAINS = 50
"""Of history, picked at random, that are recomputed; `tracker audit verify` does all."""
NAMED = 3


class Word(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    what: str
    word: Word
    sentence: str
    """What was found and, where it is not well, what to do."""


def ok(what: str, sentence: str) -> Finding:
    return Finding(what, Word.OK, sentence)


def warning(what: str, sentence: str) -> Finding:
    return Finding(what, Word.WARNING, sentence)


def wrong(what: str, sentence: str) -> Finding:
    return Finding(what, Word.WRONG, sentence)


def examine(*, now: datetime, has_assets: bool) -> Iterator[Finding]:
    """One look at everything; what hangs on an engine that is away is left out."""
    settings: Settings = current_app.config["TRACKER"]
    yield from _settings(settings)
    yield _assets(has_assets)
    yield _disk(settings.data_dir)
    database = _database()
    yield database
    files = _storage(settings)
    yield files
    yield _redis()
    yield _mail_server(settings)
    if database.word is Word.WRONG:
        return
    migrations = _migrations()
    yield migrations
    yield _clock(now)
    if migrations.word is Word.WRONG:
        return
    yield from _jobs(now)
    yield _mails(now)
    if files.word is not Word.WRONG:
        yield from _orphans(now)
    yield _history()


def _settings(settings: Settings) -> Iterator[Finding]:
    found = []
    if not settings.production:
        found.append("TRACKER_PRODUCTION is not yes")
    if settings.production and settings.smtp is None:
        found.append("mails go to a folder: set TRACKER_SMTP_URL")
    if settings.smtp and settings.smtp.password and not (settings.smtp.tls or settings.smtp.starttls):
        found.append("the password of the mail server travels in the clear: use smtps:// or ?starttls=1")
    if settings.production and not settings.trusted_proxies:
        found.append("no proxy is trusted: all visitors may seem to have one address")
    if settings.bucket and settings.database_url.startswith("sqlite"):
        found.append("files are in a bucket and the database on this disk alone: it cannot be shared")
    if (settings.data_dir.stat().st_mode & 0o077) and settings.production:
        found.append(f"others on this machine can look into {settings.data_dir}: chmod 700")
    if found:
        yield warning("settings", f"{'; '.join(found)}.")
    else:
        yield ok("settings", "Read, and fit for production.")


def _assets(has_assets: bool) -> Finding:
    if has_assets:
        return ok("static files", "The front-end files are here.")
    return wrong("static files", "The front-end files are missing: python tracker/static/build.py")


def _disk(folder: Path) -> Finding:
    left = shutil.disk_usage(folder).free
    said = f"{left / 1_000_000_000:,.1f} GB are free in {folder}."
    if left < VERY_LITTLE:
        return wrong("disk", f"{said} Make room at once.")
    return warning("disk", f"{said} Make room soon.") if left < LITTLE else ok("disk", said)


def _database() -> Finding:
    try:
        engine = db.session.connection().dialect
        version = ".".join(str(part) for part in engine.server_version_info or ())
    except DBAPIError as error:
        db.session.rollback()
        return wrong("database", f"It does not answer ({type(error.orig).__name__}): see TRACKER_DATABASE_URL.")
    return ok("database", f"{engine.name} {version} answers.")


def _storage(settings: Settings) -> Finding:
    place = f"bucket {settings.bucket.name}" if settings.bucket else f"folder {settings.files_dir}"
    if storage.answers():
        return ok("storage", f"The {place} can be written to.")
    return wrong("storage", f"The {place} cannot be written to: see TRACKER_STORAGE_URL, its keys and its room.")


def _redis() -> Finding:
    state = the_line().state()
    if state is LineState.AWAY:
        return warning("redis", "It does not answer, and is done without: see TRACKER_REDIS_URL.")
    return ok("redis", "It answers." if state is LineState.ANSWERS else "None is set; one machine needs none.")


def _mail_server(settings: Settings) -> Finding:
    if settings.smtp is None:
        return ok("mail server", f"None is set; mails are laid in {settings.outbox_dir}.")
    trouble = post.trouble_with(settings.smtp)
    if trouble:
        return wrong("mail server", f"{settings.smtp.host} cannot be used ({trouble}): see TRACKER_SMTP_URL.")
    return ok("mail server", f"{settings.smtp.host} lets us in.")


def _migrations() -> Finding:
    connection = db.session.connection()
    found, wanted = schema.revision_of(connection), schema.head()
    unknown = strangers(connection) if found == wanted else []
    db.session.rollback()
    if found is None:
        return wrong("migrations", "The database is empty: run `tracker db upgrade`.")
    if found != wanted:
        way = "run `tracker db upgrade`" if schema.knows(found) else "this program is older than the database: renew it"
        return wrong("migrations", f"The database stands at {found}, the program at {wanted}: {way}.")
    if unknown:
        return warning("migrations", f"No backup will hold these tables: {', '.join(unknown)}.")
    return ok("migrations", f"The database stands at {found}, as the program does.")


def _clock(now: datetime) -> Finding:
    """Against the database's own, where it has one, and the bucket's."""
    others: dict[str, datetime] = {}
    if db.engine.dialect.name == "postgresql":
        others["the database"] = db.session.scalar(text("SELECT clock_timestamp()")) or now
        db.session.rollback()
    if (moment := storage.its_clock()) is not None:
        others["the storage"] = moment
    here = datetime.now(UTC)
    for whose, moment in others.items():
        off = abs((here - moment).total_seconds())
        if off > OFF_BY:
            return wrong("clock", f"The clock here and that of {whose} are {off:,.0f} seconds apart: use NTP on both.")
    return ok("clock", f"It agrees with {' and '.join(others)}." if others else "There is no other clock to ask.")


def _jobs(now: datetime) -> Iterator[Finding]:
    late = _count(select(Job.id).where(Job.state == JobState.WAITING, Job.run_after < now - LATE))
    if late:
        yield wrong("workers", f"{late:,} jobs wait longer than 10 minutes: does `tracker work` run?")
    else:
        yield ok("workers", "No job waits longer than 10 minutes.")
    failed = db.session.execute(
        select(Job.name, func.count()).where(Job.state == JobState.FAILED).group_by(Job.name).order_by(Job.name)
    ).all()
    db.session.rollback()
    if failed:
        names = ", ".join(f"{name} ({number:,})" for name, number in failed)
        yield warning("failed jobs", f"Given up: {names}. The log says why, under the id of the job.")
    else:
        yield ok("failed jobs", "None was given up.")


def _mails(now: datetime) -> Finding:
    stuck = _count(select(Message.id).where(Message.state == MessageState.QUEUED, Message.send_after < now - LATE))
    failed = _count(select(Message.id).where(Message.state == MessageState.FAILED))
    if stuck or failed:
        return warning("mails", f"{stuck:,} wait longer than 10 minutes, {failed:,} were given up: see the outbox.")
    return ok("mails", "None waits too long, none was given up.")


def _orphans(now: datetime) -> Iterator[Finding]:
    kept = set(storage.keys())
    lost = [key for key in _named_keys() if key not in kept and not storage.exists(key)]
    if lost:
        yield wrong("rows without file", f"{len(lost):,}, as {_some(lost)}: bring them back from a backup.")
    else:
        yield ok("rows without file", "Every row has its file.")
    stray: list[str] = []
    old = storage.keys(before=now - FILES_WAIT)
    while batch := list(islice(old, 500)):
        stray.extend(sorted(set(batch) - set(_named_keys(batch))))
    if stray:
        yield warning("files without row", f"{len(stray):,}, as {_some(stray)}: the sweep takes them within 6 hours.")
    else:
        yield ok("files without row", "Every file older than a day has its row.")


def _named_keys(among: Sequence[str] | None = None) -> list[str]:
    found: list[str] = []
    for column in columns_that_name_files():
        query = select(column).where(column.is_not(None), column != "")
        found.extend(db.session.scalars(query if among is None else query.where(column.in_(among))))
    db.session.rollback()
    return found


def _history() -> Finding:
    """Some chains, all of them; a full look is a command of its own."""
    picked = db.session.execute(
        select(Entry.thing, Entry.thing_id).where(Entry.number == 1).order_by(func.random()).limit(CHAINS)
    ).all()
    breaks = [one for thing, thing_id in picked for one in history.broken_in(thing, thing_id)]
    db.session.rollback()
    if breaks:
        first = breaks[0]
        return wrong("history", f"{first.thing} {first.thing_id}, entry {first.number}: {first.reason}: audit verify.")
    return ok("history", f"{len(picked)} chains picked at random hold.")


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:NAMED]) + (" …" if len(keys) > NAMED else "")


def _count(query: Select[Any]) -> int:
    number = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    db.session.rollback()
    return number

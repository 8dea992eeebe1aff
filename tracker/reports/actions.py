"""Asking for an export, making its file in a job, telling whoever asked."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.dossiers import filters as reading
from tracker.models import Assignment, Conflict, Export, Job, JobState, Person, Position, PositionTheme, new_id
from tracker.plumbing import storage
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db, transaction
from tracker.plumbing.engines import snapshot_of
from tracker.plumbing.history import remember
from tracker.plumbing.i18n import in_language
from tracker.plumbing.jobs import Progress, enqueue, handler
from tracker.plumbing.scratch import scratch
from tracker.plumbing.standing import standing_of
from tracker.positions.queries import visible_positions
from tracker.reports.files import csv_lines, write_xlsx
from tracker.reports.tables import Cell, Scope, Table, What, table
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.refusals import NotAllowedNow
from tracker.rules.roles import Standing
from tracker.rules.sentences import say

KEPT = timedelta(days=1)
STEP = 1_000


def ask(
    what: What, *, file_format: str, query: str, position: Position | None, language: str, by: Person, now: datetime
) -> Export:
    """An export made by a job, for this person alone, for a day."""
    export = Export(
        id=new_id(),
        person_id=by.id,
        what=what.value,
        file_format=file_format,
        filters={"query": query, "position": position.id if position else None},
        language=language,
        asked_at=now,
        expires_at=now + KEPT,
    )
    db.session.add(export)
    _make(export, by=by, now=now)
    note(export, by=by, now=now)
    return export


def make_again(export: Export, *, by: Person, now: datetime) -> None:
    """Once more from the start, for another day, where making it was given up."""
    job = db.session.get(Job, export.job_id) if export.job_id else None
    if export.ready_at is not None or is_coming(export, job):
        raise NotAllowedNow(say("This file is ready, or is being made."))
    export.expires_at = now + KEPT
    _make(export, by=by, now=now)
    note(export, by=by, now=now)


def is_coming(export: Export, job: Job | None) -> bool:
    """Whether a worker has it still to make."""
    return export.ready_at is None and job is not None and job.state in {JobState.WAITING, JobState.RUNNING}


def _make(export: Export, *, by: Person, now: datetime) -> None:
    db.session.flush()
    export.job_id = db.session.get_one(Job, enqueue("make_export", now=now, by=by, export=export.id)).id


def note(export: Export, *, by: Person, now: datetime, is_new: bool = False) -> None:
    """Every export is an entry: who took what, by which filters."""
    remember(
        "export",
        export.id,
        "exported",
        by=by,
        now=now,
        is_new=is_new,
        export=export.what,
        file_format=export.file_format,
        position=export.filters.get("position"),
    )


def scope_of(person: Person, query: str, position_id: str | None, *, session: Session, now: datetime) -> Scope | None:
    """What this person may export now; None where they may no longer export, or not see that position."""
    who = standing_of(person, session)
    if not person.is_active or not can(who, May.EXPORT):
        return None
    position = None
    if position_id is not None:
        position = session.scalars(visible_positions(who).where(Position.id == position_id)).unique().one_or_none()
        if position is None:
            return None
    return Scope(who, reading.read_query(query), position, now)


def rights_of(who: Standing, session: Session) -> str:
    """A mark of everything that gives this person sight of applications; another one, another sight."""
    blocked = select(Conflict.application_id).where(Conflict.person_id == who.person_id, Conflict.blocks.is_(True))
    assigned = select(Assignment.application_id).where(Assignment.person_id == who.person_id)
    shown = select(Position.id, Position.members_see).where(Position.id.in_(who.seats))
    themed = select(PositionTheme.position_id, PositionTheme.theme_id).where(PositionTheme.theme_id.in_(who.themes))
    found = [sorted(map(str, session.execute(query))) for query in (blocked, assigned, shown, themed)]
    whole = (who.site, who.is_staff, sorted(who.seats.items()), sorted(who.themes), found)
    return hashlib.sha256(repr(whole).encode()).hexdigest()


def refuse_outlived(export: Export, who: Standing, session: Session) -> None:
    """A file does not outlive the rights that it was made with."""
    if export.filters.get("rights") != rights_of(who, session):
        raise NotAllowedNow(say("What you may see has changed since this file was made. Please ask for a new one."))


@handler("make_export", in_steps=True)
def make_export(*, export: str, progress: Progress) -> None:
    """Write the file from what its owner may see at this moment; runs again from the start after a crash."""
    now = clock_now()
    with Session(snapshot_of(db.engine)) as session:
        asked = session.get(Export, export)
        if asked is None or asked.ready_at is not None or asked.expires_at <= now:
            return
        person = session.get_one(Person, asked.person_id)
        filters = asked.filters
        scope = scope_of(person, filters.get("query", ""), filters.get("position"), session=session, now=now)
        if scope is None:
            return
        rights = rights_of(scope.who, session)
        with scratch() as folder, in_language(asked.language):
            path, what = folder / "export", What(asked.what)
            rows = write(path, asked.file_format, what, table(what, scope, session), progress)
            data = path.read_bytes()
    key = storage.new_key("exports")
    storage.put(key, data)
    finish(export, key, rows, rights=rights, now=clock_now())


def write(path: Path, file_format: str, what: What, contents: Table, progress: Progress) -> int:
    """The file; the number of rows in it."""
    total = contents.count()
    written = 0

    def counted() -> Iterator[Sequence[Cell]]:
        nonlocal written
        for row in contents.rows:
            written += 1
            if written % STEP == 0:
                progress(written, total)
            yield row

    if file_format == "xlsx":
        write_xlsx(path, what.value, contents.headings, counted())
    else:
        with path.open("wb") as file:
            file.writelines(csv_lines(contents.headings, counted(), bom=True))
    progress(written, max(total, written))
    return written


def finish(export_id: str, key: str, rows: int, *, rights: str, now: datetime) -> None:
    """Hand the file over, once; a second run of the same job throws its own file away."""
    with transaction() as session:
        export = session.scalars(
            select(Export).where(Export.id == export_id, Export.ready_at.is_(None)).with_for_update()
        ).one_or_none()
        if export is not None:
            export.storage_key, export.ready_at, export.rows = key, now, rows
            export.filters = export.filters | {"rights": rights}
    if export is None:
        storage.delete(key)


def delete(export: Export, *, now: datetime) -> None:
    """Before its day is over: the row goes now, the file after the commit."""
    if export.storage_key is not None:
        enqueue("delete_export_file", now=now, key=export.storage_key)
    db.session.delete(export)
    db.session.flush()


@handler("delete_export_file", in_steps=True)
def delete_export_file(key: str) -> None:
    """Only a file that no export knows; so it can run whenever it likes."""
    known = db.session.scalar(select(Export.id).where(Export.storage_key == key))
    db.session.rollback()
    if known is None:
        storage.delete(key)

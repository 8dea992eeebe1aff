"""What stands around a dossier: the neighbours in the list, and whether this reader was here within the hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, or_, select

from tracker.applications.queries import sees
from tracker.models import Application, Entry, Person
from tracker.plumbing.database import apart, db
from tracker.plumbing.history import remember
from tracker.rules.roles import Standing

ONE_VISIT = timedelta(hours=1)


@dataclass(frozen=True)
class Around:
    """Ids of the neighbours in the order of the position's list, None at its ends."""

    previous: str | None
    next: str | None
    was_here: bool


def around(who: Standing, application: Application, now: datetime) -> Around:
    """Among what this reader sees, newest first, as the list stands by default."""
    newer = or_(
        Application.submitted_at > application.submitted_at,
        and_(Application.submitted_at == application.submitted_at, Application.id > application.id),
    )
    older = or_(
        Application.submitted_at < application.submitted_at,
        and_(Application.submitted_at == application.submitted_at, Application.id < application.id),
    )
    before = _beside(who, application).where(newer).order_by(Application.submitted_at, Application.id)
    after = _beside(who, application).where(older).order_by(Application.submitted_at.desc(), Application.id.desc())
    row = db.session.execute(
        select(
            before.limit(1).scalar_subquery(),
            after.limit(1).scalar_subquery(),
            _visit(application.id, who.person_id, now),
        )
    ).one()
    return Around(row[0], row[1], bool(row[2]))


def _beside(who: Standing, application: Application) -> Select[str]:
    return select(Application.id).where(sees(who), Application.position_id == application.position_id)


def _visit(application_id: str, person_id: str, now: datetime):  # type: ignore[no-untyped-def]
    return exists().where(
        Entry.thing == "application",
        Entry.thing_id == application_id,
        Entry.what == "viewed",
        Entry.by_id == person_id,
        Entry.at > now - ONE_VISIT,
    )


def note_visit(application: Application, *, by: Person, now: datetime) -> None:
    """An entry that this reader opened the dossier, at most one an hour, in a transaction of its own.

    The one thing a GET leaves behind: whom an applicant's file was shown to must be known, also where nothing was done.
    Without the entry there is no page.
    """
    with apart() as session:
        if not session.scalar(select(_visit(application.id, by.id, now))):
            remember("application", application.id, "viewed", by=by, now=now, session=session)

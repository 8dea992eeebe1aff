"""Messages, notices and exports."""

from datetime import datetime, timedelta

from tests.factories.people import make_staff
from tracker.models import Application, Export, Message, Notice, Person
from tracker.plumbing import mail
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.reports.actions import rights_of


def make_message(
    to: Person | None = None,
    *,
    subject: str = "Your application has arrived",
    paragraphs: tuple[str, ...] = ("Thank you for your application.",),
    send_after: datetime | None = None,
    application: Application | None = None,
    now: datetime | None = None,
) -> Message:
    """Queued, with the job that sends it."""
    person = to or make_staff()
    return mail.queue(
        mail.Mail(subject, paragraphs),
        kind="test",
        to_email=person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now or clock_now(),
        send_after=send_after,
        application_id=application.id if application else None,
    )


def make_notice(
    person: Person, kind: str = "mentioned", *, application: Application | None = None, now: datetime | None = None
) -> Notice:
    notice = Notice(
        person_id=person.id, kind=kind, application_id=application.id if application else None, at=now or clock_now()
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def make_export(
    person: Person, *, what: str = "applications", storage_key: str | None = None, now: datetime | None = None
) -> Export:
    moment = now or clock_now()
    export = Export(
        person_id=person.id,
        what=what,
        file_format="csv",
        storage_key=storage_key,
        filters={"rights": rights_of(standing_of(person), db.session())},
        asked_at=moment,
        ready_at=moment if storage_key else None,
        expires_at=moment + timedelta(days=1),
    )
    db.session.add(export)
    db.session.flush()
    return export

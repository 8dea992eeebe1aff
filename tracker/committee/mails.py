"""What reviewers are written: that applications wait for them, and that they still do."""

from datetime import datetime

from flask_babel import format_date, get_timezone

from tracker.models import Message, Person, Position
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, ngettext, said
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue


def assigned(
    person: Person, position: Position, *, count: int, due_at: datetime | None, by: Person, now: datetime
) -> Message:
    """Names no candidate: the list shows what this reader may know."""
    with in_language(person.language):
        first = ngettext(
            "%(by)s asks you to review one application for %(position)s.",
            "%(by)s asks you to review %(num)s applications for %(position)s.",
            count,
            by=by.name,
            position=said(position.title),
        )
        subject = _("Applications to review: %(position)s", position=said(position.title))
        return _queue(person, position, subject, first, due_at, kind="reviews_assigned", by=by, now=now)


def reminder(
    person: Person, position: Position, *, count: int, due_at: datetime | None, by: Person, now: datetime
) -> Message:
    with in_language(person.language):
        first = ngettext(
            "One application for %(position)s still waits for your review.",
            "%(num)s applications for %(position)s still wait for your review.",
            count,
            position=said(position.title),
        )
        subject = _("Reviews still to do: %(position)s", position=said(position.title))
        return _queue(person, position, subject, first, due_at, kind="reviews_reminder", by=by, now=now)


def _queue(
    person: Person,
    position: Position,
    subject: str,
    first: str,
    due_at: datetime | None,
    *,
    kind: str,
    by: Person,
    now: datetime,
) -> Message:
    paragraphs = [first]
    if due_at is not None:
        day = format_date(due_at.astimezone(get_timezone()).date(), "d MMMM y", rebase=False)
        paragraphs.append(_("Please send your reviews by %(day)s.", day=day))
    paragraphs.append(
        _("If you know an applicant personally or professionally, declare it first: then somebody else reviews.")
    )
    mail = Mail(
        subject=subject,
        paragraphs=tuple(paragraphs),
        button=(_("Open the applications"), absolute("dossiers.position", position_id=position.id, mine="to_review")),
        closing=(_("You get this mail because you are on the committee of this position."),),
    )
    return queue(
        mail,
        kind=kind,
        to_email=person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now,
        by_id=by.id,
    )

"""Composing a message from its template, sending it, and changing templates and the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import format_date, format_datetime
from sqlalchemy import bindparam, select

from tracker import shipped
from tracker.models import Application, Message, MessageState, MessageTemplate, Person, Words, new_id
from tracker.plumbing import mail
from tracker.plumbing.database import db, fetch
from tracker.plumbing.history import remember
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.jobs import enqueue
from tracker.plumbing.links import absolute
from tracker.rules.limits import ESSAY, LINE, TextRefused, clean_text
from tracker.rules.placeholders import filled, unknown_placeholders
from tracker.rules.refusals import Invalid, NotAllowedNow, Stale
from tracker.rules.sentences import say


class Told(Protocol):
    """A stage as a row or as a plan has it: what its candidate reads of it."""

    @property
    def applicant_label(self) -> Words: ...


@dataclass(frozen=True)
class Draft:
    """A message as its sender sees it in the preview, and may change it."""

    subject: str
    body: str


def compose(
    key: str,
    application: Application,
    *,
    language: str | None = None,
    now: datetime,
    reason: str = "",
    stage: Told | None = None,
) -> Draft:
    """The template filled for this candidate, in their language; LookupError for a key without a template.

    `reason` is the wording for the candidate of the reason chosen, `stage` the one the application is about to enter.
    """
    template = template_called(key)
    if template is None:
        raise LookupError(key)
    return composed(template, application, language=language, now=now, reason=reason, stage=stage)


_called = select(MessageTemplate).where(MessageTemplate.key == bindparam("key"))
_there = _called.with_only_columns(MessageTemplate.id)


def template_called(key: str) -> MessageTemplate | None:
    return db.session.scalars(_called, {"key": key}).one_or_none()


def has_template(key: str) -> bool:
    return fetch(_there, {"key": key}).first() is not None


def composed(
    template: MessageTemplate,
    application: Application,
    *,
    language: str | None = None,
    now: datetime,
    reason: str = "",
    stage: Told | None = None,
) -> Draft:
    """The same from a template that is at hand."""
    with in_language(language or application.candidate.language):
        values = values_for(application, now=now, reason=reason, stage=stage)
        return Draft(
            subject=mail.one_line(filled(said(template.subject), values), LINE),
            body=filled(said(template.body), values).strip(),
        )


def values_for(
    application: Application, *, now: datetime, reason: str = "", stage: Told | None = None
) -> dict[str, str]:
    """What each placeholder stands for, in the language now spoken."""
    position = application.position
    return {
        "candidate": application.name or application.candidate.name,
        "position": said(position.title),
        "reference": position.reference,
        "institute": current_app.config["TRACKER"].institute_name,
        "stage": said((stage or application.stage).applicant_label),
        "deadline": _deadline(position.closes_at, position.time_zone),
        "decision_by": format_date(position.decision_by, "d MMMM y")
        if position.decision_by and position.decision_by >= now.date()
        else _("a date that we still have to set"),
        "reason": reason,
        "contact_email": position.contact_email,
        "status_link": status_link(application),
    }


def status_link(application: Application) -> str:
    return absolute("applications.show", application_id=application.id)


def _deadline(closes_at: datetime | None, zone: str) -> str:
    if closes_at is None:
        return str(_("a date that we still have to set"))
    local = closes_at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'd MMMM y, HH:mm', rebase=False)} {local.tzname()}"


def send(
    application: Application,
    subject: str,
    body: str,
    *,
    kind: str,
    by: Person | None,
    now: datetime,
    send_after: datetime | None = None,
) -> Message:
    """Queue the message to the candidate, word for word; Invalid where a part is empty or cannot be kept."""
    message = written(application, subject, body, kind=kind, by=by, now=now, send_after=send_after)
    send_all([message], by=by, now=now)
    return message


def send_all(messages: Sequence[Message], *, by: Person | None, now: datetime) -> None:
    """Queue what is written already."""
    mail.queue_all(messages, now=now)
    for one in messages:
        remember("application", one.application_id or "", "message_queued", by=by, now=now, message=one, kind=one.kind)


def written(
    application: Application,
    subject: str,
    body: str,
    *,
    kind: str,
    by: Person | None,
    now: datetime,
    send_after: datetime | None = None,
) -> Message:
    """The message to the candidate, not yet queued; Invalid where a part is empty or cannot be kept."""
    subject, body = _worded(subject, body)
    link = status_link(application)
    candidate = application.candidate
    with in_language(candidate.language):
        letter = mail.Mail(
            subject=subject,
            paragraphs=tuple(part for part in body.split("\n\n") if part.strip()),
            button=(_("Open your application"), link),
            in_own_words=True,
        )
    return mail.addressed(
        letter,
        kind=kind,
        to_email=candidate.email,
        to_name=candidate.name,
        to_id=candidate.id,
        language=candidate.language,
        now=now,
        send_after=send_after,
        application_id=application.id,
        by_id=by.id if by else None,
    )


def _worded(subject: str, body: str) -> tuple[str, str]:
    try:
        subject = clean_text(subject, maximum=LINE, multiline=False)
        body = clean_text(body, maximum=ESSAY)
    except TextRefused as refusal:
        raise Invalid(refusal.sentence) from refusal
    if not subject or not body:
        raise Invalid(say("A message needs a subject and a text."))
    return subject, body


def install_shipped(now: datetime) -> None:
    """Add the shipped templates that are not here yet; what HR has changed stays."""
    present = set(db.session.scalars(select(MessageTemplate.key)))
    for each in shipped.messages():
        if each["key"] not in present:
            template = MessageTemplate(id=new_id(), key=each["key"], subject=each["subject"], body=each["body"])
            db.session.add(template)
            remember("message_template", template.id, "installed", by=None, now=now, key=template.key)
    db.session.flush()


def add_template(key: str, *, subject: Words, body: Words, by: Person, now: datetime) -> MessageTemplate:
    """A template of the institute's own; moves of workflows name it by its key."""
    if db.session.scalar(select(MessageTemplate.id).where(MessageTemplate.key == key)):
        raise Invalid(say("There is a message with this name already."))
    check_wording(subject, body)
    template = MessageTemplate(id=new_id(), key=key, subject=subject, body=body)
    db.session.add(template)
    db.session.flush()
    remember("message_template", template.id, "added", by=by, now=now, key=key)
    return template


def reword(template: MessageTemplate, *, subject: Words, body: Words, version: str, by: Person, now: datetime) -> bool:
    """Change the wording; False when nothing is different. Stale if somebody was first."""
    if version != str(template.version):
        raise Stale
    check_wording(subject, body)
    if (template.subject, template.body) == (subject, body):
        return False
    languages = sorted(
        name for name in subject if (subject[name], body[name]) != (template.subject.get(name), template.body.get(name))
    )
    template.subject, template.body = subject, body
    db.session.flush()
    remember("message_template", template.id, "reworded", by=by, now=now, languages=languages, version=template.version)
    return True


def check_wording(subject: Words, body: Words) -> None:
    """Both languages said, and nothing in braces that would stay there."""
    for part in (subject, body):
        for language in ("en", "nl"):
            text = part.get(language, "")
            if not text.strip():
                raise Invalid(say("A message needs a subject and a text, in both languages."))
            unknown = unknown_placeholders(text)
            if unknown:
                raise Invalid(say("Nothing can be filled in for {%(name)s}.", name=unknown[0]))


def retry(message: Message, *, by: Person, now: datetime) -> None:
    """Try once more what was given up."""
    db.session.refresh(message, with_for_update=True)
    if message.state is not MessageState.FAILED:
        raise NotAllowedNow(say("Only a message that could not be delivered can be tried again."))
    message.state, message.attempts, message.send_after = MessageState.QUEUED, 0, now
    db.session.flush()
    enqueue("send_message", now=now, message=message.id)
    remember("message", str(message.id), "retried", by=by, now=now)


def cancel(message: Message, *, by: Person, now: datetime) -> None:
    """Keep a waiting message from being sent."""
    if not mail.cancel(message, now=now):
        raise NotAllowedNow(say("This message has already left, or is just leaving."))
    db.session.flush()
    remember("message", str(message.id), "cancelled", by=by, now=now)

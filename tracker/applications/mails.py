"""What the candidate is told by mail about their own acts."""

from datetime import datetime

from tracker.messages import actions as messages
from tracker.models import Application, Message, MessageTemplate
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue
from tracker.plumbing.moments import day, moment
from tracker.rules.submission import deadline_of
from tracker.workflows.plans import AnyMove

SUBMIT = "submit"
ACKNOWLEDGEMENT = "acknowledgement"


def template_for(move: AnyMove) -> MessageTemplate | None:
    """What the workflow names for the candidate's own move; having sent is always acknowledged."""
    key = key_for(move)
    return (messages.template_called(key) if key else None) or fallback_for(move)


def key_for(move: AnyMove) -> str:
    return move.message_key or (ACKNOWLEDGEMENT if move.key == SUBMIT else "")


def fallback_for(move: AnyMove) -> MessageTemplate | None:
    """Where there is none with that key."""
    return messages.template_called(ACKNOWLEDGEMENT) if move.message_key and move.key == SUBMIT else None


def about_move(
    application: Application, move: AnyMove, template: MessageTemplate | None, *, now: datetime
) -> Message | None:
    if template is None:
        return _acknowledgement(application, now=now) if move.key == SUBMIT else None
    draft = messages.composed(template, application, now=now, stage=move.to_stage)
    return messages.send(application, draft.subject, draft.body, kind=template.key, by=None, now=now)


def _acknowledgement(application: Application, *, now: datetime) -> Message:
    """Where the institute's own wording is missing, a candidate is still not left in silence."""
    position, person = application.position, application.candidate
    title = said(position.title)
    with in_language(person.language):
        paragraphs = [_("Thank you. Your application for “%(title)s” has arrived.", title=title)]
        if position.closes_at:
            deadline = moment(position.closes_at, position.time_zone)
            paragraphs.append(_("Applications are read after the deadline, %(deadline)s.", deadline=deadline))
        if position.decision_by:
            paragraphs.append(_("You hear from us by %(date)s, whatever the outcome.", date=day(position.decision_by)))
        mail = Mail(
            subject=_("We received your application: %(title)s", title=title),
            paragraphs=tuple(paragraphs),
            button=(_("Follow your application"), absolute("applications.show", application_id=application.id)),
            facts=((_("Reference"), application.code), (_("Received"), moment(now, position.time_zone))),
        )
    return _send(mail, application, kind=ACKNOWLEDGEMENT, now=now)


def extra_time(application: Application, *, now: datetime) -> Message:
    position, person = application.position, application.candidate
    with in_language(person.language):
        title = said(position.title)
        deadline = moment(deadline_of(position, application), position.time_zone)
        mail = Mail(
            subject=_("You have more time: %(title)s", title=title),
            paragraphs=(
                _("You can send your application for “%(title)s” until %(deadline)s.", title=title, deadline=deadline),
                _("Everything you wrote so far is kept."),
            ),
            button=(_("Go on with your application"), absolute("applications.show", application_id=application.id)),
        )
    return _send(mail, application, kind="extra_time", now=now)


def _send(mail: Mail, application: Application, *, kind: str, now: datetime) -> Message:
    person = application.candidate
    return queue(
        mail,
        kind=kind,
        to_email=person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now,
        application_id=application.id,
    )

"""What is mailed about comments: to those called upon that they were, to the candidate the words themselves."""

from datetime import datetime
from typing import Final

from tracker.models import Application, Message, Person
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue

TO_CANDIDATE: Final = "comment_to_candidate"


def mentioned(person: Person, application: Application, *, by: Person, now: datetime) -> Message:
    """Says neither the comment nor whose application it is: what one may see is asked when the link is opened."""
    with in_language(person.language):
        mail = Mail(
            subject=_("%(by)s mentioned you: application %(code)s", by=by.name, code=application.code),
            paragraphs=(
                _(
                    "%(by)s mentioned you in a comment on application %(code)s for %(position)s.",
                    by=by.name,
                    code=application.code,
                    position=said(application.position.title),
                ),
            ),
            button=(_("Read the comment"), absolute("dossiers.show", application_id=application.id)),
        )
    return _queue(mail, person, application, kind="comment_mention", by=by, now=now, send_after=None)


def to_candidate(application: Application, text: str, *, by: Person, now: datetime, send_after: datetime) -> Message:
    """Waits as long as the comment can still be changed."""
    candidate = application.candidate
    with in_language(candidate.language):
        position = said(application.position.title)
        mail = Mail(
            subject=_("A message about your application: %(position)s", position=position),
            paragraphs=(
                _("The committee for %(position)s writes to you:", position=position),
                *(part for part in text.split("\n\n") if part.strip()),
            ),
            button=(_("Open your application"), absolute("applications.show", application_id=application.id)),
        )
    return _queue(mail, candidate, application, kind=TO_CANDIDATE, by=by, now=now, send_after=send_after)


def _queue(
    mail: Mail,
    person: Person,
    application: Application,
    *,
    kind: str,
    by: Person,
    now: datetime,
    send_after: datetime | None,
) -> Message:
    return queue(
        mail,
        kind=kind,
        to_email=person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now,
        send_after=send_after,
        application_id=application.id,
        by_id=by.id,
    )

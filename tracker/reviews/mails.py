"""What a reviewer is written: that their review was opened again."""

from datetime import datetime

from tracker.models import Application, Message, Person
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue


def reopened(author: Person, application: Application, *, by: Person, now: datetime) -> Message:
    """Names the code, never the candidate: the mail may be read when the dossier is blind."""
    with in_language(author.language):
        mail = Mail(
            subject=_("Your review was opened again: %(code)s", code=application.code),
            paragraphs=(
                _(
                    "%(by)s opened your review of application %(code)s for %(position)s again.",
                    by=by.name,
                    code=application.code,
                    position=said(application.position.title),
                ),
                _("It counts again once you submit it. What you wrote is still there."),
            ),
            button=(_("Open your review"), absolute("dossiers.show", application_id=application.id)),
        )
    return queue(
        mail,
        kind="review_reopened",
        to_email=author.email,
        to_name=author.name,
        to_id=author.id,
        language=author.language,
        now=now,
        application_id=application.id,
        by_id=by.id,
    )

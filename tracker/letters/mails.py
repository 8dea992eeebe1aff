"""What referees are mailed, and what a candidate is told about them. A secret link goes to its referee alone."""

from datetime import datetime

from tracker.models import Application, Letter, Message
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, said
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, addressed, one_line, queue, queue_all
from tracker.plumbing.moments import moment

ASKED, REMINDED, NOT_NEEDED, THANKED = "letter_request", "letter_reminder", "letter_not_needed", "letter_thanks"
LOOKS_LIKE_ADDRESS = ("://", "www.", "@", "//")


def asked(letter: Letter, token: str, *, now: datetime) -> Message:
    """Not yet queued: referees are asked all at once."""
    with in_language(letter.language):
        name, title = candidate_name(letter), said(letter.application.position.title)
        mail = Mail(
            subject=_("Would you write a letter of reference for %(name)s?", name=name),
            paragraphs=(
                _("%(name)s applies for “%(title)s” and names you as a referee.", name=name, title=title),
                _("You can upload a letter or write a few lines. It takes some minutes, and you need no account."),
                _("The committee reads your letter. The candidate does not."),
            ),
            button=(_("Write the letter, or decline"), absolute("letters.link", token=token)),
            facts=_facts(letter),
            closing=(
                _("The address is meant for you alone: whoever has it can write in your name."),
                *_contact(letter),
            ),
        )
    return _addressed(letter, mail, kind=ASKED, now=now)


def reminded(letter: Letter, token: str, *, now: datetime) -> Message:
    with in_language(letter.language):
        name, title = candidate_name(letter), said(letter.application.position.title)
        mail = Mail(
            subject=_("A reminder: the letter of reference for %(name)s", name=name),
            paragraphs=(
                _("%(name)s still hopes for your letter about “%(title)s”.", name=name, title=title),
                _("If you cannot write one, please decline: then %(name)s can ask somebody else.", name=name),
            ),
            button=(_("Write the letter, or decline"), absolute("letters.link", token=token)),
            facts=_facts(letter),
            closing=(_("This address replaces the one in our earlier mail."), *_contact(letter)),
        )
    return _to_referee(letter, mail, kind=REMINDED, now=now)


def not_needed(letter: Letter, *, now: datetime) -> Message:
    with in_language(letter.language):
        name, title = candidate_name(letter), said(letter.application.position.title)
        mail = Mail(
            subject=_("No letter needed any more for %(name)s", name=name),
            paragraphs=(
                _("We asked you for a letter about %(name)s for “%(title)s”.", name=name, title=title),
                _("It is no longer needed. Thank you for your willingness."),
            ),
            closing=_contact(letter),
        )
    return _to_referee(letter, mail, kind=NOT_NEEDED, now=now)


def thanked(letter: Letter, *, now: datetime) -> Message:
    """What the referee keeps: that it arrived, and when; not the letter."""
    with in_language(letter.language):
        name, title = candidate_name(letter), said(letter.application.position.title)
        mail = Mail(
            subject=_("Thank you for your letter about %(name)s", name=name),
            paragraphs=(
                _("Your letter about %(name)s for “%(title)s” has arrived. Thank you.", name=name, title=title),
                _("If you did not send it, please tell us at once."),
            ),
            facts=((_("Received"), moment(now, letter.application.position.time_zone)),),
            closing=_contact(letter),
        )
    return _to_referee(letter, mail, kind=THANKED, now=now)


def declined(letter: Letter, *, now: datetime) -> Message:
    """To the candidate: who cannot, not why."""
    application: Application = letter.application
    person = application.candidate
    with in_language(person.language):
        title = said(application.position.title)
        mail = Mail(
            subject=_("A referee cannot write: %(title)s", title=title),
            paragraphs=(
                _("%(referee)s cannot write a letter for your application.", referee=plain(letter.referee_name)),
                _("That is no judgement of you. You can name somebody else."),
            ),
            button=(_("See your referees"), absolute("letters.mine", application_id=application.id)),
        )
    return queue(
        mail,
        kind="letter_declined",
        to_email=person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now,
        application_id=application.id,
    )


def candidate_name(letter: Letter) -> str:
    """The candidate as they call themselves; what looks like an address is no name, since it would become a link."""
    return plain(letter.application.name) or _("A candidate")


def plain(name: str) -> str:
    line = one_line(name, 120)
    return "" if any(mark in line.casefold() for mark in LOOKS_LIKE_ADDRESS) else line


def _contact(letter: Letter) -> tuple[str, ...]:
    """Whom a referee can ask: they have no account to look in."""
    position = letter.application.position
    if not position.contact_email:
        return ()
    return (_("Questions? Write to %(name)s, %(email)s.", name=position.contact_name, email=position.contact_email),)


def _facts(letter: Letter) -> tuple[tuple[str, str], ...]:
    position = letter.application.position
    return (
        (_("Position"), said(position.title)),
        (_("Please answer by"), moment(letter.due_at, position.time_zone)),
    )


def _to_referee(letter: Letter, mail: Mail, *, kind: str, now: datetime) -> Message:
    message = _addressed(letter, mail, kind=kind, now=now)
    queue_all([message], now=now)
    return message


def _addressed(letter: Letter, mail: Mail, *, kind: str, now: datetime) -> Message:
    """Not filed with the application: its readers see those messages, and must not see the link."""
    return addressed(
        mail,
        kind=kind,
        to_email=letter.referee_email,
        to_name=plain(letter.referee_name),
        language=letter.language,
        now=now,
    )

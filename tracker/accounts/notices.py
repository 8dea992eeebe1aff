"""To the person, whenever something they sign in with changes: what, when, from which kind of device, what to do."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from tracker.accounts.devices import device_name
from tracker.accounts.visits import Visit
from tracker.models import Person
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, spoken
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue
from tracker.plumbing.moments import moment
from tracker.rules.sentences import Sentence, say


class Changed(StrEnum):
    PASSWORD = "password_changed"  # noqa: S105 - the name of a mail
    ADDRESS = "address_changed"
    APP_ADDED = "authenticator_added"
    APP_REMOVED = "authenticator_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_MADE = "recovery_codes_made"
    CODE_USED = "recovery_code_used"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    RESET = "second_factor_reset"


WORDS: Final[Mapping[Changed, tuple[Sentence, Sentence]]] = {
    Changed.PASSWORD: (
        say("Your password was changed"),
        say("The password of your account was changed. Everywhere else you are signed out."),
    ),
    Changed.ADDRESS: (
        say("The e-mail address of your account was changed"),
        say("Your account has another e-mail address from now on. This one no longer opens it."),
    ),
    Changed.APP_ADDED: (
        say("An authenticator app was added to your account"),
        say("To sign in with your password, a code of this app is needed from now on."),
    ),
    Changed.APP_REMOVED: (
        say("The authenticator app was taken off your account"),
        say("Codes of this app no longer open your account."),
    ),
    Changed.PASSKEY_ADDED: (
        say("A passkey was added to your account"),
        say("“%(name)s” opens your account from now on."),
    ),
    Changed.PASSKEY_REMOVED: (
        say("A passkey was taken off your account"),
        say("“%(name)s” no longer opens your account."),
    ),
    Changed.CODES_MADE: (
        say("New recovery codes were made for your account"),
        say("Earlier recovery codes no longer work."),
    ),
    Changed.CODE_USED: (
        say("A recovery code was used to open your account"),
        say("Codes that are left: %(left)s. Each works once; you can make new ones at any time."),
    ),
    Changed.IDENTITY_LINKED: (
        say("Another way to sign in was linked to your account"),
        say("%(name)s opens your account from now on."),
    ),
    Changed.IDENTITY_UNLINKED: (
        say("A way to sign in was taken off your account"),
        say("%(name)s no longer opens your account."),
    ),
    Changed.RESET: (
        say("Your second factor was reset"),
        say(
            "An administrator took your authenticator app, passkeys and recovery codes off your account. Sign in with "
            "your password, then set them up anew."
        ),
    ),
}


def tell(
    person: Person, what: Changed, *, now: datetime, visit: Visit | None, to: str | None = None, **values: object
) -> None:
    """Queue the mail, to the address that counts or to the one given; without `visit` it was not their own doing.

    Not to an address that was never proved: whoever reads there may have nothing to do with the account.
    """
    if person.email_verified_at is None:
        return
    subject, words = WORDS[what]
    with in_language(person.language):
        facts = [(_("When"), moment(now, person.time_zone))]
        if visit is not None:
            facts.append((_("With"), device_name(visit.device)))
        mail = Mail(
            subject=spoken(subject),
            paragraphs=(spoken(Sentence(words.text, values)),),
            facts=tuple(facts),
            button=_way_out(what),
            closing=(_what_to_do(what),),
        )
    queue(
        mail,
        kind=what.value,
        to_email=to or person.email,
        to_name=person.name,
        to_id=person.id,
        language=person.language,
        now=now,
    )


def _way_out(what: Changed) -> tuple[str, str] | None:
    if what is Changed.ADDRESS:
        return None
    if what is Changed.RESET:
        return _("Sign in"), absolute("accounts.sign_in")
    return _("Choose a new password"), absolute("accounts.reset")


def _what_to_do(what: Changed) -> str:
    if what is Changed.ADDRESS:
        return str(_("If it was not you, tell us at once by answering this mail."))
    if what is Changed.RESET:
        return str(_("If you did not ask for this, tell us at once by answering this mail."))
    advice = _(
        "If it was you, there is nothing to do. If it was not, choose a new password at once, which signs everybody "
        "out, and tell us by answering this mail."
    )
    return str(advice)

"""What accounts write by e-mail, each in its reader's language. Names that strangers typed stay out of them."""

from datetime import datetime

from tracker.models import Person
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language
from tracker.plumbing.links import absolute
from tracker.plumbing.mail import Mail, queue


def verification(person: Person, token: str, *, now: datetime) -> None:
    with in_language(person.language):
        mail = Mail(
            subject=_("Please verify your e-mail address"),
            paragraphs=(
                _("You made an account with this e-mail address."),
                _("Verify the address before you submit an application. You can go on writing in the meantime."),
            ),
            button=(_("Verify e-mail address"), absolute("accounts.verify", token=token)),
            closing=(
                _("The button works for seven days."),
                _("Did you not make an account? Then do nothing; it cannot be used to apply."),
            ),
        )
    _to(person, mail, kind="verify", now=now, nameless=True)


def already_has_account(owner: Person, newcomer: Person, token: str, *, now: datetime) -> None:
    """To the owner of an address that was used to sign up again: perhaps by themself."""
    with in_language(owner.language):
        mail = Mail(
            subject=_("You have an account already"),
            paragraphs=(
                _("Somebody signed up with your e-mail address, which has an account already."),
                _(
                    "If it was you: what you have written since then can go over to your account. Afterwards, sign in "
                    "with the password you had, or choose a new one."
                ),
            ),
            button=(_("Bring it to my account"), absolute("accounts.verify", token=token)),
            closing=(_("If it was not you, do nothing. Nobody can get into your account this way."),),
        )
    _to(owner, mail, kind="already_has_account", now=now)


def reset(person: Person, token: str, *, now: datetime) -> None:
    with in_language(person.language):
        mail = Mail(
            subject=_("Choose a new password"),
            paragraphs=(_("Somebody asked for a new password for the account with this e-mail address."),),
            button=(_("Choose a new password"), absolute("accounts.reset_link", token=token)),
            closing=(
                _("The button works for two hours, once."),
                _("If it was not you, do nothing: your password stays as it is."),
            ),
        )
    _to(person, mail, kind="reset", now=now, nameless=person.email_verified_at is None)


def no_account(email: str, *, language: str, now: datetime) -> None:
    with in_language(language):
        mail = Mail(
            subject=_("There is no account with this address"),
            paragraphs=(
                _("Somebody asked for a new password for this e-mail address. There is no account with it here."),
                _("Perhaps you signed up with another address of yours?"),
            ),
            button=(_("Make an account"), absolute("accounts.sign_up")),
            closing=(_("If it was not you, do nothing."),),
        )
    queue(mail, kind="no_account", to_email=email, to_name="", to_id=None, language=language, now=now)


def new_address(person: Person, email: str, token: str, *, now: datetime) -> None:
    with in_language(person.language):
        mail = Mail(
            subject=_("Please confirm your new e-mail address"),
            paragraphs=(_("You asked to use this address for your account from now on."),),
            button=(_("Confirm e-mail address"), absolute("accounts.email_link", token=token)),
            closing=(_("The button works for a day. If it was not you, do nothing."),),
        )
    queue(mail, kind="new_address", to_email=email, to_name="", to_id=person.id, language=person.language, now=now)


def address_is_taken(owner: Person, *, now: datetime) -> None:
    with in_language(owner.language):
        mail = Mail(
            subject=_("You have an account already"),
            paragraphs=(
                _("Somebody, perhaps you, asked to use this e-mail address for another account. It has one already."),
            ),
            button=(_("Sign in"), absolute("accounts.sign_in")),
            closing=(_("If it was not you, do nothing. Nobody can get into your account this way."),),
        )
    _to(owner, mail, kind="address_is_taken", now=now)


def invitation(person: Person, token: str, *, by: Person, now: datetime) -> None:
    with in_language(person.language):
        mail = Mail(
            subject=_("Your invitation to work with applications"),
            paragraphs=(
                _("%(name)s invites you to the desk where applications are read and decided.", name=by.name),
                _("Choose a password to begin."),
            ),
            button=(_("Accept the invitation"), absolute("accounts.invite_link", token=token)),
            closing=(_("The button works for two weeks, once."),),
        )
    _to(person, mail, kind="invite", now=now, by=by)


def made_staff(person: Person, *, by: Person, now: datetime) -> None:
    with in_language(person.language):
        mail = Mail(
            subject=_("You can now work with applications"),
            paragraphs=(
                _("%(name)s invites you to the desk where applications are read and decided.", name=by.name),
                _("You sign in as you did before."),
            ),
            button=(_("Open the desk"), absolute("home.desk")),
        )
    _to(person, mail, kind="made_staff", now=now, by=by)


def _to(
    person: Person, mail: Mail, *, kind: str, now: datetime, by: Person | None = None, nameless: bool = False
) -> None:
    """Without the name until the address is proved: a stranger could have typed an offence, or bait, there."""
    queue(
        mail,
        kind=kind,
        to_email=person.email,
        to_name="" if nameless else person.name,
        to_id=person.id,
        language=person.language,
        now=now,
        by_id=by.id if by else None,
    )

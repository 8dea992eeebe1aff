"""What people type about themselves and about those they invite."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from markupsafe import Markup
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import Select

from tracker.accounts.passkeys import NAME as PASSKEY
from tracker.accounts.second_factor import REASON
from tracker.models import SiteRole
from tracker.rules.codes import LONGEST as CODE
from tracker.rules.limits import EMAIL, NAME
from tracker.rules.passwords import LONGEST
from tracker.web.forms import Form, options

PASSWORD_HINT = _("12 characters or more. A few words in a row make a good password.")
LANGUAGE_NAMES = options([("en", "English"), ("nl", "Nederlands")])
ROLE_NAMES = options(
    [
        (SiteRole.NONE.value, _("Staff: roles on positions and themes only")),
        (SiteRole.HR.value, _("HR officer")),
        (SiteRole.ADMIN.value, _("Administrator")),
    ]
)


@cache
def time_zones() -> list[Any]:
    """The zones people live in: Europe/Amsterdam and the like, and UTC."""
    regions = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/")
    zones = sorted(one for one in available_timezones() if one.startswith((*regions, "Indian/", "Pacific/")))
    return options((one, one.replace("_", " ")) for one in ("UTC", *zones))


class OfMany(Select):
    """A select of hundreds: an option is written once, and only the chosen one anew."""

    @classmethod
    def render_option(cls, choice: Any, **_: Any) -> Markup:  # type: ignore[override]  # the rest is not used
        if choice.selected:
            return super().render_option(choice)  # type: ignore[call-arg]  # its types lack it
        return cls._written(choice.value, choice.label)

    @staticmethod
    @cache
    def _written(value: str, label: str) -> Markup:
        return Markup('<option value="{}">{}</option>').format(value, label)


def email_field(label: Any = _("E-mail address"), autocomplete: str = "email") -> EmailField:
    return EmailField(
        label,
        validators=[DataRequired(_("Enter your e-mail address.")), Length(max=EMAIL)],
        render_kw={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"},
    )


def name_field() -> StringField:
    return StringField(
        _("Your name"),
        validators=[DataRequired(_("Enter your name.")), Length(max=NAME)],
        description=_("As you write it yourself, in any script."),
        render_kw={"autocomplete": "name"},
    )


def new_password_field(label: Any = _("Password")) -> PasswordField:
    return PasswordField(
        label,
        validators=[DataRequired(_("Choose a password.")), Length(max=LONGEST)],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


def current_password_field(label: Any = _("Your password")) -> PasswordField:
    return PasswordField(
        label,
        validators=[DataRequired(_("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )


class SignIn(Form):
    email = email_field(autocomplete="username")
    password = current_password_field(_("Password"))
    next = HiddenField()


class SignUp(Form):
    name = name_field()
    email = email_field()
    password = new_password_field()
    next = HiddenField()


class AskReset(Form):
    email = email_field()


class NewPassword(Form):
    password = new_password_field(_("New password"))


class Accept(Form):
    name = name_field()
    password = new_password_field()


class FirstAdministrator(Form):
    name = name_field()
    email = email_field(autocomplete="username")
    password = new_password_field()


class Details(Form):
    name = name_field()
    language = RadioField(_("Language"), choices=LANGUAGE_NAMES, validators=[DataRequired()])
    time_zone = SelectField(
        _("Time zone"),
        choices=time_zones,
        widget=OfMany(),
        description=_("Deadlines and other times are shown in this zone too."),
    )


class ChangeEmail(Form):
    email = email_field(_("New e-mail address"))


class ChangePassword(Form):
    current = current_password_field(_("Current password"))
    """Not there for who has no password yet."""
    password = new_password_field(_("New password"))


def code_field(label: Any, description: Any = "") -> StringField:
    return StringField(
        label,
        validators=[DataRequired(_("Enter the code.")), Length(max=CODE)],
        description=description,
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )


class ShowCode(Form):
    code = code_field(_("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))
    next = HiddenField()


class ConfirmApp(Form):
    code = code_field(_("Code that the app shows"))
    next = HiddenField()


class PasskeyShown(Form):
    """Filled in by the browser's script."""

    passkey = HiddenField()
    next = HiddenField()


class NewPasskey(Form):
    """Filled in by the browser's script, but for the name."""

    name = StringField(_("Name"), validators=[DataRequired(_("Enter a name.")), Length(max=PASSKEY)])
    passkey = HiddenField()
    next = HiddenField()


class Prove(Form):
    password = current_password_field()
    code = code_field(_("Code"), _("Six digits from your authenticator app, or one of your recovery codes."))
    passkey = HiddenField()


class NewHere(Form):
    name = name_field()
    email = email_field()


class ResetFactor(Form):
    reason = StringField(
        _("Reason"),
        validators=[DataRequired(_("Enter a reason.")), Length(max=REASON)],
        description=_("And how you made sure who asked: by phone, in person. It is kept."),
    )


class Invite(Form):
    name = StringField(_("Name"), validators=[DataRequired(_("Enter a name.")), Length(max=NAME)])
    email = EmailField(_("E-mail address"), validators=[DataRequired(_("Enter an e-mail address.")), Length(max=EMAIL)])
    role = RadioField(_("Role"), choices=ROLE_NAMES, default=SiteRole.NONE.value)


class ChangeRole(Form):
    role = RadioField(_("Role"), choices=ROLE_NAMES)
    is_staff = BooleanField(_("Works here: may open the desk"))

"""What staff fill in about a position, part by part."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.models import Funding, Position, PositionKind, PositionRole, Profile, Sight
from tracker.plumbing.i18n import language
from tracker.positions.parts import TEXTS, Part
from tracker.rules.countries import countries
from tracker.rules.deadlines import is_zone, on_the_wall
from tracker.rules.emails import looks_like_email
from tracker.rules.identifiers import is_ror
from tracker.web.forms import Form, options, within_reach

KINDS = [(PositionKind.PHD.value, _("PhD position")), (PositionKind.POSTDOC.value, _("Postdoc position"))]
PROFILES = [
    ("", _("Choose one")),
    (Profile.R1.value, _("R1 – first stage researcher, up to the PhD")),
    (Profile.R2.value, _("R2 – recognised researcher, with a PhD")),
    (Profile.R3.value, _("R3 – established researcher")),
    (Profile.R4.value, _("R4 – leading researcher")),
]
FUNDINGS = [
    ("", _("Choose one")),
    (Funding.ERC.value, "ERC"),
    (Funding.HORIZON.value, "Horizon Europe"),
    (Funding.MSCA.value, "MSCA"),
    (Funding.NWO.value, "NWO"),
    (Funding.ZONMW.value, "ZonMw"),
    (Funding.SCHOLARSHIP.value, _("Scholarship")),
    (Funding.OWN.value, _("Own funds")),
    (Funding.OTHER.value, _("Other funding")),
]
CONTRACTS = [("", _("Choose one")), ("temporary", _("Temporary")), ("permanent", _("Permanent"))]
ROLES = [
    (PositionRole.CHAIR.value, _("Chair")),
    (PositionRole.MEMBER.value, _("Member")),
    (PositionRole.OBSERVER.value, _("Observer")),
    (PositionRole.COORDINATOR.value, _("Coordinator")),
]
MARKDOWN = _("You can use Markdown: lists, links, headings.")
LONG = [Length(max=20_000)]


class Ticks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PartForm(Form):
    """One part; carries the version of the position that was on the screen."""

    version = HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        raw = str(self.version.data)
        return int(raw) if raw.isdecimal() and len(raw) < 10 else 0

    def fill(self, position: Position) -> None:
        """Put what is stored in the fields."""
        self.version.data = str(position.version)
        for field in self:
            if hasattr(position, field.short_name) and field.short_name != "version":
                self._put(field, getattr(position, field.short_name))
            name, _at, code = field.short_name.rpartition("_")
            if name in TEXTS and code in {"en", "nl"}:
                field.data = (getattr(position, name) or {}).get(code, "")

    def _put(self, field: Any, value: Any) -> None:
        field.data = value.value if hasattr(value, "value") else value

    @property
    def values(self) -> dict[str, Any]:
        """What the action writes: the position's own names."""
        values: dict[str, Any] = {}
        for field in self:
            name, _at, code = field.short_name.rpartition("_")
            if name in TEXTS and code in {"en", "nl"}:
                text = (field.data or "").replace("\r\n", "\n").strip()
                values.setdefault(name, {})
                if text:
                    values[name][code] = text
            elif field.short_name not in {"version", "csrf_token"}:
                values[field.short_name] = field.data.strip() if isinstance(field.data, str) else field.data
        return values


class BeginForm(Form):
    kind = RadioField(
        _("What kind of position is it?"), [InputRequired(_("Choose the kind of position."))], choices=options(KINDS)
    )
    title_en = StringField(_("Title in English"), [DataRequired(_("Give the position a title.")), Length(max=200)])
    title_nl = StringField(_("Title in Dutch"), [Length(max=200)])
    themes = Ticks(_("Themes"), choices=[])


class BasicsForm(PartForm):
    themes = Ticks(_("Themes"), choices=[])
    department = StringField(_("Department or unit"), [Length(max=200)])
    place = StringField(_("Place of work"), [Length(max=120)])
    country = SelectField(_("Country"))
    openings = IntegerField(
        _("How many people can be appointed"),
        [InputRequired(_("Say how many people can be appointed.")), NumberRange(1, 500, _("From 1 to 500."))],
    )
    profile = SelectField(_("Researcher profile"), choices=options(PROFILES))
    starts_on = DateField(_("Start date"), [Optional(), within_reach])

    def offer(self, themes: Iterable[tuple[str, str]]) -> None:
        self.themes.choices = options(themes)
        self.country.choices = options(countries(language()))

    def _put(self, field: Any, value: Any) -> None:
        field.data = [theme.id for theme in value] if field is self.themes else getattr(value, "value", value)


class TextsForm(PartForm):
    title_en = StringField(_("Title in English"), [DataRequired(_("Give the position a title.")), Length(max=200)])
    title_nl = StringField(_("Title in Dutch"), [Length(max=200)])
    summary_en = TextAreaField(_("In one or two sentences, in English"), [Length(max=400)])
    summary_nl = TextAreaField(_("In one or two sentences, in Dutch"), [Length(max=400)])
    description_en = TextAreaField(_("Description in English"), LONG, description=MARKDOWN)
    description_nl = TextAreaField(_("Description in Dutch"), LONG, description=MARKDOWN)
    requirements_en = TextAreaField(_("Required, in English"), LONG)
    requirements_nl = TextAreaField(_("Required, in Dutch"), LONG)
    desirable_en = TextAreaField(_("Desirable, in English"), LONG)
    desirable_nl = TextAreaField(_("Desirable, in Dutch"), LONG)


class ConditionsForm(PartForm):
    benefits_en = TextAreaField(_("Working conditions in English"), LONG, description=MARKDOWN)
    benefits_nl = TextAreaField(_("Working conditions in Dutch"), LONG, description=MARKDOWN)
    development_en = TextAreaField(_("Training and development, in English"), LONG)
    development_nl = TextAreaField(_("Training and development, in Dutch"), LONG)
    prospects_en = TextAreaField(_("Career prospects in English"), LONG)
    prospects_nl = TextAreaField(_("Career prospects in Dutch"), LONG)
    equal_opportunity_en = TextAreaField(_("Statement on equal opportunity, in English"), LONG)
    equal_opportunity_nl = TextAreaField(_("Statement on equal opportunity, in Dutch"), LONG)
    policy_url = URLField(
        _("Address of the rules for recruitment and employment"),
        [Optional(), Length(max=500)],
        description=_("A web address that begins with https://."),
    )

    def validate_policy_url(self, field: Any) -> None:
        _check_web_address(field.data)


class ContractForm(PartForm):
    salary_scale = StringField(_("Salary scale"), [Length(max=60)])
    salary_from = IntegerField(_("Salary from"), [Optional(), NumberRange(0, 100_000, _("An amount in euro."))])
    salary_to = IntegerField(_("Salary to"), [Optional(), NumberRange(0, 100_000, _("An amount in euro."))])
    fte = DecimalField(
        _("Size, as a part of full time"),
        [Optional(), NumberRange(0.1, 1, _("From 0.1 to 1.0."))],
        places=2,
        description=_("1.0 is full time."),
    )
    hours = IntegerField(_("Hours a week"), [Optional(), NumberRange(1, 60, _("From 1 to 60 hours."))])
    contract = SelectField(_("Type of contract"), choices=options(CONTRACTS))
    months = IntegerField(_("Length in months"), [Optional(), NumberRange(1, 240, _("From 1 to 240 months."))])
    funding = SelectField(_("Funded by"), choices=options(FUNDINGS))
    grant_number = StringField(_("Grant number"), [Length(max=80)])


class SupervisorForm(PlainForm):
    name = StringField(_("Name"), [Length(max=200)])
    title = StringField(_("Role or title"), [Length(max=200)])
    url = URLField(_("Web page"), [Optional(), Length(max=500)])

    def validate_url(self, field: Any) -> None:
        _check_web_address(field.data)


class PartnerForm(PlainForm):
    name = StringField(_("Institution"), [Length(max=200)])
    ror = StringField(_("ROR"), [Optional(), Length(max=40)])
    country = SelectField(_("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = options([("", ""), *countries(language())])

    def validate_ror(self, field: Any) -> None:
        if not is_ror(field.data.strip().removeprefix("https://ror.org/")):
            raise ValidationError(_("This is not a ROR identifier. One looks like 03yrm5c26."))


class PeopleForm(PartForm):
    supervisors = FieldList(FormField(SupervisorForm), label=_("Supervisors"), max_entries=30)
    partners = FieldList(FormField(PartnerForm), label=_("Joint partner institutions"), max_entries=30)
    contact_name = StringField(_("Contact person"), [Length(max=200)])
    contact_email = EmailField(_("E-mail address of the contact person"), [Optional(), Length(max=254)])

    def validate_contact_email(self, field: Any) -> None:
        if not looks_like_email(field.data.strip()):
            raise ValidationError(_("This is not an e-mail address."))

    def _put(self, field: Any, value: Any) -> None:
        if isinstance(field, FieldList):
            while field.entries:
                field.pop_entry()
            for row in value or ():
                field.append_entry(row)
        else:
            field.data = value

    @property
    def values(self) -> dict[str, Any]:
        """Rows without a name are no rows."""
        values = {
            "contact_name": self.contact_name.data or "",
            "contact_email": (self.contact_email.data or "").strip(),
        }
        return values | {
            name: [
                {key: _row_text(key, row.get(key)) for key in keys}
                for row in self[name].data
                if (row.get("name") or "").strip()
            ]
            for name, keys in (("supervisors", ("name", "title", "url")), ("partners", ("name", "ror", "country")))
        }

    def add_blank(self, name: str) -> None:
        if name in {"supervisors", "partners"} and len(self[name].entries) < 30:
            self[name].append_entry({})


class ProcedureForm(PartForm):
    procedure_en = TextAreaField(_("How the selection goes, in English"), LONG, description=MARKDOWN)
    procedure_nl = TextAreaField(_("How the selection goes, in Dutch"), LONG, description=MARKDOWN)
    opens_at = DateTimeLocalField(
        _("Opens"), [Optional(), within_reach], description=_("Leave empty to open at the moment of publication.")
    )
    closes_at = DateTimeLocalField(_("Deadline for applications"), [Optional(), within_reach])
    time_zone = StringField(_("Time zone of these times"), [DataRequired(_("Choose a time zone.")), Length(max=64)])
    decision_by = DateField(
        _("Applicants hear the outcome of the first round by"),
        [Optional(), within_reach],
        description=_("They see this date."),
    )
    letters_wanted = IntegerField(
        _("Letters of reference wanted"),
        [InputRequired(_("Say how many; 0 for none.")), NumberRange(0, 5, _("From 0 to 5."))],
    )

    def validate_time_zone(self, field: Any) -> None:
        if not is_zone(field.data.strip()):
            raise ValidationError(_("This is not a time zone. Choose one such as Europe/Amsterdam."))

    def fill(self, position: Position) -> None:
        super().fill(position)
        for field in (self.opens_at, self.closes_at):
            moment = getattr(position, field.short_name)
            field.data = on_the_wall(moment, position.time_zone).replace(second=0, microsecond=0) if moment else None


class SeatForm(Form):
    person = StringField(
        _("Name or e-mail address"), [DataRequired(_("Write a name or an e-mail address.")), Length(max=400)]
    )
    role = SelectField(_("Seat"), choices=options(ROLES), default=PositionRole.MEMBER.value)


class InviteForm(Form):
    name = StringField(_("Name"), [DataRequired(_("Write the name of the person.")), Length(max=200)])
    email = EmailField(_("E-mail address"), [DataRequired(_("Write the e-mail address.")), Length(max=254)])
    invited_role = SelectField(_("Seat"), choices=options(ROLES), default=PositionRole.MEMBER.value)


class CancelForm(Form):
    reason = TextAreaField(
        _("Why is the position cancelled?"),
        [DataRequired(_("Say why the position is cancelled. Applicants will read it.")), Length(max=2_000)],
    )


SIGHTS = [
    (Sight.ALL.value, _("All applications of the position")),
    (Sight.ASSIGNED.value, _("Only the applications they are asked to review")),
]

FORMS: dict[Part, type[PartForm]] = {
    Part.BASICS: BasicsForm,
    Part.TEXTS: TextsForm,
    Part.CONDITIONS: ConditionsForm,
    Part.CONTRACT: ContractForm,
    Part.PEOPLE: PeopleForm,
    Part.PROCEDURE: ProcedureForm,
}


def _check_web_address(raw: str | None) -> None:
    if raw and not raw.strip().startswith(("https://", "http://")):
        raise ValidationError(_("A web address begins with https://."))


def _row_text(key: str, raw: str | None) -> str:
    text = (raw or "").strip()
    return text.removeprefix("https://ror.org/") if key == "ror" else text

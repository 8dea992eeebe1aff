"""What the administrator fills in about a theme."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.models import Theme, ThemePrize, ThemeProject
from tracker.models.base import Words
from tracker.themes.actions import PrizeFacts, ProjectFacts, ThemeTexts
from tracker.web.forms import Form, SeenForm, options, within_reach

HUES = tuple(range(0, 360, 15))
SAME_NAME = _("Leave it empty where the English name is used in Dutch too.")


class ThemeForm(Form):
    name_en = StringField(_("Name in English"), [DataRequired(_("Give the theme a name in English.")), Length(max=120)])
    name_nl = StringField(_("Name in Dutch"), [DataRequired(_("Give the theme a name in Dutch.")), Length(max=120)])
    summary_en = TextAreaField(
        _("In one or two sentences, in English"), [DataRequired(_("Write the summary in English.")), Length(max=400)]
    )
    summary_nl = TextAreaField(
        _("In one or two sentences, in Dutch"), [DataRequired(_("Write the summary in Dutch.")), Length(max=400)]
    )
    research_en = TextAreaField(
        _("What it researches, in English"), [Length(max=20_000)], description=_("You can use Markdown.")
    )
    research_nl = TextAreaField(
        _("What it researches, in Dutch"), [Length(max=20_000)], description=_("You can use Markdown.")
    )
    hue = RadioField(_("Colour"), coerce=int, choices=options((hue, str(hue)) for hue in HUES), default=210)
    version = HiddenField(default="0")

    @classmethod
    def of(cls, theme: Theme) -> "ThemeForm":
        texts = by_language(theme, *TEXTS)
        return cls(formdata=None, data={**texts, "hue": theme.hue // 15 * 15 % 360, "version": str(theme.version)})

    @property
    def texts(self) -> ThemeTexts:
        return ThemeTexts(
            name=both(self, "name"), summary=both(self, "summary"), research=both(self, "research"), hue=self.hue.data
        )

    @property
    def seen_version(self) -> int:
        return int(seen) if (seen := str(self.version.data)).isdecimal() else 0


TEXTS = ("name", "summary", "research")


class ProjectForm(SeenForm):
    title_en = StringField(_("Title in English"), [DataRequired(_("Give the project a title.")), Length(max=300)])
    title_nl = StringField(_("Title in Dutch"), [Length(max=300)], description=SAME_NAME)
    summary_en = TextAreaField(_("Summary in English"), [Length(max=1_000)])
    summary_nl = TextAreaField(_("Summary in Dutch"), [Length(max=1_000)])
    leader = StringField(_("Led by"), [Length(max=200)])
    funder = StringField(_("Funded by"), [Length(max=120)])
    grant_number = StringField(_("Grant number"), [Length(max=80)])
    starts_on = DateField(_("Starts on"), [Optional(), within_reach])
    ends_on = DateField(_("Ends on"), [Optional(), within_reach])

    @classmethod
    def of(cls, project: ThemeProject | None) -> "ProjectForm":
        if project is None:
            return cls(formdata=None)
        return cls(formdata=None, obj=project, data=by_language(project, "title", "summary")).shown()

    @property
    def facts(self) -> ProjectFacts:
        return ProjectFacts(
            title=both(self, "title"),
            summary=both(self, "summary"),
            leader=self.leader.data or "",
            funder=self.funder.data or "",
            grant_number=self.grant_number.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class PrizeForm(SeenForm):
    year = IntegerField(
        _("Year"),
        [InputRequired(_("Give the year.")), NumberRange(1900, 2100, _("The year lies between 1900 and 2100."))],
    )
    title_en = StringField(_("Prize, in English"), [DataRequired(_("Name the prize.")), Length(max=300)])
    title_nl = StringField(_("Prize, in Dutch"), [Length(max=300)], description=SAME_NAME)
    winner = StringField(_("Winner"), [Length(max=200)])

    @classmethod
    def of(cls, prize: ThemePrize | None) -> "PrizeForm":
        if prize is None:
            return cls(formdata=None)
        return cls(formdata=None, obj=prize, data=by_language(prize, "title")).shown()

    @property
    def facts(self) -> PrizeFacts:
        return PrizeFacts(title=both(self, "title"), year=self.year.data or 0, winner=self.winner.data or "")


class CoordinatorForm(Form):
    person = StringField(
        _("Name or e-mail address"), [DataRequired(_("Write a name or an e-mail address.")), Length(max=400)]
    )


def by_language(thing: Any, *names: str) -> dict[str, str]:
    """Its texts as the fields of a form hold them."""
    return {f"{name}_{code}": getattr(thing, name).get(code, "") for name in names for code in ("en", "nl")}


def both(form: Any, name: str) -> Words:
    """The text in both languages, without those that are empty."""
    said = {code: (form[f"{name}_{code}"].data or "").replace("\r\n", "\n").strip() for code in ("en", "nl")}
    return {code: text for code, text in said.items() if text}

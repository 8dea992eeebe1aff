"""The small forms of the composer: a form's name, a section's words."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.forms.question_form import both_or_neither
from tracker.models import Words
from tracker.web.forms import Form, SeenForm


def _line(label: Any, message: Any, language: str) -> StringField:
    return StringField(label, [DataRequired(message), Length(max=200)], render_kw={"lang": language})


class NameForm(Form):
    name_en = _line(lazy_gettext("Name in English"), lazy_gettext("Give the form an English name."), "en")
    name_nl = _line(lazy_gettext("Name in Dutch"), lazy_gettext("Give the form a Dutch name."), "nl")

    @property
    def words(self) -> Words:
        return {"en": (self.name_en.data or "").strip(), "nl": (self.name_nl.data or "").strip()}


class RenameForm(NameForm, SeenForm):
    @classmethod
    def of(cls, name: Words) -> "RenameForm":
        return cls(formdata=None, name_en=name.get("en", ""), name_nl=name.get("nl", "")).shown()


class NewFormForm(NameForm):
    source = SelectField(lazy_gettext("Begin with"), validate_choice=True)


class SectionForm(Form):
    title_en = _line(lazy_gettext("Title in English"), lazy_gettext("Give the section an English title."), "en")
    title_nl = _line(lazy_gettext("Title in Dutch"), lazy_gettext("Give the section a Dutch title."), "nl")
    intro_en = TextAreaField(
        lazy_gettext("Introduction in English"),
        [both_or_neither("intro_nl"), Length(max=5000)],
        render_kw={"lang": "en"},
    )
    intro_nl = TextAreaField(
        lazy_gettext("Introduction in Dutch"),
        [both_or_neither("intro_en"), Length(max=5000)],
        render_kw={"lang": "nl"},
    )
    seen = HiddenField()

    def piece(self, key: str) -> dict[str, Any]:
        piece: dict[str, Any] = {"key": key, "title": self._pair("title")}
        intro = self._pair("intro")
        return piece | ({"intro": intro} if intro else {})

    def _pair(self, part: str) -> Words:
        words = {language: (self[f"{part}_{language}"].data or "").strip() for language in ("en", "nl")}
        return {language: text.replace("\r\n", "\n") for language, text in words.items() if text}

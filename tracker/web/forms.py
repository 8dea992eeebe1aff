"""The base of every form: CSRF, a limit on every text, a key that makes a second sending find the first."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Self

from babel.support import NullTranslations, Translations
from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FormField, HiddenField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # its types lack it
from wtforms.i18n import messages_path
from wtforms.validators import ValidationError

from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import language, spoken
from tracker.rules.limits import ESSAY, TextRefused, clean_text
from tracker.web.once import TokenAndKey


class Form(FlaskForm):  # type: ignore[misc]  # it has no types
    """Texts without a limit of their own hold 40,000 characters; NUL, lone surrogates and such are refused."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # it has no types
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a form posts; a body of JSON is none, whatever it holds."""
            if request.is_json and not isinstance(formdata, MultiDict | None):
                return MultiDict()
            return super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> NullTranslations:
            return _sentences_of_fields(language())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "csrf_token" in self:
            self.csrf_token.widget = TokenAndKey()

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for field in _texts_in(self):
            valid = self._text_is_welcome(field) and valid
        return valid

    def _text_is_welcome(self, field: Field) -> bool:
        limit = max((getattr(one, "max", 0) or 0 for one in field.validators), default=0)
        try:
            clean_text(field.data or "", maximum=max(limit, ESSAY))
        except TextRefused as refusal:
            field.errors = [*field.errors, spoken(refusal.sentence)]
            return False
        return True


@cache
def _sentences_of_fields(language: str) -> NullTranslations:
    """The library's own, read once a process; it would read the file with every request that has a form."""
    return Translations.load(messages_path(), [language], domain="wtforms")


class SeenForm(Form):
    """On something stored that has no version of its own: carries a mark of the values its reader was shown."""

    seen = HiddenField()

    def mark(self) -> str:
        values = {name: value for name, value in self.data.items() if name not in {"seen", "csrf_token"}}
        return hashlib.sha256(repr(sorted(values.items())).encode("utf-8", "surrogatepass")).hexdigest()[:20]

    def shown(self) -> Self:
        """This form, filled with what is stored, for its reader to change."""
        self.seen.data = self.mark()
        return self

    def is_behind(self, stored: "SeenForm") -> bool:
        """Whether somebody changed what is stored since; the next sending knows of it."""
        seen, self.seen.data = self.seen.data, stored.mark()
        return bool(seen != self.seen.data)


def _texts_in(fields: Iterable[Any]) -> Iterator[StringField]:
    """Every text of a form, those in repeated rows too."""
    for field in fields:
        if isinstance(field, FormField | FieldList):
            yield from _texts_in(field)
        elif isinstance(field, StringField):
            yield field


def within_reach(form: Any, field: Field) -> None:
    """A date that calendars and time zones can hold: from 1900 to 2199."""
    if field.data is not None and not 1900 <= field.data.year < 2200:
        raise ValidationError(_("This date is out of range."))


def options(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Values and their words, as a field of choices wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


__all__ = ["Form", "SeenForm", "ValidationError", "options", "within_reach"]

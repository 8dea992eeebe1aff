"""The editor of a template, and the filters of the outbox."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.models import MessageTemplate, Words
from tracker.plumbing.i18n import gettext as _
from tracker.rules.limits import LINE
from tracker.rules.placeholders import unknown_placeholders
from tracker.web.forms import Form, ValidationError

LONGEST = 10_000
NEEDED = DataRequired(lazy_gettext("Write this part."))


def known_placeholders(form: Form, field: Field) -> None:
    unknown = unknown_placeholders(field.data or "")
    if unknown:
        names = ", ".join("{" + name + "}" for name in unknown)
        raise ValidationError(
            _("Nothing can be filled in for %(names)s. Use only the placeholders of the list.", names=names)
        )


def _line(label: Any, language: str) -> StringField:
    return StringField(label, [NEEDED, Length(max=LINE), known_placeholders], render_kw={"lang": language})


def _text(label: Any, language: str) -> TextAreaField:
    return TextAreaField(
        label, [NEEDED, Length(max=LONGEST), known_placeholders], render_kw={"rows": 16, "lang": language}
    )


class WordingForm(Form):
    subject_en = _line(lazy_gettext("Subject in English"), "en")
    body_en = _text(lazy_gettext("Text in English"), "en")
    subject_nl = _line(lazy_gettext("Subject in Dutch"), "nl")
    body_nl = _text(lazy_gettext("Text in Dutch"), "nl")
    seen = HiddenField()

    @classmethod
    def of(cls, template: MessageTemplate) -> "WordingForm":
        """Filled from the template, unless something was sent."""
        return cls(
            subject_en=template.subject.get("en", ""),
            body_en=template.body.get("en", ""),
            subject_nl=template.subject.get("nl", ""),
            body_nl=template.body.get("nl", ""),
            seen=str(template.version),
        )

    @property
    def subject(self) -> Words:
        return {"en": _one_line(self.subject_en.data), "nl": _one_line(self.subject_nl.data)}

    @property
    def body(self) -> Words:
        return {"en": _lines(self.body_en.data), "nl": _lines(self.body_nl.data)}


class NewMessageForm(WordingForm):
    name = StringField(
        lazy_gettext("Name of the message"),
        [DataRequired(lazy_gettext("Give the message a name.")), Length(max=50)],
        description=lazy_gettext("Staff see it; candidates do not. For example: Second interview."),
    )


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip() + "\n"

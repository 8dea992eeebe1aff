"""The editor of one question: the fields that its type has, and each mistake by its field."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import spoken
from tracker.rules.forbidden_topics import forbidden_topic
from tracker.rules.form_content import LIMIT_RANGES, LIMITS_OF_TYPE, LONGEST_WORDS, mistakes_in
from tracker.rules.keys import free, key_of
from tracker.rules.question_names import limit_name
from tracker.rules.questions import QuestionType
from tracker.web.forms import Form, ValidationError

WITH_OPTIONS = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})
MOST_ROWS = 300
ORDER = ("words", "characters", "min", "max", "entries", "megabytes", "pages")


def both_or_neither(other: str) -> Any:
    """A text in one language needs the other, too."""

    def check(form: Form, field: Field) -> None:
        if not (field.data or "").strip() and (form[other].data or "").strip():
            raise ValidationError(_("Write this in both languages, or in neither."))

    return check


def may_be_asked(form: Form, field: Field) -> None:
    topic = forbidden_topic(field.data or "")
    if topic is not None:
        raise ValidationError(_("This cannot be asked: %(why)s", why=spoken(topic.why)))


def _words(label: Any, language: str, *checks: Any, rows: int = 2, hint: Any = "") -> TextAreaField:
    return TextAreaField(
        label, [*checks, Length(max=LONGEST_WORDS)], description=hint, render_kw={"rows": rows, "lang": language}
    )


class OptionRow(PlainForm):
    key = HiddenField()
    en = StringField(lazy_gettext("Answer in English"), [Length(max=300)], render_kw={"lang": "en"})
    nl = StringField(lazy_gettext("Answer in Dutch"), [Length(max=300)], render_kw={"lang": "nl"})

    @property
    def is_empty(self) -> bool:
        return not (self.en.data or "").strip() and not (self.nl.data or "").strip()


class QuestionForm(Form):
    """What every type has; `question_form` adds the limits and the list of answers of one type."""

    label_en = _words(
        lazy_gettext("Question in English"), "en", DataRequired(lazy_gettext("Write the question in English.")),
        may_be_asked,
    )  # fmt: skip
    label_nl = _words(
        lazy_gettext("Question in Dutch"), "nl", DataRequired(lazy_gettext("Write the question in Dutch.")),
        may_be_asked,
    )  # fmt: skip
    help_en = _words(lazy_gettext("Help in English"), "en", both_or_neither("help_nl"), may_be_asked, rows=3)
    help_nl = _words(lazy_gettext("Help in Dutch"), "nl", both_or_neither("help_en"), may_be_asked, rows=3)
    purpose_en = _words(lazy_gettext("Purpose in English"), "en", both_or_neither("purpose_nl"))
    purpose_nl = _words(lazy_gettext("Purpose in Dutch"), "nl", both_or_neither("purpose_en"))
    required = BooleanField(lazy_gettext("An answer is required"))
    hidden = BooleanField(
        lazy_gettext("Hidden from reviewers"), description=lazy_gettext("Only HR and the candidate see the answer.")
    )
    identifying = BooleanField(
        lazy_gettext("Gives away who the candidate is"),
        description=lazy_gettext("Reviewers do not see the answer while the stage is blind."),
    )
    seen = HiddenField()

    kind: QuestionType
    measures: tuple[str, ...]
    form_errors: list[str]

    def limits(self) -> list[Field]:
        return [self[f"limit_{measure}"] for measure in self.measures]

    def rows(self) -> list[OptionRow]:
        return [entry.form for entry in self["options"]] if self.kind in WITH_OPTIONS else []

    def piece(self, key: str | None, taken: set[str]) -> dict[str, Any]:
        """The question as the content of a form has it; its key is made of its words the first time."""
        label = _pair(self, "label")
        piece: dict[str, Any] = {
            "key": key or free(key_of(label.get("en", ""), "question"), taken),
            "type": self.kind.value,
            "label": label,
        }
        extra: dict[str, Any] = {
            "help": _pair(self, "help"),
            "purpose": _pair(self, "purpose"),
            "required": bool(self.required.data),
            "hidden": bool(self.hidden.data),
            "identifying": bool(self.identifying.data),
            "limit": {measure: _number(self[f"limit_{measure}"].data) for measure in self.measures},
            "options": self._options(),
        }
        extra["limit"] = {measure: value for measure, value in extra["limit"].items() if value is not None}
        return piece | {name: value for name, value in extra.items() if value}

    def _options(self) -> list[dict[str, Any]]:
        rows = [row for row in self.rows() if not row.is_empty]
        kept = {row.key.data for row in rows if row.key.data}
        options = []
        for row in rows:
            label = {"en": (row.en.data or "").strip(), "nl": (row.nl.data or "").strip()}
            key = row.key.data or free(key_of(label["en"], "answer"), kept)
            kept.add(key)
            options.append({"key": key, "label": label})
        return options

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        valid = self._limits_fit() and valid
        valid = self._options_fit() and valid
        if not valid:
            return False
        section = {"key": "one", "title": {"en": "-", "nl": "-"}, "questions": [self.piece(None, set())]}
        found = mistakes_in({"sections": [section]}, types=frozenset(QuestionType))
        self.form_errors = [spoken(sentence) for sentence in found]
        return not found

    def _limits_fit(self) -> bool:
        if not {"min", "max"} <= set(self.measures):
            return True
        low, high = self["limit_min"].data, self["limit_max"].data
        if low is not None and high is not None and low > high:
            self["limit_max"].errors = [_("The largest is smaller than the smallest.")]
            return False
        return True

    def _options_fit(self) -> bool:
        if self.kind not in WITH_OPTIONS:
            return True
        fits = True
        for row in self.rows():
            for mine, other in ((row.en, row.nl), (row.nl, row.en)):
                if (other.data or "").strip() and not (mine.data or "").strip():
                    mine.errors = [_("Write this answer in both languages.")]
                    fits = False
                topic = forbidden_topic(mine.data or "")
                if topic is not None:
                    mine.errors = [_("This cannot be asked: %(why)s", why=spoken(topic.why))]
                    fits = False
        if sum(not row.is_empty for row in self.rows()) < 2:
            self.option_error = _("Write at least two answers to choose from.")
            fits = False
        return fits

    option_error: str = ""


def question_form(kind: QuestionType, piece: Mapping[str, Any] | None = None, seen: int = 0) -> QuestionForm:
    """The editor for this type, filled from what was sent or else from the question."""
    allowed = LIMITS_OF_TYPE.get(kind.value, frozenset())
    stored = dict((piece or {}).get("limit") or {})
    measures = tuple(name for name in ORDER if name in allowed and (name != "entries" or "entries" in stored))
    fields: dict[str, Any] = {f"limit_{name}": _limit_field(name, kind) for name in measures}
    if kind in WITH_OPTIONS:
        fields["options"] = FieldList(FormField(OptionRow), max_entries=MOST_ROWS)
    form_class = type("QuestionFormOfType", (QuestionForm,), fields)
    form: QuestionForm = form_class(data=_filled(piece or {}, stored, kind) | {"seen": str(seen)})
    form.kind, form.measures, form.form_errors = kind, measures, []
    return form


def _limit_field(measure: str, kind: QuestionType) -> Field:
    least, most = LIMIT_RANGES[measure]
    words = lazy_gettext(limit_name(measure, kind).text)
    if measure in {"min", "max"} and kind is not QuestionType.NUMBER:
        least, most = 0, 100
    check = NumberRange(
        least, most, lazy_gettext("Choose a number from %(min)s to %(max)s.", min=int(least), max=int(most))
    )
    if kind is QuestionType.NUMBER:
        return DecimalField(words, [Optional(), check], places=None)
    return IntegerField(words, [Optional(), check])


def _filled(piece: Mapping[str, Any], limit: Mapping[str, Any], kind: QuestionType) -> dict[str, Any]:
    data: dict[str, Any] = {name: piece.get(name, False) for name in ("required", "hidden", "identifying")}
    for part in ("label", "help", "purpose"):
        words = piece.get(part) or {}
        data |= {f"{part}_{language}": words.get(language, "") for language in ("en", "nl")}
    data |= {f"limit_{measure}": value for measure, value in limit.items()}
    if kind in WITH_OPTIONS:
        rows = [{"key": one["key"], **one["label"]} for one in piece.get("options") or ()]
        data["options"] = rows or [{}, {}, {}]
    return data


def _pair(form: Form, part: str) -> dict[str, str]:
    words = {language: (form[f"{part}_{language}"].data or "").strip() for language in ("en", "nl")}
    return {language: text.replace("\r\n", "\n") for language, text in words.items() if text}


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)

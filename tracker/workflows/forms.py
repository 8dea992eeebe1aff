"""The editors of a workflow's name, of a stage and of a move."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.models import Asks, Stage, StageKind, Words, Workflow
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.rules.conditions import DESCRIBED
from tracker.rules.message_names import message_name
from tracker.rules.workflow_names import KIND_NAMES, MOVER_NAMES, REASON_NAMES, STYLE_NAMES
from tracker.web.forms import Form
from tracker.workflows.editing import MoveParts, StageFacts

NEEDED = DataRequired(lazy_gettext("Write this part."))


class Ticks(SelectMultipleField):
    """Several choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _line(label: Any, language: str, *checks: Any, most: int = 80) -> StringField:
    return StringField(label, [*checks, Length(max=most)], render_kw={"lang": language})


def _text(label: Any, language: str) -> TextAreaField:
    return TextAreaField(label, [Length(max=1000)], render_kw={"lang": language, "rows": 2})


class WorkflowForm(Form):
    name_en = _line(lazy_gettext("Name in English"), "en", NEEDED)
    name_nl = _line(lazy_gettext("Name in Dutch"), "nl", NEEDED)
    description_en = _text(lazy_gettext("What it is for, in English"), "en")
    description_nl = _text(lazy_gettext("What it is for, in Dutch"), "nl")
    seen = HiddenField()

    @property
    def name(self) -> Words:
        return pair(self, "name")

    @property
    def description(self) -> Words:
        return pair(self, "description")


class CopyForm(Form):
    name_en = _line(lazy_gettext("Name in English"), "en", NEEDED)
    name_nl = _line(lazy_gettext("Name in Dutch"), "nl", NEEDED)
    source = SelectField(lazy_gettext("Begin as"))


class StageForm(Form):
    kind = SelectField(
        lazy_gettext("Kind"), description=lazy_gettext("Reports count by kind, so that workflows can be compared.")
    )
    label_en = _line(lazy_gettext("For staff, in English"), "en", NEEDED)
    label_nl = _line(lazy_gettext("For staff, in Dutch"), "nl", NEEDED)
    applicant_label_en = _line(lazy_gettext("For the candidate, in English"), "en", NEEDED)
    applicant_label_nl = _line(lazy_gettext("For the candidate, in Dutch"), "nl", NEEDED)
    next_words_en = _text(lazy_gettext("What happens next, in English"), "en")
    next_words_nl = _text(lazy_gettext("What happens next, in Dutch"), "nl")
    takes_reviews = BooleanField(lazy_gettext("Reviews are written here"))
    reviews_wanted = IntegerField(
        lazy_gettext("Reviews wanted"),
        [InputRequired(lazy_gettext("Write a number; 0 for none.")), NumberRange(0, 20)],
    )
    is_blind = BooleanField(
        lazy_gettext("Blind"),
        description=lazy_gettext("Reviewers do not see who the candidate is, where the position asks for it."),
    )
    seen = HiddenField()

    @classmethod
    def of(cls, stage: Stage | None, *, seen: int) -> "StageForm":
        """Filled from the stage, unless something was sent."""
        parts = ("label", "applicant_label", "next_words")
        data: dict[str, Any] = {"seen": str(seen), "reviews_wanted": 0, "kind": StageKind.REVIEW.value}
        if stage is not None:
            words = {part: getattr(stage, part) for part in parts}
            data |= {f"{part}_{one}": text.get(one, "") for part, text in words.items() for one in ("en", "nl")}
            data |= {"kind": stage.kind.value, "is_blind": stage.is_blind}
            data |= {"takes_reviews": stage.takes_reviews, "reviews_wanted": stage.reviews_wanted}
        form = cls(data=data)
        form.kind.choices = [(kind.value, spoken(name)) for kind, name in KIND_NAMES.items()]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.reviews_wanted.data and not self.takes_reviews.data:
            self.reviews_wanted.errors = [_("Reviews can only be wanted where they are written.")]
            valid = False
        return _both_or_neither(self, "next_words") and valid

    @property
    def facts(self) -> StageFacts:
        return StageFacts(
            kind=StageKind(self.kind.data),
            label=pair(self, "label"),
            applicant_label=pair(self, "applicant_label"),
            next_words=pair(self, "next_words"),
            is_blind=bool(self.is_blind.data),
            takes_reviews=bool(self.takes_reviews.data),
            reviews_wanted=self.reviews_wanted.data or 0,
        )


class MoveForm(Form):
    label_en = _line(lazy_gettext("Words of the button, in English"), "en", NEEDED)
    label_nl = _line(lazy_gettext("Words of the button, in Dutch"), "nl", NEEDED)
    sources = Ticks(lazy_gettext("From"), [DataRequired(lazy_gettext("Choose at least one stage."))])
    target = SelectField(lazy_gettext("To"))
    style = SelectField(lazy_gettext("Leads"))
    by = Ticks(lazy_gettext("Who may make it"), [DataRequired(lazy_gettext("Choose who may make the move."))])
    conditions = Ticks(lazy_gettext("Only when"))
    asks_reason = SelectField(lazy_gettext("Asks for"))
    message_key = SelectField(lazy_gettext("Message to the candidate"))
    seen = HiddenField()

    @classmethod
    def of(cls, workflow: Workflow, parts: MoveParts | None, *, messages: list[str], start: str = "") -> "MoveForm":
        """Filled from the move, unless something was sent; `start` is the stage where a new one begins."""
        data: dict[str, Any] = {"seen": str(workflow.version), "sources": [start] if start else [], "by": ["hr"]}
        if parts is not None:
            data |= {
                "label_en": parts.label.get("en", ""),
                "label_nl": parts.label.get("nl", ""),
                "sources": list(parts.sources),
                "target": parts.target,
                "style": parts.style,
                "by": list(parts.by),
                "conditions": list(parts.conditions),
                "asks_reason": parts.asks_reason.value,
                "message_key": parts.message_key or "",
            }
        form = cls(data=data)
        stages = [(stage.key, said(stage.label)) for stage in workflow.stages]
        form.sources.choices = form.target.choices = stages
        form.style.choices = [(key, spoken(name)) for key, name in STYLE_NAMES.items()]
        form.by.choices = [(key, spoken(name)) for key, name in MOVER_NAMES.items()]
        form.conditions.choices = [(key, spoken(words)) for key, words in DESCRIBED.items()]
        form.asks_reason.choices = [(asks.value, spoken(name)) for asks, name in REASON_NAMES.items()]
        form.message_key.choices = [("", _("No message"))] + [(key, spoken(message_name(key))) for key in messages]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.target.data in (self.sources.data or []):
            self.target.errors = [_("A move leads to another stage than the one where it starts.")]
            valid = False
        return valid

    @property
    def parts(self) -> MoveParts:
        return MoveParts(
            sources=tuple(self.sources.data or ()),
            target=self.target.data,
            label=pair(self, "label"),
            by=tuple(self.by.data or ()),
            conditions=tuple(self.conditions.data or ()),
            asks_reason=Asks(self.asks_reason.data),
            message_key=self.message_key.data or None,
            style=self.style.data,
        )


def pair(form: Form, part: str) -> Words:
    """A text in both languages; a language left empty is left out."""
    words = {language: (form[f"{part}_{language}"].data or "").strip() for language in ("en", "nl")}
    return {language: text.replace("\r\n", "\n") for language, text in words.items() if text}


def _both_or_neither(form: Form, part: str) -> bool:
    words = pair(form, part)
    if len(words) != 1:
        return True
    missing = "nl" if "en" in words else "en"
    form[f"{part}_{missing}"].errors = [_("Write this in both languages, or in neither.")]
    return False

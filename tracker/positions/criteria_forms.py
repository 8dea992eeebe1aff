"""Criteria on a page: rows with a weight and a description of each level; for positions and for rubrics."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.models import Position, Rubric
from tracker.positions.forms import SIGHTS, PartForm
from tracker.positions.reasons import mark_of
from tracker.positions.rubrics import CriterionDraft, free_key
from tracker.web.forms import Form, options

MOST_CRITERIA = 20
LEVELS = (2, 10)


class AnchorForm(PlainForm):
    text_en = TextAreaField(_("In English"), [Length(max=1_000)])
    text_nl = TextAreaField(_("In Dutch"), [Length(max=1_000)])


class CriterionForm(PlainForm):
    key = HiddenField()
    label_en = StringField(_("Criterion in English"), [Length(max=120)])
    label_nl = StringField(_("Criterion in Dutch"), [Length(max=120)])
    weight = DecimalField(
        _("Weight"), [Optional(), NumberRange(0, 100, _("A weight lies between 0 and 100."))], places=None
    )
    help_en = TextAreaField(_("What to look at, in English"), [Length(max=1_000)])
    help_nl = TextAreaField(_("What to look at, in Dutch"), [Length(max=1_000)])
    anchors = FieldList(FormField(AnchorForm), max_entries=LEVELS[1])
    gone = BooleanField(_("Remove this criterion"))


def draft_of(row: dict[str, Any]) -> CriterionDraft | None:
    """The criterion of a row; None where the row is empty or to be removed."""
    label = _both(row, "label")
    if row.get("gone") or not label:
        return None
    anchors = tuple((score, _both(raw, "text")) for score, raw in enumerate(row.get("anchors") or (), start=1))
    return CriterionDraft(
        key=row.get("key") or "",
        label=label if "en" in label else {"en": label["nl"], **label},
        help=_both(row, "help"),
        weight=Decimal(row.get("weight") or 0),
        anchors=anchors,
    )


def row_of(criterion: Any, levels: int) -> dict[str, Any]:
    """The row of a stored criterion, of a position (a model) or of a rubric (JSON)."""
    get = criterion.get if isinstance(criterion, dict) else lambda name, otherwise=None: getattr(criterion, name)
    texts = {one["score"]: one.get("text", {}) for one in get("anchors", [])}
    return {
        "key": get("key"),
        "weight": _plain(Decimal(str(get("weight")))),
        **{
            f"{name}_{code}": (get(name, {}) or {}).get(code, "") for name in ("label", "help") for code in ("en", "nl")
        },
        "anchors": [
            {f"text_{code}": texts.get(score, {}).get(code, "") for code in ("en", "nl")}
            for score in range(1, levels + 1)
        ],
    }


def _plain(weight: Decimal) -> Decimal:
    """35, not 35.00; and 12.5 as it is."""
    return weight.quantize(Decimal(1)) if weight == weight.to_integral_value() else weight.normalize()


def _both(row: dict[str, Any], name: str) -> dict[str, str]:
    said = {code: (row.get(f"{name}_{code}") or "").replace("\r\n", "\n").strip() for code in ("en", "nl")}
    return {code: text for code, text in said.items() if text}


class CriteriaRows:
    """What a form with criteria can do; the field is made per class, since WTForms collects it from there."""

    criteria: Any

    @property
    def drafts(self) -> list[CriterionDraft]:
        return [draft for row in self.criteria.data if (draft := draft_of(row))]

    @property
    def total(self) -> Decimal:
        return _plain(sum((draft.weight for draft in self.drafts), Decimal(0)))

    def show(self, criteria: Sequence[Any], levels: int) -> None:
        while self.criteria.entries:
            self.criteria.pop_entry()
        for criterion in criteria:
            self.criteria.append_entry(row_of(criterion, levels))

    def add_blank(self, levels: int) -> None:
        if len(self.criteria.entries) < MOST_CRITERIA:
            self.criteria.append_entry({"anchors": [{} for _level in range(levels)]})


class SelectionForm(CriteriaRows, PartForm):
    form_version_id = SelectField(_("Form that candidates fill in"))
    workflow_id = SelectField(_("Workflow"))
    blind_first_round = BooleanField(
        _("The first round is blind"),
        description=_("Reviewers see a code instead of the name, until the workflow reveals it."),
    )
    members_see = RadioField(_("Members of the committee see"), choices=options(SIGHTS), default="all")
    rubric = SelectField(_("Start from a rubric"), validate_choice=False)
    scale_max = IntegerField(
        _("Highest score"), [InputRequired(_("Give the highest score.")), NumberRange(*LEVELS, _("From 2 to 10."))]
    )
    criteria = FieldList(FormField(CriterionForm), label=_("Criteria"), max_entries=MOST_CRITERIA)

    def fill(self, position: Position) -> None:
        for field in (self.form_version_id, self.workflow_id):
            field.data = getattr(position, field.short_name) or ""
        self.version.data = str(position.version)
        self.blind_first_round.data = position.blind_first_round
        self.members_see.data = position.members_see.value
        self.scale_max.data = position.scale_max
        self.show(position.criteria, position.scale_max)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "form_version_id": self.form_version_id.data or None,
            "workflow_id": self.workflow_id.data or None,
            "blind_first_round": self.blind_first_round.data,
            "members_see": self.members_see.data,
            "scale_max": self.scale_max.data,
            "criteria": self.drafts,
        }


class RubricForm(CriteriaRows, Form):
    version = HiddenField(default="0")
    name_en = StringField(_("Name in English"), [DataRequired(_("Give the rubric a name.")), Length(max=120)])
    name_nl = StringField(_("Name in Dutch"), [Length(max=120)])
    criteria = FieldList(FormField(CriterionForm), label=_("Criteria"), max_entries=MOST_CRITERIA)

    def fill(self, rubric: Rubric, levels: int) -> None:
        self.version.data = str(rubric.version)
        self.name_en.data, self.name_nl.data = rubric.name.get("en", ""), rubric.name.get("nl", "")
        self.show(rubric.criteria, levels)

    @property
    def name(self) -> dict[str, str]:
        return _both(self.data, "name")

    @property
    def seen_version(self) -> int:
        raw = str(self.version.data)
        return int(raw) if raw.isdecimal() and len(raw) < 10 else 0


class ReasonForm(PlainForm):
    key = HiddenField()
    label_en = StringField(_("What staff choose, in English"), [Length(max=120)])
    label_nl = StringField(_("What staff choose, in Dutch"), [Length(max=120)])
    applicant_en = TextAreaField(_("What the candidate reads, in English"), [Length(max=1_000)])
    applicant_nl = TextAreaField(_("What the candidate reads, in Dutch"), [Length(max=1_000)])
    rejected = BooleanField(_("for a rejection"))
    ineligible = BooleanField(_("for who does not meet a requirement"))
    explain = BooleanField(_("must be explained in a text"))
    gone = BooleanField(_("Remove this reason"))


class ReasonsForm(Form):
    seen = HiddenField()
    reasons = FieldList(FormField(ReasonForm), label=_("Reasons"), max_entries=60)

    def show(self, reasons: Sequence[dict[str, Any]]) -> None:
        self.seen.data = mark_of(reasons)
        for reason in reasons:
            self.reasons.append_entry(
                {
                    "key": reason["key"],
                    **{
                        f"{name}_{code}": reason[name].get(code, "")
                        for name in ("label", "applicant")
                        for code in ("en", "nl")
                    },
                    **{kind: kind in reason.get("kinds", ["rejected"]) for kind in ("rejected", "ineligible")},
                    "explain": reason.get("explain", False),
                }
            )

    @property
    def contents(self) -> list[dict[str, Any]]:
        used: set[str] = set()
        contents = []
        for row in self.reasons.data:
            label, applicant = _both(row, "label"), _both(row, "applicant")
            if row["gone"] or not label.get("en"):
                continue
            key = row["key"] if row["key"] and row["key"] not in used else free_key(label["en"], used)
            used.add(key)
            kinds = [kind for kind in ("rejected", "ineligible") if row[kind]] or ["rejected"]
            content = {"key": key, "label": label, "applicant": applicant, "kinds": kinds}
            contents.append(content | {"explain": True} if row["explain"] else content)
        return contents

"""Every type of question comes back as it was given, through the form and out again."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tracker.applications.answering import keepable
from tracker.applications.posted import raw_answer
from tracker.applications.shown import field_pairs
from tracker.rules.answers import ENTRY_FIELDS, INSTITUTION_FIELDS, AnswerRefused, EntryField, FieldKind
from tracker.rules.countries import COUNTRY_CODES
from tracker.rules.limits import TextRefused, clean_text
from tracker.rules.questions import Option, Question, QuestionType

OPTIONS = tuple(Option(key, {"en": key}) for key in ("one", "two", "three"))


def _is_kept(text: str) -> bool:
    try:
        return clean_text(text, multiline=False) == text != ""
    except TextRefused:
        return False


words = st.text(min_size=1, max_size=40).filter(_is_kept)
numbers = st.integers(0, 999) | st.integers(0, 99).map(lambda whole: whole + 0.5)
days = st.dates().filter(lambda day: 1900 <= day.year <= 2100).map(lambda day: day.isoformat())
months = days.map(lambda day: day[:7])
countries = st.sampled_from(sorted(COUNTRY_CODES))


def _field(field: EntryField) -> st.SearchStrategy[Any]:
    match field.kind:
        case FieldKind.MONTH:
            return months
        case FieldKind.DATE:
            return days
        case FieldKind.COUNTRY:
            return countries
        case FieldKind.NUMBER:
            return st.integers(int(field.least or 0), int(field.most or 0))
        case FieldKind.CHOICE:
            return st.sampled_from(field.option_keys)
        case FieldKind.BOOL:
            return st.just(True)
        case FieldKind.EMAIL:
            return st.sampled_from(["a@b.example", "half@"])
    return words.filter(lambda text: len(text) <= field.longest)


def _entry(fields: tuple[EntryField, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={one.key: _field(one) for one in fields}).filter(bool)


def _value(kind: QuestionType) -> st.SearchStrategy[Any]:
    if kind in ENTRY_FIELDS:
        return st.lists(_entry(ENTRY_FIELDS[kind]), min_size=1, max_size=3)
    match kind:
        case QuestionType.CHOICE:
            return st.sampled_from(["one", "two", "three"])
        case QuestionType.CHOICES:
            return st.sets(st.sampled_from(["one", "two", "three"]), min_size=1).map(
                lambda chosen: [one.key for one in OPTIONS if one.key in chosen]
            )
        case QuestionType.NUMBER:
            return numbers
        case QuestionType.DATE:
            return days
        case QuestionType.COUNTRY:
            return countries
        case QuestionType.INSTITUTION:
            return _entry(INSTITUTION_FIELDS)
        case QuestionType.STATEMENT:
            return st.just(True)
    return words


KINDS = [kind for kind in QuestionType if kind is not QuestionType.FILE]
questions = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(st.just(Question("asked", kind, {"en": "Asked"}, options=OPTIONS)), _value(kind))
)


def _posted(question: Question, shown: Any) -> Any:
    """The fields of the page, sent as they stand."""
    name = f"q-{question.key}"
    if isinstance(shown, dict):
        return raw_answer(question, MultiDict(list(shown.items())))
    values = shown if isinstance(shown, list) else [shown]
    return raw_answer(question, MultiDict([(name, str(one)) for one in values]))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(questions)
def test_an_answer_survives_its_form(asked: tuple[Question, Any]) -> None:
    question, value = asked
    kept = keepable(question, value).value
    again = keepable(question, _posted(question, field_pairs(question, kept)))
    assert (again.value, again.refused) == (kept, {})


@given(st.sampled_from(KINDS), st.lists(st.tuples(st.text(max_size=20), st.text(max_size=30)), max_size=8))
def test_no_posted_text_breaks_the_reading_of_a_form(kind: QuestionType, pairs: list[tuple[str, str]]) -> None:
    question = Question("asked", kind, {"en": "Asked"}, options=OPTIONS)
    names = [(f"q-asked{'-' if name else ''}{name}", text) for name, text in pairs]
    try:
        keepable(question, raw_answer(question, MultiDict(names)))
    except AnswerRefused:
        return

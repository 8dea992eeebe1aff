"""The answers a reader may see, section by section, as text and short tables; names taken out where they must be."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from tracker.applications.shown import answer_text, shown_field
from tracker.dossiers.timeline import Span, Timeline, month_of, span_of, timeline
from tracker.plumbing.i18n import language, spoken
from tracker.plumbing.moments import month
from tracker.rules.answers import ENTRY_FIELDS, EntryField, entry_rows, is_blank
from tracker.rules.countries import country_name
from tracker.rules.facets import BACKGROUND_TYPES, Facet, needed
from tracker.rules.questions import Form, Question, QuestionType
from tracker.rules.redaction import Names, redact

Clean = Callable[[str], str]
GIVES_AWAY: Final[Mapping[QuestionType, frozenset[str]]] = {
    QuestionType.PUBLICATIONS: frozenset({"doi"}),
    QuestionType.PRIZES: frozenset(),
}
"""Fields of an entry that name the candidate to anyone who looks them up; not shown to who may not know."""
PERIODS: Final = BACKGROUND_TYPES - {QuestionType.LANGUAGE_TESTS}


class AnswerView(NamedTuple):
    label: str
    text: str = ""
    href: str = ""
    entries: tuple[tuple[tuple[str, str], ...], ...] = ()
    """For answers in entries: label and text of each filled field."""
    is_long: bool = False


class SectionView(NamedTuple):
    key: str
    title: str
    answers: tuple[AnswerView, ...]


def sees(question: Question, seen: frozenset[Facet]) -> bool:
    return needed(question) <= seen


def cleaner(seen: frozenset[Facet], names: Names) -> Clean:
    """What texts go through before this reader sees them."""
    if Facet.IDENTITY in seen:
        return lambda text: text
    return cache(lambda text: redact(text, names))  # a degree stands in its section and on the line of time


def narrowed(form: Form, answers: Mapping[str, Any], seen: frozenset[Facet]) -> tuple[dict[str, Any], int]:
    """The answers that this reader may see, and how many more there are."""
    given = [one for one in form.questions if not is_blank(answers.get(one.key))]
    shown = {one.key: answers[one.key] for one in given if sees(one, seen)}
    return shown, len(given) - len(shown)


def sections(form: Form, answers: Mapping[str, Any], seen: frozenset[Facet], clean: Clean) -> tuple[SectionView, ...]:
    """Sections with at least one of these answers, which this reader may see."""
    here = language()
    found = (
        SectionView(
            section.key,
            section.said(here),
            tuple(
                _answer(question, answers[question.key], seen, clean, here)
                for question in section.questions
                if question.key in answers and question.type is not QuestionType.FILE
            ),
        )
        for section in form.sections
    )
    return tuple(section for section in found if section.answers)


def _answer(question: Question, value: Any, seen: frozenset[Facet], clean: Clean, language: str) -> AnswerView:
    label = question.said(language)
    if question.type in ENTRY_FIELDS:
        return AnswerView(label, entries=_entries(question.type, value, seen, clean, language))
    text = clean(answer_text(question, value, language))
    is_link = question.type is QuestionType.LINK and text.startswith(("https://", "http://"))
    href = text if is_link else f"https://orcid.org/{text}" if question.type is QuestionType.ORCID else ""
    return AnswerView(label, text, href=href, is_long=question.type is QuestionType.LONG_TEXT)


def _entries(
    kind: QuestionType, value: Any, seen: frozenset[Facet], clean: Clean, language: str
) -> tuple[tuple[tuple[str, str], ...], ...]:
    without = frozenset() if Facet.IDENTITY in seen else GIVES_AWAY.get(kind, frozenset())
    fields = [(field, label) for field, label in _labelled(kind, language) if field.key not in without]
    return tuple(
        tuple(
            (label, clean(text))
            for field, label in fields
            if (text := shown_field(field, entry.get(field.key), language))
        )
        for entry in _mappings(value)
    )


@cache
def _labelled(kind: QuestionType, language: str) -> tuple[tuple[EntryField, str], ...]:
    """The fields of an entry, each with its label in the reader's language, which is this one."""
    return tuple((field, spoken(field.label)) for field in ENTRY_FIELDS[kind])


def life(form: Form, answers: Mapping[str, Any], clean: Clean, today: date) -> Timeline:
    """Degrees, work and stays from every answer that holds them."""
    spans = [
        span
        for question in form.questions
        if question.key in answers and question.type in PERIODS
        for entry in _mappings(answers[question.key])
        if (span := span_of(question.type, entry)) is not None
    ]
    return timeline([_readable(span, clean) for span in spans], today)


def _readable(span: Span, clean: Clean) -> Span:
    here = language()
    return span._replace(
        title=clean(span.title),
        place=clean(span.place),
        country=country_name(span.country, here) if span.country else "",
        since=_month(span.start, here),
        until=_month(span.end, here),
    )


@lru_cache(4_096)
def _month(text: str, language: str) -> str:
    """Sep 2026, in the reader's language, which is this one; empty for no month."""
    months = month_of(text)
    return month(date(months // 12, months % 12 + 1, 1)) if months else ""


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def count_of(form: Form, answers: Mapping[str, Any], kind: QuestionType) -> int:
    """How many entries of this type there are."""
    return len(_entries_of(form, answers, kind))


def _entries_of(form: Form, answers: Mapping[str, Any], kind: QuestionType) -> list[Mapping[str, Any]]:
    asked = [one.key for one in form.questions if one.type is kind and one.key in answers]
    return [entry for key in asked for entry in _mappings(answers[key])]


def highest_degree(form: Form, answers: Mapping[str, Any], clean: Clean) -> str:
    """In one line; empty where there is none."""
    degrees = _entries_of(form, answers, QuestionType.DEGREES)
    if not degrees:
        return ""
    best = max(degrees, key=lambda entry: (str(entry.get("level", "")), str(entry.get("end", ""))))
    level = next((text for label, text in entry_rows(QuestionType.DEGREES, best, language(), speak=spoken)), "")
    return clean(", ".join(text for text in (level, str(best.get("field", ""))) if text))

"""Answers as pages show them: in words to read, and as the fields that would hold them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import render_template
from flask_babel import format_decimal, format_time
from markupsafe import Markup

from tracker.applications.asked import Asked
from tracker.applications.posted import date_parts, name_of
from tracker.plumbing.i18n import language, spoken
from tracker.rules.answers import (
    ENTRY_FIELDS,
    INSTITUTION_FIELDS,
    EntryField,
    FieldKind,
    number_text,
    plain,
    plain_field,
)
from tracker.rules.countries import countries
from tracker.rules.questions import Question, QuestionType

DATES = frozenset({FieldKind.DATE, FieldKind.MONTH})


def clock_time(moment: datetime) -> str:
    """12:04, in the reader's zone."""
    return str(format_time(moment, "HH:mm"))


def readable(question: Question, value: Any) -> str:
    """The answer in words, in the reader's language."""
    return answer_text(question, value, language())


def answer_text(question: Question, value: Any, language: str) -> str:
    """The same, in the reader's language, which is this one: whoever shows many answers asks for it once."""
    if question.type is QuestionType.DATE and isinstance(value, str):
        return _shown_date(value, language)
    return plain(question, value, language, speak=spoken)


@lru_cache(4_096)
def _shown_date(value: str, language: str) -> str:
    """1 September 2026, or September 2026; what is half typed stays as it is."""
    parts = value.split("-")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts):
        return value
    months = _month_names(language)
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{months.get(int(parts[1]), parts[1])} {parts[0]}"


def shown_field(field: EntryField, value: Any, language: str) -> str:
    """The same of one field of an entry."""
    if value is None:
        return ""
    if field.kind in DATES and isinstance(value, str):
        return _shown_date(value, language)
    return plain_field(field, value, language, speak=spoken)


def entry_facts(question: Question, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and words of each field that was filled in."""
    here = language()
    fields = ((field, shown_field(field, entry.get(field.key), here)) for field in ENTRY_FIELDS[question.type])
    return [(spoken(field.label), text) for field, text in fields if text]


def file_size(size: int) -> str:
    """1.2 MB: as candidates know it from their own device."""
    if size < 1000:
        return f"{size} B"
    unit, amount = ("MB", size / 1_000_000) if size >= 1_000_000 else ("kB", size / 1000)
    return f"{format_decimal(amount, format='0.#' if unit == 'MB' else '0')} {unit}"


def untouched(question: Question) -> Markup:
    """A question as everybody sees it before they answer it, drawn once for each language."""
    return _untouched(question, language())


@lru_cache(256)
def _untouched(question: Question, language: str) -> Markup:
    return Markup(render_template("applications/_untouched.html", one=Asked(question, None, 0)))  # noqa: S704 - a template escapes


@lru_cache
def _month_names(language: str) -> dict[int, str]:
    names: Mapping[int, str] = Locale.parse(language).months["stand-alone"]["wide"]
    return {number: str(names[number]) for number in range(1, 13)}


def month_options(chosen: object) -> Markup:
    """The months to choose from, which stand several times on a page, made once for each language."""
    return _with_chosen(_month_options(language()), chosen)


def country_options(chosen: object) -> Markup:
    """The same of countries."""
    return _with_chosen(_country_options(language()), chosen)


def _with_chosen(options: Markup, chosen: object) -> Markup:
    start = Markup('<option value="{}"').format(chosen)
    return options.replace(start, start + Markup(" selected"), 1)


@lru_cache
def _month_options(language: str) -> Markup:
    return _options(_month_names(language).items())


@lru_cache
def _country_options(language: str) -> Markup:
    return _options(countries(language))


def _options(pairs: Iterable[tuple[object, str]]) -> Markup:
    option = Markup('<option value="{}">{}</option>')
    return Markup("").join(option.format(value, label) for value, label in pairs)


def field_pairs(question: Question, value: Any) -> Any:
    """The value as the fields of its question hold it: a text, a list of texts, or texts by the names of fields."""
    name = name_of(question)
    if question.type in ENTRY_FIELDS:
        fields = ENTRY_FIELDS[question.type]
        rows = value if isinstance(value, list) else []
        return {
            key: text
            for number, entry in enumerate(rows)
            for field in fields
            for key, text in _field_pairs(f"{name}-{number}-{field.key}", field.kind, entry.get(field.key))
        }
    match question.type:
        case QuestionType.INSTITUTION:
            given = value or {}
            return {f"{name}-{field.key}": str(given.get(field.key, "")) for field in INSTITUTION_FIELDS}
        case QuestionType.DATE:
            return dict(_field_pairs(name, FieldKind.DATE, value))
        case QuestionType.CHOICES:
            return list(value or [])
        case QuestionType.STATEMENT:
            return ["yes"] if value else []
        case QuestionType.NUMBER:
            return number_text(value)
    return value or ""


def _field_pairs(name: str, kind: FieldKind, value: Any) -> Iterator[tuple[str, str]]:
    if kind in DATES:
        parts = date_parts(value)
        yield from ((f"{name}-{part}", parts.get(part, "")) for part in ("year", "month", "day"))
    elif value is True:
        yield name, "yes"
    elif isinstance(value, int | float):
        yield name, number_text(value)
    else:
        yield name, str(value or "")

"""Any answer as plain text: for search, CSV and the PDF of an application."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tracker.rules.answer_problems import is_blank
from tracker.rules.answer_values import number_text
from tracker.rules.countries import country_name
from tracker.rules.entry_fields import ENTRY_FIELDS, EntryField, FieldKind
from tracker.rules.questions import Question, QuestionType
from tracker.rules.sentences import Sentence, say
from tracker.rules.words import said

Speak = Callable[[Sentence], str]


def plain(question: Question, value: Any, language: str, *, speak: Speak = str) -> str:
    """The answer as a reader of that language reads it; entries one a line. `speak` translates sentences."""
    if is_blank(value) or question.type is QuestionType.FILE:
        return ""
    match question.type:
        case QuestionType.CHOICE:
            return _option(question, value, language)
        case QuestionType.CHOICES:
            return "; ".join(_option(question, key, language) for key in value)
        case QuestionType.COUNTRY:
            return country_name(value, language)
        case QuestionType.NUMBER:
            return number_text(value)
        case QuestionType.STATEMENT:
            return speak(say("Yes"))
        case QuestionType.INSTITUTION:
            return str(value.get("name", ""))
    if question.type in ENTRY_FIELDS:
        return "\n".join(plain_entry(question.type, entry, language, speak=speak) for entry in value)
    return str(value)


def plain_entry(kind: QuestionType, entry: Mapping[str, Any], language: str, *, speak: Speak = str) -> str:
    """One entry as one line, its filled fields in the order of the table."""
    return " · ".join(
        " ".join(text.split())
        for field in ENTRY_FIELDS[kind]
        if (text := plain_field(field, entry.get(field.key), language, speak=speak))
    )


def entry_rows(
    kind: QuestionType, entry: Mapping[str, Any], language: str, *, speak: Speak = str
) -> Iterator[tuple[Sentence, str]]:
    """Label and text of each filled field, as a dossier lists them."""
    for field in ENTRY_FIELDS[kind]:
        if text := plain_field(field, entry.get(field.key), language, speak=speak):
            yield field.label, text


def plain_field(field: EntryField, value: Any, language: str, *, speak: Speak = str) -> str:
    """The text of one field; empty when it was not filled in."""
    if is_blank(value):
        return ""
    match field.kind:
        case FieldKind.COUNTRY:
            return country_name(value, language)
        case FieldKind.NUMBER:
            return number_text(value)
        case FieldKind.CHOICE:
            return speak(field.option_label(value)) if value in field.option_keys else str(value)
        case FieldKind.BOOL:
            return speak(field.label)
    return str(value)


def _option(question: Question, key: str, language: str) -> str:
    option = question.option(key)
    return said(option.label, language) if option else key

"""What is kept of an answer: any posted value becomes one normal form, or is refused with a sentence.

The kept value is JSON: a text for texts, dates (2026-09-01), countries (NL), links and ORCID iDs; an option's key for
a choice and a list of keys for choices; a number; a bool for a statement; {"name", "ror"} for an institution; a list of
objects for everything that comes in entries. A file's answer is the document itself: its value is None.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from tracker.rules import limits
from tracker.rules.countries import is_country
from tracker.rules.emails import canonical_email, looks_like_email
from tracker.rules.entry_fields import ENTRY_FIELDS, INSTITUTION_FIELDS, EntryField, FieldKind
from tracker.rules.identifiers import orcid, ror
from tracker.rules.questions import Question, QuestionType
from tracker.rules.sentences import Sentence, say

_ENTRIES_KEPT: Final = 100
_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{4})")
_HALF_TYPED: Final = re.compile(r"\d{0,4}(-\d{0,2}){1,2}", re.ASCII)
_YEARS: Final = range(1900, 2101)
_BIGGEST_NUMBER: Final = 1e12
_TRUE: Final = frozenset({"1", "on", "true", "yes", "y", "ja"})
_FALSE: Final = frozenset({"", "0", "off", "false", "no", "n", "nee"})


class AnswerRefused(ValueError):
    """An answer that cannot be kept; for entries with the number of the entry, from 1, and the key of its field."""

    def __init__(self, sentence: Sentence, *, entry: int | None = None, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.entry = entry
        self.field = field


def normal(question: Question, raw: object) -> Any:
    """The value to keep, None for no answer; AnswerRefused when it can be no answer to this question.

    Half-typed links, iDs, addresses and dates (2026-09-) are kept as they are, so that autosave loses nothing:
    `problems` names them.
    """
    if question.type is QuestionType.FILE:
        return None
    if question.type in ENTRY_FIELDS:
        return _entries(question.type, raw) or None
    if question.type is QuestionType.INSTITUTION:
        given = {"name": raw} if isinstance(raw, str) else raw
        return _entry(INSTITUTION_FIELDS, given, number=None) or None
    if question.type is QuestionType.CHOICES:
        return _choices(question, raw) or None
    if question.type is QuestionType.STATEMENT:
        return _truth(raw) or None
    return _one(question, _text_of(raw))


def _one(question: Question, text: str) -> Any:
    if question.type is QuestionType.LONG_TEXT:
        return _clean(text, maximum=limits.ESSAY, multiline=True) or None
    line = _clean(text, maximum=limits.LINK if question.type is QuestionType.LINK else limits.PARAGRAPH)
    if not line:
        return None
    match question.type:
        case QuestionType.CHOICE:
            return _chosen(line, question.option_keys)
        case QuestionType.NUMBER:
            return _number(line)
        case QuestionType.DATE:
            return _date(line)
        case QuestionType.COUNTRY:
            return _country(line)
        case QuestionType.ORCID:
            return orcid(line) or line
    return line


def _entries(kind: QuestionType, raw: object) -> list[dict[str, Any]]:
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list):
        raise AnswerRefused(say("This answer is a list of entries."))
    if len(raw) > _ENTRIES_KEPT:
        raise AnswerRefused(say("At most %(most)s entries fit here.", most=_ENTRIES_KEPT))
    entries = (_entry(ENTRY_FIELDS[kind], each, number=number) for number, each in enumerate(raw, start=1))
    return [entry for entry in entries if entry]


def _entry(fields: tuple[EntryField, ...], raw: object, *, number: int | None) -> dict[str, Any]:
    """Only the fields that were filled in; nothing when none was."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise AnswerRefused(say("This entry cannot be read."), entry=number)
    entry: dict[str, Any] = {}
    for field in fields:
        try:
            value = _field_value(field, raw.get(field.key))
        except AnswerRefused as refused:
            raise AnswerRefused(refused.sentence, entry=number, field=field.key) from None
        if value not in (None, "", False):
            entry[field.key] = value
    return entry


def _field_value(field: EntryField, raw: object) -> Any:
    if field.kind is FieldKind.BOOL:
        return _truth(raw)
    text = _clean(_text_of(raw), maximum=field.longest, multiline=field.kind is FieldKind.LONG_TEXT)
    if not text:
        return None
    match field.kind:
        case FieldKind.MONTH:
            return _month(text)
        case FieldKind.DATE:
            return _date(text)
        case FieldKind.COUNTRY:
            return _country(text)
        case FieldKind.NUMBER:
            return _within(_number(text), field.least, field.most)
        case FieldKind.CHOICE:
            return _chosen(text, field.option_keys)
        case FieldKind.ORCID:
            return orcid(text) or text
        case FieldKind.ROR:
            return ror(text) or text
        case FieldKind.EMAIL:
            address = canonical_email(text)
            return address if looks_like_email(address) else text
    return text


def _text_of(raw: object) -> str:
    """What was posted as text; numbers from JSON count, anything else cannot be an answer."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return number_text(raw) if math.isfinite(raw) else str(raw)
    raise AnswerRefused(say("This answer cannot be read."))


def _clean(text: str, *, maximum: int, multiline: bool = False) -> str:
    try:
        return limits.clean_text(text, maximum=maximum, multiline=multiline)
    except limits.TextRefused as refused:
        raise AnswerRefused(refused.sentence) from None


def _choices(question: Question, raw: object) -> list[str]:
    """The chosen keys in the order of the form, each once."""
    if raw is None or raw == "":
        return []
    given = raw if isinstance(raw, list) else [raw]
    chosen = {_chosen(text, question.option_keys) for text in map(_text_of, given) if text}
    return [key for key in question.option_keys if key in chosen]


def _chosen(text: str, keys: Collection[str]) -> str:
    if text not in keys:
        raise AnswerRefused(say("Choose one of the answers that are offered."))
    return text


def _truth(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _text_of(raw).strip().casefold()
    if text not in _TRUE | _FALSE:
        raise AnswerRefused(say("Tick this or leave it empty."))
    return text in _TRUE


def _number(text: str) -> int | float:
    """Both 3.5 and 3,5 are three and a half."""
    compact = _plain_digits(text).replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("\u066b", ".")
    if not re.fullmatch(r"[-+\u2212]?\d{1,15}(?:[.,]\d{1,9})?", compact, re.ASCII):
        raise AnswerRefused(say("This is not a number. Write it with digits, for example 12 or 3.5."))
    value = float(compact.replace(",", ".").replace("\u2212", "-"))
    if not math.isfinite(value) or abs(value) > _BIGGEST_NUMBER:
        raise AnswerRefused(say("This number is too large."))
    return int(value) if value.is_integer() else value


def _within(value: float, least: float | None, most: float | None) -> float:
    if (least is not None and value < least) or (most is not None and value > most):
        raise AnswerRefused(
            say("Give a number between %(least)s and %(most)s.", least=number_text(least), most=number_text(most))
        )
    return value


def number_text(value: float | None) -> str:
    """Without the .0 of a whole number."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else str(value)


def is_half_typed(text: str) -> bool:
    """A date or month of which a part is not filled in yet, as 2026-- or -09."""
    return bool(_HALF_TYPED.fullmatch(text)) and "" in text.split("-")


def _plain_digits(text: str) -> str:
    """٣ and ３ are 3: people write the digits of their keyboard."""
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _date(text: str) -> str:
    if is_half_typed(text):
        return text
    try:
        day = date.fromisoformat(_plain_digits(text))
    except ValueError:
        raise AnswerRefused(say("Give the day, the month and the year, for example 1 September 2026.")) from None
    return _in_years(day).isoformat()


def _month(text: str) -> str:
    if is_half_typed(text):
        return text
    plain = _plain_digits(text)
    ordered, reversed_ = _MONTH.fullmatch(plain), _MONTH_FIRST.fullmatch(plain)
    year, month = ordered.groups() if ordered else tuple(reversed(reversed_.groups())) if reversed_ else ("", "")
    try:
        return _in_years(date(int(year), int(month), 1)).isoformat()[:7]
    except ValueError as wrong:
        if isinstance(wrong, AnswerRefused):
            raise
        raise AnswerRefused(say("Give the month and the year, for example September 2026.")) from None


def _in_years(day: date) -> date:
    if day.year not in _YEARS:
        raise AnswerRefused(say("Give a year between %(least)s and %(most)s.", least=_YEARS[0], most=_YEARS[-1]))
    return day


def _country(text: str) -> str:
    code = text.upper()
    if not is_country(code):
        raise AnswerRefused(say("Choose a country from the list."))
    return code

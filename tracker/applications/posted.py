"""From the fields of a posted form to the raw answer of a question, and back to the parts that fields show.

A question `cv` stands in a field named q-cv; an entry's field in q-degrees-0-level; a date in q-start-day, -month
and -year.
"""

import re
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from tracker.rules.answers import ENTRY_FIELDS, INSTITUTION_FIELDS, EntryField, FieldKind
from tracker.rules.questions import Question, QuestionType

Posted = MultiDict[str, str]
PARTS: Final = ("year", "month", "day")
_INDEX: Final = re.compile(r"(\d{1,4})-")


def name_of(question: Question) -> str:
    return f"q-{question.key}"


def raw_answer(question: Question, posted: Posted) -> Any:
    """What was typed, in the shape that rules.answers.normal reads."""
    name = name_of(question)
    if question.type in ENTRY_FIELDS:
        return raw_entries(question, posted)
    match question.type:
        case QuestionType.CHOICES:
            return posted.getlist(name)
        case QuestionType.DATE:
            return _date(name, posted, PARTS)
        case QuestionType.INSTITUTION:
            return {field.key: raw_field(f"{name}-{field.key}", field, posted) for field in INSTITUTION_FIELDS}
    return posted.get(name, "")


def raw_entries(question: Question, posted: Posted) -> list[dict[str, str]]:
    """The rows in the order of their numbers, blank ones too."""
    name, fields = name_of(question), ENTRY_FIELDS[question.type]
    return [
        {one.key: raw_field(f"{name}-{number}-{one.key}", one, posted) for one in fields}
        for number in row_numbers(question, posted)
    ]


def row_numbers(question: Question, posted: Posted) -> list[int]:
    """The numbers in the names; there are gaps where rows were removed on the page."""
    start = f"{name_of(question)}-"
    found = (_INDEX.match(name, len(start)) for name in posted if name.startswith(start))
    return sorted({int(match[1]) for match in found if match})


def raw_field(name: str, field: EntryField, posted: Posted) -> str:
    if field.kind is FieldKind.DATE:
        return _date(name, posted, PARTS)
    if field.kind is FieldKind.MONTH:
        return _date(name, posted, PARTS[:2])
    return posted.get(name, "")


def _date(name: str, posted: Posted, parts: tuple[str, ...]) -> str:
    """2026-09-01 from its parts, in any digits; what is half typed stays half typed, and empty is empty."""
    given = [_digits(posted.get(f"{name}-{part}", "")) for part in parts]
    return "-".join(given) if any(given) else posted.get(name, "")


def _digits(raw: str) -> str:
    text = raw.strip()
    if text.isdecimal():
        return str(int(text[:6])).zfill(2)
    return text.replace("-", " ")


def date_parts(value: object) -> dict[str, str]:
    """A kept or half-typed date as the three fields show it."""
    given = value.split("-") if isinstance(value, str) else []
    return {part: text.lstrip("0") if part != "year" else text for part, text in zip(PARTS, given, strict=False)}


def without_row(question: Question, posted: Posted, number: int) -> Posted:
    """The form as if the row with this number had not been there."""
    gone = f"{name_of(question)}-{number}-"
    return MultiDict([(name, value) for name, value in posted.items(multi=True) if not name.startswith(gone)])


def seen_version(question: Question, posted: Posted) -> int:
    """The version that the page showed; zero where it says none or nonsense."""
    raw = posted.get(f"version-{question.key}", "0")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else 0


def is_posted(question: Question, posted: Posted) -> bool:
    """Whether the form that was sent had this question on it: an unticked box alone sends nothing."""
    return f"version-{question.key}" in posted

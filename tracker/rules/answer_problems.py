"""What still has to be mended in an answer: shown by its field while writing, and all together at submit."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tracker.rules.answer_values import is_half_typed, number_text
from tracker.rules.emails import looks_like_email
from tracker.rules.entry_fields import (
    ENTRY_FIELDS,
    INSTITUTION_FIELDS,
    TEST_PARTS,
    TEST_SCORES,
    EntryField,
    FieldKind,
)
from tracker.rules.identifiers import is_orcid, is_ror
from tracker.rules.questions import Form, Question, QuestionType
from tracker.rules.sentences import Sentence, say
from tracker.rules.word_count import character_count, word_count

HOLDERS: Final = (str, list, dict)
"""Types of values that can be there and hold nothing."""
_NOT_ORCID: Final = say("This is not an ORCID iD: the last character does not fit the others. Please check it.")
_HALF_DATE: Final = say("Give the day, the month and the year, for example 1 September 2026.")
_HALF_MONTH: Final = say("Give the month and the year, for example September 2026.")
_NOT_LINK: Final = say("This is not a link. It starts with https:// and has no spaces.")


def is_blank(value: object) -> bool:
    """Whether nothing has been answered; zero is an answer."""
    return value is None or value is False or (isinstance(value, HOLDERS) and not value)


def problems(question: Question, value: object, *, has_file: bool = False) -> list[Sentence]:
    """What is wrong with a normal value; empty when it can be submitted."""
    if question.type is QuestionType.FILE:
        return [say("Add this document.")] if question.required and not has_file else []
    if is_blank(value):
        return [_wanted(question)] if question.required else []
    return list(_problems(question, value))


def missing(form: Form, answers: Mapping[str, object], files: Collection[str]) -> list[tuple[Question, Sentence]]:
    """Every problem of the whole form in its order; `files` are the keys of questions that have their document."""
    return [
        (question, sentence)
        for question in form.questions
        for sentence in problems(question, answers.get(question.key), has_file=question.key in files)
    ]


def is_link(text: str) -> bool:
    """An address on the web, without a name and password in it."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = not any(character.isspace() for character in text) and "@" not in parts.netloc
    return plain and parts.scheme in {"http", "https"} and "." in host.strip(".")


def _wanted(question: Question) -> Sentence:
    match question.type:
        case QuestionType.STATEMENT:
            return say("Please read this and tick it.")
        case QuestionType.CHOICE | QuestionType.CHOICES | QuestionType.COUNTRY:
            return say("Please choose an answer.")
    if question.type in ENTRY_FIELDS:
        return say("Please add at least one entry.")
    return say("Please answer this question.")


def _problems(question: Question, value: Any) -> Iterator[Sentence]:
    match question.type:
        case QuestionType.SHORT_TEXT | QuestionType.LONG_TEXT:
            yield from _length_problems(question, value)
        case QuestionType.NUMBER:
            yield from _range_problems(value, question.limit.min, question.limit.max)
        case QuestionType.LINK if not is_link(value):
            yield _NOT_LINK
        case QuestionType.ORCID if not is_orcid(value):
            yield _NOT_ORCID
        case QuestionType.DATE if is_half_typed(value):
            yield _HALF_DATE
        case QuestionType.CHOICES:
            yield from _count_problems(question, len(value))
        case QuestionType.INSTITUTION:
            yield from _entry_problems(INSTITUTION_FIELDS, value, number=None)
    if question.type in ENTRY_FIELDS:
        yield from _count_problems(question, len(value))
        for number, entry in enumerate(value, start=1):
            yield from _entry_problems(ENTRY_FIELDS[question.type], entry, number=number)
            yield from _whole_entry_problems(question.type, entry, number)
        if question.type is QuestionType.REFEREES:
            yield from _same_referees(value)


def _length_problems(question: Question, text: str) -> Iterator[Sentence]:
    words, characters = question.limit.words, question.limit.characters
    if words is not None and (count := word_count(text)) > words:
        yield say("This has %(count)s words, at most %(most)s are asked.", count=count, most=words)
    if characters is not None and (count := character_count(text)) > characters:
        yield say("This has %(count)s characters, at most %(most)s are asked.", count=count, most=characters)


def _range_problems(value: float, least: float | None, most: float | None) -> Iterator[Sentence]:
    if least is not None and value < least:
        yield say("This must be %(least)s or more.", least=number_text(least))
    if most is not None and value > most:
        yield say("This must be %(most)s or less.", most=number_text(most))


def _count_problems(question: Question, count: int) -> Iterator[Sentence]:
    ceilings = [limit for limit in (question.limit.entries, question.limit.max) if limit is not None]
    if ceilings and count > min(ceilings):
        yield say("These are %(count)s, at most %(most)s are asked.", count=count, most=number_text(min(ceilings)))
    if question.limit.min is not None and count < question.limit.min:
        yield say(
            "These are %(count)s, at least %(least)s are asked.", count=count, least=number_text(question.limit.min)
        )


def _entry_problems(
    fields: tuple[EntryField, ...], entry: Mapping[str, Any], *, number: int | None
) -> Iterator[Sentence]:
    for field in fields:
        value = entry.get(field.key)
        wrong = _field_problem(field, value)
        if wrong is None:
            continue
        if number is None:
            yield say("“%(field)s”: %(problem)s", field=field.label, problem=wrong)
        else:
            yield say("Entry %(number)s, “%(field)s”: %(problem)s", number=number, field=field.label, problem=wrong)


def _field_problem(field: EntryField, value: Any) -> Sentence | None:
    if is_blank(value):
        return say("please fill this in.") if field.required else None
    match field.kind:
        case FieldKind.ORCID if not is_orcid(value):
            return _NOT_ORCID
        case FieldKind.ROR if not is_ror(value):
            return say("this is not a ROR identifier. Leave it empty if you are not sure.")
        case FieldKind.EMAIL if not looks_like_email(value):
            return say("this is not an e-mail address.")
        case FieldKind.URL if not is_link(value):
            return _NOT_LINK
        case FieldKind.MONTH if is_half_typed(value):
            return _HALF_MONTH
        case FieldKind.DATE if is_half_typed(value):
            return _HALF_DATE
    return None


def _whole_entry_problems(kind: QuestionType, entry: Mapping[str, Any], number: int) -> Iterator[Sentence]:
    start, end = entry.get("start"), entry.get("end")
    if start and end and not is_half_typed(start) and not is_half_typed(end) and end < start:
        yield say("Entry %(number)s ends before it starts.", number=number)
    if kind is QuestionType.LANGUAGE_TESTS:
        yield from _test_problems(entry, number)


def _test_problems(entry: Mapping[str, Any], number: int) -> Iterator[Sentence]:
    scales = TEST_SCORES.get(entry.get("test", ""))
    if scales is None:
        return
    if "overall" not in entry or "date" not in entry:
        yield say("Entry %(number)s needs the overall score and the date of the test.", number=number)
    for key in ("overall", *TEST_PARTS):
        least, most = scales[0] if key == "overall" else scales[1]
        if key in entry and not least <= entry[key] <= most:
            yield say(
                "Entry %(number)s has a score that this test does not give: it runs from %(least)s to %(most)s.",
                number=number, least=number_text(least), most=number_text(most),
            )  # fmt: skip


def _same_referees(entries: list[dict[str, Any]]) -> Iterator[Sentence]:
    addresses = [entry["email"] for entry in entries if entry.get("email")]
    if len(set(addresses)) < len(addresses):
        yield say("Two referees have the same e-mail address. Each needs their own.")

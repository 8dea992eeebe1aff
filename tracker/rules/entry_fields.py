"""The fields of the answers that come in entries: one table for the web form, the checks, the dossier and exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from tracker.rules import limits
from tracker.rules.questions import QuestionType
from tracker.rules.sentences import Sentence, say


class FieldKind(StrEnum):
    """What one field of an entry holds; a month is kept as 2026-09, a date as 2026-09-01."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    MONTH = "month"
    DATE = "date"
    COUNTRY = "country"
    NUMBER = "number"
    CHOICE = "choice"
    BOOL = "bool"
    ORCID = "orcid"
    ROR = "ror"
    EMAIL = "email"
    URL = "url"


@dataclass(frozen=True)
class EntryField:
    """One field; `least` and `most` bound a number, `longest` counts the characters of a text."""

    key: str
    kind: FieldKind
    label: Sentence
    required: bool = False
    options: tuple[tuple[str, Sentence], ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int = limits.LINE
    hint: Sentence | None = None

    @cached_property
    def option_keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.options)

    def option_label(self, key: str) -> Sentence:
        """KeyError for a choice that the table does not have."""
        return dict(self.options)[key]


_YEARS: Final = (1950.0, 2100.0)

LANGUAGE_NAMES: Final = (("en", say("English")), ("nl", say("Dutch")))

_DEGREES: Final = (
    EntryField(
        "level", FieldKind.CHOICE, say("Level"), required=True,
        options=(
            ("6", say("Bachelor’s or equivalent")),
            ("7", say("Master’s or equivalent")),
            ("8", say("Doctorate or equivalent")),
        ),
    ),
    EntryField("field", FieldKind.TEXT, say("Field of study"), required=True),
    EntryField("institution", FieldKind.TEXT, say("Institution"), required=True),
    EntryField("ror", FieldKind.ROR, say("ROR of the institution"), longest=60, hint=say("Only if you know it.")),
    EntryField("country", FieldKind.COUNTRY, say("Country"), required=True),
    EntryField("start", FieldKind.MONTH, say("Started"), required=True),
    EntryField("end", FieldKind.MONTH, say("Awarded or expected"), required=True),
    EntryField("expected", FieldKind.BOOL, say("Not awarded yet: this is the month I expect it")),
    EntryField(
        "grade_raw", FieldKind.TEXT, say("Final grade"), longest=40,
        hint=say("As on your transcript. Nothing is converted."),
    ),
    EntryField("grade_best", FieldKind.TEXT, say("Best grade of that scale"), longest=40),
    EntryField("grade_worst", FieldKind.TEXT, say("Lowest grade of that scale"), longest=40),
    EntryField("grade_pass", FieldKind.TEXT, say("Pass mark of that scale"), longest=40),
)  # fmt: skip

_WORK: Final = (
    EntryField(
        "kind", FieldKind.CHOICE, say("Kind"), required=True,
        options=(
            ("work", say("Work")),
            ("study", say("Study")),
            ("stay", say("Residence or research stay")),
            ("other", say("Something else, such as care or national service")),
        ),
    ),
    EntryField("title", FieldKind.TEXT, say("Role or activity"), required=True),
    EntryField("organisation", FieldKind.TEXT, say("Organisation")),
    EntryField("country", FieldKind.COUNTRY, say("Country you were in"), required=True),
    EntryField("start", FieldKind.MONTH, say("From"), required=True),
    EntryField("end", FieldKind.MONTH, say("Until"), hint=say("Leave it empty if it still goes on.")),
    EntryField("description", FieldKind.LONG_TEXT, say("In a few words"), longest=limits.PARAGRAPH),
)  # fmt: skip

_LANGUAGE_TESTS: Final = (
    EntryField(
        "test", FieldKind.CHOICE, say("Test"), required=True,
        options=(
            ("ielts", say("IELTS Academic")),
            ("toefl_ibt", say("TOEFL iBT")),
            ("cae", say("Cambridge C1 Advanced or C2 Proficiency")),
            ("other", say("Another test")),
            ("native", say("No test: native speaker, or studied or worked in English")),
        ),
    ),
    EntryField("overall", FieldKind.NUMBER, say("Overall score"), least=0, most=1000),
    EntryField("listening", FieldKind.NUMBER, say("Listening"), least=0, most=1000),
    EntryField("reading", FieldKind.NUMBER, say("Reading"), least=0, most=1000),
    EntryField("writing", FieldKind.NUMBER, say("Writing"), least=0, most=1000),
    EntryField("speaking", FieldKind.NUMBER, say("Speaking"), least=0, most=1000),
    EntryField("date", FieldKind.DATE, say("Date of the test")),
    EntryField(
        "description", FieldKind.TEXT, say("Which test, or where you studied or worked in English"),
        longest=limits.LINE,
    ),
)  # fmt: skip

_PUBLICATIONS: Final = (
    EntryField("title", FieldKind.TEXT, say("Title"), required=True, longest=500),
    EntryField("authors", FieldKind.TEXT, say("Authors"), required=True, longest=2_000),
    EntryField("year", FieldKind.NUMBER, say("Year"), required=True, least=_YEARS[0], most=_YEARS[1]),
    EntryField("venue", FieldKind.TEXT, say("Journal, conference or archive"), required=True),
    EntryField("doi", FieldKind.TEXT, say("DOI"), hint=say("For example 10.1234/abcd.")),
    EntryField("role", FieldKind.TEXT, say("What you contributed")),
)

_PRIZES: Final = (
    EntryField(
        "kind", FieldKind.CHOICE, say("Kind"), required=True,
        options=(
            ("prize", say("Prize")),
            ("grant", say("Grant")),
            ("scholarship", say("Scholarship")),
        ),
    ),
    EntryField("title", FieldKind.TEXT, say("Name"), required=True),
    EntryField("organisation", FieldKind.TEXT, say("Given by"), required=True),
    EntryField("year", FieldKind.NUMBER, say("Year"), required=True, least=_YEARS[0], most=_YEARS[1]),
    EntryField("amount", FieldKind.TEXT, say("Amount"), longest=60, hint=say("With its currency, if there was one.")),
)  # fmt: skip

_REFEREES: Final = (
    EntryField("name", FieldKind.TEXT, say("Name"), required=True, longest=limits.NAME),
    EntryField("email", FieldKind.EMAIL, say("E-mail address"), required=True, longest=limits.EMAIL),
    EntryField("organisation", FieldKind.TEXT, say("Organisation"), required=True),
    EntryField("relation", FieldKind.TEXT, say("How they know your work"), required=True),
    EntryField(
        "language", FieldKind.CHOICE, say("Language in which we write to them"),
        options=LANGUAGE_NAMES, hint=say("English where you choose none."),
    ),
)  # fmt: skip

_INSTITUTION: Final = (
    EntryField("name", FieldKind.TEXT, say("Institution"), required=True),
    EntryField("ror", FieldKind.ROR, say("ROR of the institution"), longest=60, hint=say("Only if you know it.")),
)

ENTRY_FIELDS: Final[Mapping[QuestionType, tuple[EntryField, ...]]] = {
    QuestionType.DEGREES: _DEGREES,
    QuestionType.WORK: _WORK,
    QuestionType.LANGUAGE_TESTS: _LANGUAGE_TESTS,
    QuestionType.PUBLICATIONS: _PUBLICATIONS,
    QuestionType.PRIZES: _PRIZES,
    QuestionType.REFEREES: _REFEREES,
}

INSTITUTION_FIELDS: Final = _INSTITUTION

TEST_SCORES: Final[Mapping[str, tuple[tuple[float, float], tuple[float, float]]]] = {
    "ielts": ((0, 9), (0, 9)),
    "toefl_ibt": ((0, 120), (0, 30)),
    "cae": ((80, 230), (80, 230)),
}
"""Per test the range of the overall score and of each part."""

TEST_PARTS: Final = ("listening", "reading", "writing", "speaking")


def entry_field(kind: QuestionType, key: str) -> EntryField:
    """KeyError when entries of that type have no such field."""
    return {field.key: field for field in ENTRY_FIELDS[kind]}[key]

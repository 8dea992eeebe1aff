"""What the types of questions and their limits are called, in HR's composer."""

from collections.abc import Mapping
from typing import Final

from tracker.rules.questions import QuestionType
from tracker.rules.sentences import Sentence, say

T = QuestionType

TYPE_NAMES: Final[Mapping[QuestionType, Sentence]] = {
    T.SHORT_TEXT: say("Short text"),
    T.LONG_TEXT: say("Long text"),
    T.CHOICE: say("Choose one"),
    T.CHOICES: say("Choose several"),
    T.NUMBER: say("Number"),
    T.DATE: say("Date"),
    T.COUNTRY: say("Country"),
    T.INSTITUTION: say("Institution"),
    T.LINK: say("Web address"),
    T.ORCID: say("ORCID iD"),
    T.DEGREES: say("Degrees"),
    T.WORK: say("Work and residence"),
    T.LANGUAGE_TESTS: say("Language tests"),
    T.PUBLICATIONS: say("Publications"),
    T.PRIZES: say("Prizes and grants"),
    T.FILE: say("Document"),
    T.STATEMENT: say("Statement to accept"),
    T.REFEREES: say("Referees"),
}

TYPE_HINTS: Final[Mapping[QuestionType, Sentence]] = {
    T.SHORT_TEXT: say("One line, such as a title"),
    T.LONG_TEXT: say("Paragraphs, with a limit that counts live"),
    T.CHOICE: say("One answer out of a list"),
    T.CHOICES: say("Any number out of a list"),
    T.NUMBER: say("With a smallest and a largest value"),
    T.DATE: say("Day, month and year"),
    T.COUNTRY: say("Out of all countries, named in the reader’s language"),
    T.INSTITUTION: say("A name, with its ROR where it has one"),
    T.LINK: say("An address that begins with https"),
    T.ORCID: say("Checked for typing mistakes"),
    T.DEGREES: say("Institution, field, dates, grade with its scale"),
    T.WORK: say("Where someone lived and worked, drawn as a timeline"),
    T.LANGUAGE_TESTS: say("Test, date, and the score of each part"),
    T.PUBLICATIONS: say("Authors, title, year, DOI"),
    T.PRIZES: say("Prizes, grants and scholarships, with amounts"),
    T.FILE: say("A PDF, with a limit of size and pages"),
    T.STATEMENT: say("A sentence that the candidate accepts"),
    T.REFEREES: say("Who is asked for a letter"),
}

LIMIT_NAMES: Final[Mapping[str, Sentence]] = {
    "words": say("At most how many words"),
    "characters": say("At most how many characters"),
    "entries": say("At most how many"),
    "min": say("At least how many"),
    "max": say("At most how many"),
    "megabytes": say("At most how many megabytes"),
    "pages": say("At most how many pages"),
}
NUMBER_LIMIT_NAMES: Final[Mapping[str, Sentence]] = {
    "min": say("Smallest value"),
    "max": say("Largest value"),
}


_SAID: Final[Mapping[str, Sentence]] = {
    "words": say("at most %(value)s words"),
    "characters": say("at most %(value)s characters"),
    "entries": say("at most %(value)s"),
    "min": say("at least %(value)s"),
    "max": say("at most %(value)s"),
    "megabytes": say("at most %(value)s MB"),
    "pages": say("at most %(value)s pages"),
}


def limit_name(measure: str, kind: QuestionType) -> Sentence:
    return NUMBER_LIMIT_NAMES[measure] if kind is T.NUMBER else LIMIT_NAMES[measure]


def limit_said(measure: str, value: float) -> Sentence:
    return Sentence(_SAID[measure].text, {"value": value})

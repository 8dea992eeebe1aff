"""A form is data: sections of typed questions, read from JSON with every mistake named at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from tracker.rules.form_content import mistakes_in
from tracker.rules.sentences import Sentence
from tracker.rules.words import said, words_in

Words = Mapping[str, str]


class QuestionType(StrEnum):
    """What kind of answer a question wants."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    COUNTRY = "country"
    INSTITUTION = "institution"
    LINK = "link"
    ORCID = "orcid"
    DEGREES = "degrees"
    WORK = "work"
    LANGUAGE_TESTS = "language_tests"
    PUBLICATIONS = "publications"
    PRIZES = "prizes"
    FILE = "file"
    STATEMENT = "statement"
    REFEREES = "referees"


WHOLE = "whole-form"
"""The key of the whole form as one step; with its hyphen, none that a section can have."""


class FormInvalid(ValueError):
    """A form that cannot be built; the sentences name every mistake."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        super().__init__(" ".join(str(sentence) for sentence in sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True)
class Limit:
    """How much an answer may be; what does not apply is None."""

    words: int | None = None
    characters: int | None = None
    entries: int | None = None
    min: float | None = None
    max: float | None = None
    megabytes: int | None = None
    pages: int | None = None

    def as_content(self) -> dict[str, float]:
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    key: str
    label: Words = field(hash=False)


@dataclass(frozen=True)
class Question:
    """One question; `hidden` from all reviewers, `identifying` hidden while a stage is blind."""

    key: str
    type: QuestionType
    label: Words = field(hash=False)
    help: Words = field(default_factory=dict, hash=False)
    required: bool = False
    hidden: bool = False
    identifying: bool = False
    purpose: Words = field(default_factory=dict, hash=False)
    limit: Limit = Limit()
    options: tuple[Option, ...] = ()

    def said(self, language: str) -> str:
        return said(self.label, language)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    @property
    def option_keys(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options)

    def as_content(self) -> dict[str, Any]:
        """The question as JSON; what is empty or false is left out."""
        content: dict[str, Any] = {"key": self.key, "type": self.type.value, "label": dict(self.label)}
        optional = {
            "help": dict(self.help),
            "required": self.required,
            "hidden": self.hidden,
            "identifying": self.identifying,
            "purpose": dict(self.purpose),
            "limit": self.limit.as_content(),
            "options": [{"key": option.key, "label": dict(option.label)} for option in self.options],
        }
        return content | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True)
class Section:
    """A step of the form."""

    key: str
    title: Words = field(hash=False)
    intro: Words = field(default_factory=dict, hash=False)
    questions: tuple[Question, ...] = ()

    def said(self, language: str) -> str:
        return said(self.title, language)

    def as_content(self) -> dict[str, Any]:
        content: dict[str, Any] = {"key": self.key, "title": dict(self.title)}
        if self.intro:
            content["intro"] = dict(self.intro)
        return content | {"questions": [question.as_content() for question in self.questions]}


@dataclass(frozen=True)
class Form:
    """All sections of a form, in order."""

    sections: tuple[Section, ...] = ()

    @classmethod
    def parse(cls, content: object) -> "Form":
        """The form in this JSON; FormInvalid with every mistake in it."""
        mistakes = mistakes_in(content, types=frozenset(QuestionType))
        if mistakes:
            raise FormInvalid(mistakes)
        assert isinstance(content, Mapping)
        return cls(tuple(_section(raw) for raw in content["sections"]))

    @classmethod
    def composed(cls, content: Mapping[str, Any]) -> "Form":
        """As far as it has been composed: whole or not, it can be shown. Only what the composer wrote comes in."""
        return cls(tuple(_section(raw) for raw in content.get("sections", ())))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question:
        """KeyError when the form has none of that key."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    @property
    def whole(self) -> Section:
        """All of it as one step, for who would rather see everything at once."""
        return Section(WHOLE, title={}, questions=self.questions)

    def step(self, key: str) -> Section:
        """A section, or the whole form; KeyError when there is none of that key."""
        return self.whole if key == WHOLE else self.section(key)

    def section(self, key: str) -> Section:
        """KeyError when the form has none of that key."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

    def neighbours(self, section: Section) -> tuple[Section | None, Section | None]:
        """The steps before and after; the whole form has none."""
        if section not in self.sections:
            return None, None
        place, around = self.sections.index(section), (None, *self.sections, None)
        return around[place], around[place + 2]

    def section_of(self, question_key: str) -> Section:
        """The step on which a question stands; KeyError when there is none."""
        for section in self.sections:
            if any(question.key == question_key for question in section.questions):
                return section
        raise KeyError(question_key)

    def as_content(self) -> dict[str, Any]:
        return {"sections": [section.as_content() for section in self.sections]}


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(
        key=raw["key"],
        title=words_in(raw["title"]),
        intro=words_in(raw.get("intro")),
        questions=tuple(_question(each) for each in raw.get("questions") or ()),
    )


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(
        key=raw["key"],
        type=QuestionType(raw["type"]),
        label=words_in(raw["label"]),
        help=words_in(raw.get("help")),
        required=raw.get("required", False),
        hidden=raw.get("hidden", False),
        identifying=raw.get("identifying", False),
        purpose=words_in(raw.get("purpose")),
        limit=Limit(**(raw.get("limit") or {})),
        options=tuple(Option(key=each["key"], label=words_in(each["label"])) for each in raw.get("options") or ()),
    )

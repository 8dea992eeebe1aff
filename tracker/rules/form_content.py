"""What can be wrong with the JSON of a form: every mistake as a sentence, whatever the JSON holds."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from tracker.rules.forbidden_topics import forbidden_topic
from tracker.rules.sentences import Sentence, say
from tracker.rules.words import unsaid, words_in

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
MOST_SECTIONS: Final = 30
MOST_QUESTIONS: Final = 200
MOST_OPTIONS: Final = 300
LONGEST_WORDS: Final = 5_000

LIMIT_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "words": (1, 5_000),
    "characters": (1, 40_000),
    "entries": (1, 100),
    "min": (-1_000_000_000, 1_000_000_000),
    "max": (-1_000_000_000, 1_000_000_000),
    "megabytes": (1, 50),
    "pages": (1, 300),
}
LIMITS_OF_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "short_text": frozenset({"words", "characters"}),
    "long_text": frozenset({"words", "characters"}),
    "choices": frozenset({"entries", "min", "max"}),
    "number": frozenset({"min", "max"}),
    "degrees": frozenset({"entries", "min", "max"}),
    "work": frozenset({"entries", "min", "max"}),
    "language_tests": frozenset({"entries", "min", "max"}),
    "publications": frozenset({"entries", "min", "max"}),
    "prizes": frozenset({"entries", "min", "max"}),
    "referees": frozenset({"entries", "min", "max"}),
    "file": frozenset({"megabytes", "pages"}),
}
_WITH_OPTIONS: Final = frozenset({"choice", "choices"})
_FLAGS: Final = ("required", "hidden", "identifying")


def mistakes_in(content: object, *, types: Collection[str]) -> list[Sentence]:
    """Every mistake in the JSON of a form; empty when it can be built."""
    if not isinstance(content, Mapping) or not isinstance(content.get("sections"), list):
        return [say("A form is a list of sections, each with its questions.")]
    return list(_form_mistakes(content["sections"], types))


def _form_mistakes(sections: list[Any], types: Collection[str]) -> Iterator[Sentence]:
    if not sections:
        yield say("The form has no sections yet.")
    if len(sections) > MOST_SECTIONS:
        yield say("A form has at most %(most)s sections.", most=MOST_SECTIONS)
    used: dict[str, set[str]] = {"section": set(), "question": set()}
    count = 0
    for number, section in enumerate(sections, start=1):
        if not isinstance(section, Mapping):
            yield say("Section %(number)s cannot be read.", number=number)
            continue
        name = _name(section, number)
        yield from _section_mistakes(section, name, used["section"])
        questions = section.get("questions")
        for position, question in enumerate(questions if isinstance(questions, list) else (), start=1):
            count += 1
            yield from _question_mistakes(question, f"{name}.{position}", types, used["question"])
    if sections and not count:
        yield say("The form has no questions yet.")
    if count > MOST_QUESTIONS:
        yield say("A form has at most %(most)s questions.", most=MOST_QUESTIONS)


def _section_mistakes(section: Mapping[str, Any], name: str, used: set[str]) -> Iterator[Sentence]:
    yield from _key_mistakes(section.get("key"), name, used)
    yield from _word_mistakes(section.get("title"), name, needed=True)
    yield from _word_mistakes(section.get("intro"), name, needed=False)
    if not isinstance(section.get("questions"), list):
        yield say("Section “%(name)s” has no list of questions.", name=name)


def _question_mistakes(question: object, place: str, types: Collection[str], used: set[str]) -> Iterator[Sentence]:
    if not isinstance(question, Mapping):
        yield say("Question %(place)s cannot be read.", place=place)
        return
    name = _name(question, place)
    kind = question.get("type")
    yield from _key_mistakes(question.get("key"), name, used)
    yield from _word_mistakes(question.get("label"), name, needed=True)
    for part in ("help", "purpose"):
        yield from _word_mistakes(question.get(part), name, needed=False)
    for flag in _FLAGS:
        if not isinstance(question.get(flag, False), bool):
            yield say("“%(name)s”: “%(flag)s” is either yes or no.", name=name, flag=flag)
    if not isinstance(kind, str) or kind not in types:
        yield say("“%(name)s” is of the type “%(type)s”, which does not exist.", name=name, type=str(kind))
        return
    yield from _limit_mistakes(question.get("limit"), name, kind)
    yield from _option_mistakes(question.get("options"), name, kind)
    topic = forbidden_topic(*_texts_of(question))
    if topic is not None:
        yield say("“%(name)s” cannot be asked: %(why)s", name=name, why=topic.why)


def _key_mistakes(key: object, name: str, used: set[str]) -> Iterator[Sentence]:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        yield say(
            "“%(name)s” needs a key of small letters, digits and underscores that starts with a letter.", name=name
        )
    elif key in used:
        yield say("The key “%(key)s” is used twice.", key=key)
    else:
        used.add(key)


def _word_mistakes(raw: object, name: str, *, needed: bool) -> Iterator[Sentence]:
    words = words_in(raw)
    if not words and not needed:
        return
    missing = unsaid(words)
    if "en" in missing:
        yield say("“%(name)s” has a text without English.", name=name)
    if "nl" in missing:
        yield say("“%(name)s” has a text without Dutch.", name=name)
    if any(len(text) > LONGEST_WORDS for text in words.values()):
        yield say("“%(name)s” has a text of more than %(most)s characters.", name=name, most=LONGEST_WORDS)


def _limit_mistakes(limit: object, name: str, kind: str) -> Iterator[Sentence]:
    if limit is None:
        return
    if not isinstance(limit, Mapping):
        yield say("The limit of “%(name)s” cannot be read.", name=name)
        return
    for measure, value in limit.items():
        if measure not in LIMITS_OF_TYPE.get(kind, frozenset()):
            yield say("“%(name)s” cannot have a limit of “%(measure)s”.", name=name, measure=str(measure))
            continue
        least, most = LIMIT_RANGES[measure]
        whole = kind != "number"
        if (
            isinstance(value, bool)
            or not isinstance(value, int if whole else int | float)
            or not least <= value <= most
        ):
            yield say(
                "The limit “%(measure)s” of “%(name)s” must lie between %(least)s and %(most)s.",
                measure=measure, name=name, least=int(least), most=int(most),
            )  # fmt: skip
    low, high = limit.get("min"), limit.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield say("The smallest value of “%(name)s” is above the largest.", name=name)


def _option_mistakes(options: object, name: str, kind: str) -> Iterator[Sentence]:
    if kind not in _WITH_OPTIONS:
        if options:
            yield say("“%(name)s” has answers to choose from, but its type has none.", name=name)
        return
    if not isinstance(options, list) or len(options) < 2:
        yield say("“%(name)s” needs at least two answers to choose from.", name=name)
        return
    if len(options) > MOST_OPTIONS:
        yield say("“%(name)s” has more than %(most)s answers to choose from.", name=name, most=MOST_OPTIONS)
    used: set[str] = set()
    for number, option in enumerate(options, start=1):
        if not isinstance(option, Mapping):
            yield say("Answer %(number)s of “%(name)s” cannot be read.", number=number, name=name)
            continue
        yield from _key_mistakes(option.get("key"), f"{name}, {number}", used)
        yield from _word_mistakes(option.get("label"), f"{name}, {number}", needed=True)


def _texts_of(question: Mapping[str, Any]) -> Iterator[str]:
    for part in ("label", "help"):
        yield from words_in(question.get(part)).values()
    options = question.get("options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, Mapping):
            yield from words_in(option.get("label")).values()


def _name(thing: Mapping[str, Any], otherwise: object) -> str:
    """How a mistake points at its place: the English label, else the key, else the number."""
    label = words_in(thing.get("label") or thing.get("title"))
    return label.get("en") or label.get("nl") or str(thing.get("key") or otherwise)

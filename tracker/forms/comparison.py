"""What changed between two versions of a form, as sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.rules.sentences import Sentence, say

PARTS: Mapping[str, Sentence] = {
    "label": say("its words"),
    "help": say("its help"),
    "purpose": say("its purpose"),
    "type": say("its type"),
    "required": say("whether an answer is required"),
    "hidden": say("whether reviewers see it"),
    "identifying": say("whether it gives the candidate away"),
    "limit": say("its limits"),
    "options": say("the answers to choose from"),
}
Placed = dict[str, tuple[str, Mapping[str, Any]]]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Sentence]:
    """From the old content to the new one; empty when they are the same."""
    return [*_section_changes(old, new), *_question_changes(_placed(old), _placed(new)), *_order(old, new)]


def _placed(content: Mapping[str, Any]) -> Placed:
    """Questions by key, each with the key of its section."""
    return {
        question["key"]: (section["key"], question)
        for section in content.get("sections", ())
        for question in section.get("questions", ())
    }


def _section_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    before = {section["key"]: section for section in old.get("sections", ())}
    after = {section["key"]: section for section in new.get("sections", ())}
    for key, section in after.items():
        if key not in before:
            yield say("The section “%(name)s” is new.", name=_title(section))
        elif (section["title"], section.get("intro")) != (before[key]["title"], before[key].get("intro")):
            yield say("The section “%(name)s” has other words.", name=_title(section))
    for key, section in before.items():
        if key not in after:
            yield say("The section “%(name)s” is gone.", name=_title(section))


def _question_changes(before: Placed, after: Placed) -> Iterator[Sentence]:
    for key, (section, question) in after.items():
        name = _label(question)
        if key not in before:
            yield say("The question “%(name)s” is new.", name=name)
            continue
        old_section, old = before[key]
        if old_section != section:
            yield say("The question “%(name)s” stands in another section.", name=name)
        for part, what in PARTS.items():
            if (old.get(part) or None) != (question.get(part) or None):
                yield say("The question “%(name)s” changed: %(what)s.", name=name, what=what)
    for key, (_section, question) in before.items():
        if key not in after:
            yield say("The question “%(name)s” is gone.", name=_label(question))


def _order(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    """Said once: which question went where is seen on the page."""
    common = set(_placed(old)) & set(_placed(new))
    if [key for key in _placed(old) if key in common] != [key for key in _placed(new) if key in common]:
        yield say("The questions stand in another order.")
    sections = [section["key"] for section in old.get("sections", ())]
    others = [section["key"] for section in new.get("sections", ())]
    shared = set(sections) & set(others)
    if [key for key in sections if key in shared] != [key for key in others if key in shared]:
        yield say("The sections stand in another order.")


def _title(section: Mapping[str, Any]) -> str:
    return str(section["title"].get("en", section["key"]))


def _label(question: Mapping[str, Any]) -> str:
    return str(question["label"].get("en", question["key"]))

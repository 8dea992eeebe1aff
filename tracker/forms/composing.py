"""Changes to the content of a form: content in, new content out. A key that is not there is a LookupError."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from tracker.rules.keys import free

Content = dict[str, Any]
Piece = dict[str, Any]
KEPT_REMOVED: Final = 10


def copied(content: Mapping[str, Any]) -> Content:
    """A copy with all its lists there, whatever was stored."""
    whole: Content = deepcopy(dict(content))
    whole.setdefault("sections", [])
    for section in whole["sections"]:
        section.setdefault("questions", [])
    return whole


def keys_in(content: Mapping[str, Any]) -> set[str]:
    """The keys of all questions."""
    return {question["key"] for section in content.get("sections", ()) for question in section.get("questions", ())}


def section_keys(content: Mapping[str, Any]) -> set[str]:
    return {section["key"] for section in content.get("sections", ())}


def section_place(content: Content, key: str) -> int:
    for place, section in enumerate(content["sections"]):
        if section["key"] == key:
            return place
    raise LookupError(key)


def question_place(content: Content, key: str) -> tuple[int, int]:
    """The places of its section and of the question within it."""
    for place, section in enumerate(content["sections"]):
        for within, question in enumerate(section["questions"]):
            if question["key"] == key:
                return place, within
    raise LookupError(key)


def section_of(content: Mapping[str, Any], key: str) -> Piece:
    whole = copied(content)
    found: Piece = whole["sections"][section_place(whole, key)]
    return found


def question_of(content: Mapping[str, Any], key: str) -> Piece:
    whole = copied(content)
    place, within = question_place(whole, key)
    found: Piece = whole["sections"][place]["questions"][within]
    return found


def put_section(content: Mapping[str, Any], key: str | None, piece: Piece) -> Content:
    """Replace the words of a section, or add one at the end where `key` is None."""
    whole = copied(content)
    if key is None:
        whole["sections"].append({**piece, "questions": []})
        return whole
    place = section_place(whole, key)
    whole["sections"][place] = {**piece, "key": key, "questions": whole["sections"][place]["questions"]}
    return whole


def put_question(content: Mapping[str, Any], section: str, key: str | None, piece: Piece) -> Content:
    """Replace a question where it stands, or add one at the end of the section where `key` is None."""
    whole = copied(content)
    if key is None:
        whole["sections"][section_place(whole, section)]["questions"].append(piece)
        return whole
    place, within = question_place(whole, key)
    whole["sections"][place]["questions"][within] = piece
    return whole


def shift_section(content: Mapping[str, Any], key: str, by: int) -> Content:
    whole = copied(content)
    place = section_place(whole, key)
    _swap(whole["sections"], place, place + by)
    return whole


def shift_question(content: Mapping[str, Any], key: str, by: int) -> Content:
    """One place up or down; over the edge of its section into the neighbouring one."""
    whole = copied(content)
    place, within = question_place(whole, key)
    here = whole["sections"][place]["questions"]
    if 0 <= within + by < len(here):
        _swap(here, within, within + by)
    elif 0 <= place + by < len(whole["sections"]):
        there = whole["sections"][place + by]["questions"]
        there.insert(len(there) if by < 0 else 0, here.pop(within))
    return whole


def move_question(content: Mapping[str, Any], key: str, section: str, within: int) -> Content:
    """To a place in a section, as dragging does."""
    whole = copied(content)
    old_place, old_within = question_place(whole, key)
    target = whole["sections"][section_place(whole, section)]["questions"]
    piece = whole["sections"][old_place]["questions"].pop(old_within)
    target.insert(max(0, min(within, len(target))), piece)
    return whole


def duplicate_question(content: Mapping[str, Any], key: str) -> Content:
    whole = copied(content)
    place, within = question_place(whole, key)
    questions = whole["sections"][place]["questions"]
    copy = {**deepcopy(questions[within]), "key": free(key, keys_in(whole))}
    questions.insert(within + 1, copy)
    return whole


def duplicate_section(content: Mapping[str, Any], key: str) -> Content:
    """With all its questions, under new keys."""
    whole = copied(content)
    place = section_place(whole, key)
    copy = deepcopy(whole["sections"][place])
    copy["key"] = free(key, section_keys(whole))
    taken = keys_in(whole)
    for question in copy["questions"]:
        question["key"] = free(question["key"], taken)
        taken.add(question["key"])
    whole["sections"].insert(place + 1, copy)
    return whole


def remove_question(content: Mapping[str, Any], key: str) -> Content:
    """Taken out, but kept at hand to be put back."""
    whole = copied(content)
    place, within = question_place(whole, key)
    section = whole["sections"][place]
    return _kept(whole, {"question": section["questions"].pop(within), "section": section["key"], "place": within})


def remove_section(content: Mapping[str, Any], key: str) -> Content:
    """Taken out with its questions, but kept at hand to be put back."""
    whole = copied(content)
    place = section_place(whole, key)
    return _kept(whole, {"whole": whole["sections"].pop(place), "place": place})


def put_back(content: Mapping[str, Any], number: int) -> Content:
    """Where it stood; at the end of the last section if its own is gone; under a new key if its own is taken."""
    whole = copied(content)
    removed = whole.get("removed", [])
    if not 0 <= number < len(removed):
        raise LookupError(number)
    piece = removed.pop(number)
    if "whole" in piece:
        _return_section(whole, piece)
    else:
        _return_question(whole, piece)
    return whole


def _return_section(whole: Content, piece: Piece) -> None:
    section = piece["whole"]
    section["key"] = free(section["key"], section_keys(whole))
    taken = keys_in(whole)
    for question in section["questions"]:
        question["key"] = free(question["key"], taken)
        taken.add(question["key"])
    whole["sections"].insert(piece["place"], section)


def _return_question(whole: Content, piece: Piece) -> None:
    if not whole["sections"]:
        raise LookupError(piece["section"])
    home = next((one for one in whole["sections"] if one["key"] == piece["section"]), whole["sections"][-1])
    question = {**piece["question"], "key": free(piece["question"]["key"], keys_in(whole))}
    home["questions"].insert(piece["place"], question)


def _kept(whole: Content, piece: Piece) -> Content:
    whole["removed"] = [piece, *whole.get("removed", [])][:KEPT_REMOVED]
    return whole


def _swap(pieces: list[Piece], one: int, other: int) -> None:
    if 0 <= one < len(pieces) and 0 <= other < len(pieces):
        pieces[one], pieces[other] = pieces[other], pieces[one]

"""What can be wrong with a workflow: shown to HR while editing, and what keeps it from being used."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from tracker.rules.sentences import Sentence, say
from tracker.rules.words import said, unsaid, words_in

LIVE_KINDS: Final = (
    "draft", "intake", "review", "shortlist", "interview", "recommended", "reserve", "offer", "accepted", "checks",
)  # fmt: skip
END_KINDS: Final = ("hired", "ineligible", "rejected", "withdrawn", "declined", "expired", "cancelled")
MOVERS: Final = ("chair", "member", "coordinator", "hr", "candidate")
REASONS: Final = ("none", "optional", "required")
STYLES: Final = ("forward", "back", "reject", "withdraw")
SUBMIT: Final = "submit"

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MOST_REVIEWS: Final = 20


def sources(move: Mapping[str, Any]) -> list[str]:
    """The stages that a move starts from, whether written as one or as a list."""
    start = move.get("from")
    return list(start) if isinstance(start, list) else [str(start)]


def mistakes(
    workflow: Mapping[str, Any], *, conditions: Collection[str], messages: Collection[str] | None = None
) -> list[Sentence]:
    """Everything that is wrong, all at once; empty when positions can use it.

    `conditions` are the names that a move may require, `messages` the keys of the templates it may send.
    """
    stages, moves = workflow.get("stages"), workflow.get("moves")
    if not isinstance(stages, list) or not isinstance(moves, list) or not all(
        isinstance(each, Mapping) for each in [*stages, *moves]
    ):  # fmt: skip
        return [say("A workflow is a list of stages and a list of moves.")]
    found = list(_word_mistakes(workflow.get("name"), str(workflow.get("key", ""))))
    found += _stage_mistakes(stages)
    found += _move_mistakes(moves, {str(stage.get("key")) for stage in stages}, conditions, messages)
    return found or list(_path_mistakes(stages, moves))


def _word_mistakes(raw: object, name: str) -> Iterator[Sentence]:
    missing = unsaid(words_in(raw))
    if "en" in missing:
        yield say("“%(name)s” has a text without English.", name=name)
    if "nl" in missing:
        yield say("“%(name)s” has a text without Dutch.", name=name)


def _stage_mistakes(stages: list[Mapping[str, Any]]) -> Iterator[Sentence]:
    if not stages or stages[0].get("kind") != "draft":
        yield say("The first stage is the draft of the candidate.")
    seen: set[str] = set()
    for stage in stages:
        key, kind = str(stage.get("key", "")), stage.get("kind")
        yield from _key_mistakes(key, seen)
        for part in ("label", "applicant_label"):
            yield from _word_mistakes(stage.get(part), key)
        if words_in(stage.get("next")):
            yield from _word_mistakes(stage.get("next"), key)
        if kind not in LIVE_KINDS + END_KINDS:
            yield say(
                "The stage “%(stage)s” is of the kind “%(kind)s”, which does not exist.", stage=key, kind=str(kind)
            )
        wanted = stage.get("reviews_wanted", 0)
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= _MOST_REVIEWS:
            yield say("The stage “%(stage)s” wants 0 to %(most)s reviews.", stage=key, most=_MOST_REVIEWS)
        elif wanted and not stage.get("review"):
            yield say("The stage “%(stage)s” wants reviews, but none can be written there.", stage=key)
    if sum(stage.get("kind") == "draft" for stage in stages) > 1:
        yield say("Only one stage is the draft.")


def _key_mistakes(key: str, seen: set[str]) -> Iterator[Sentence]:
    if not _KEY.fullmatch(key):
        yield say(
            "“%(name)s” needs a key of small letters, digits and underscores that starts with a letter.", name=key
        )
    elif key in seen:
        yield say("The key “%(key)s” is used twice.", key=key)
    seen.add(key)


def _move_mistakes(
    moves: list[Mapping[str, Any]], stages: set[str], conditions: Collection[str], messages: Collection[str] | None
) -> Iterator[Sentence]:
    seen: set[tuple[str, str]] = set()
    for move in moves:
        key = str(move.get("key", ""))
        name = said(words_in(move.get("label")), "en") or key
        if not _KEY.fullmatch(key):
            yield from _key_mistakes(key, set())
        yield from _word_mistakes(move.get("label"), key)
        for start in sources(move):
            if (key, start) in seen:
                yield say("The move “%(move)s” starts twice from the stage “%(stage)s”.", move=name, stage=start)
            seen.add((key, start))
            if start == move.get("to"):
                yield say("The move “%(move)s” leads to the stage where it starts.", move=name)
        for stage in dict.fromkeys([*sources(move), str(move.get("to"))]):
            if stage not in stages:
                yield say(
                    "The move “%(move)s” names the stage “%(stage)s”, which is not there.", move=name, stage=stage
                )
        yield from _permission_mistakes(move, name)
        yield from _consequence_mistakes(move, name, conditions, messages)


def _permission_mistakes(move: Mapping[str, Any], name: str) -> Iterator[Sentence]:
    by = move.get("by")
    if not isinstance(by, list) or not by:
        yield say("Nobody may make the move “%(move)s”.", move=name)
        return
    for mover in by:
        if mover not in MOVERS:
            yield say(
                "The move “%(move)s” names the role “%(role)s”, which does not exist.", move=name, role=str(mover)
            )


def _consequence_mistakes(
    move: Mapping[str, Any], name: str, conditions: Collection[str], messages: Collection[str] | None
) -> Iterator[Sentence]:
    for condition in move.get("conditions") or ():
        if condition not in conditions:
            yield say(
                "The move “%(move)s” asks for “%(condition)s”, which is no condition.",
                move=name, condition=str(condition),
            )  # fmt: skip
    if move.get("reason", "none") not in REASONS:
        yield say("The move “%(move)s” asks for a reason or not: it must say which.", move=name)
    if move.get("style", "forward") not in STYLES:
        yield say("The move “%(move)s” leads forward, back, to a rejection or to a withdrawal.", move=name)
    message = move.get("message")
    if message and messages is not None and message not in messages:
        yield say(
            "The move “%(move)s” sends the message “%(message)s”, which is not there.", move=name, message=message
        )


def _path_mistakes(stages: list[Mapping[str, Any]], moves: list[Mapping[str, Any]]) -> Iterator[Sentence]:
    """Only asked of a workflow whose parts are whole."""
    kinds = {stage["key"]: stage["kind"] for stage in stages}
    steps = [(start, move) for move in moves for start in sources(move)]
    first = stages[0]["key"]
    if not any(start == first and move["key"] == SUBMIT and "candidate" in move["by"] for start, move in steps):
        yield say("The candidate needs the move “submit” out of the draft.")
    if not any(kind == "hired" for kind in kinds.values()):
        yield say("No stage is of the kind “hired”.")
    reached = _reached({first}, [(start, move["to"]) for start, move in steps])
    ends = {key for key, kind in kinds.items() if kind in END_KINDS}
    onward = [(move["to"], start) for start, move in steps if move.get("style") != "back"]
    leads_to_end = _reached(ends, onward)
    for key, kind in kinds.items():
        if key not in reached:
            yield say("No move leads to the stage “%(stage)s”.", stage=key)
        if kind in LIVE_KINDS and key not in leads_to_end:
            yield say("From the stage “%(stage)s” no way leads to an end.", stage=key)
        if kind in LIVE_KINDS and kind != "draft":
            yield from _dead_ends(key, [move for start, move in steps if start == key], kinds)


def _dead_ends(key: str, out: list[Mapping[str, Any]], kinds: Mapping[str, str]) -> Iterator[Sentence]:
    """Nobody is stuck in a live stage: it can be left forward, by a rejection and by the candidate."""
    if not any(kinds[move["to"]] in {"rejected", "ineligible"} for move in out):
        yield say("From the stage “%(stage)s” nobody can be rejected.", stage=key)
    if not any(kinds[move["to"]] == "withdrawn" and "candidate" in move["by"] for move in out):
        yield say("From the stage “%(stage)s” the candidate cannot withdraw.", stage=key)
    if not any(move.get("style", "forward") == "forward" for move in out):
        yield say("From the stage “%(stage)s” no move leads forward.", stage=key)


def _reached(start: set[str], ways: list[tuple[str, str]]) -> set[str]:
    """Everything that can be reached along the ways."""
    reached = set(start)
    while True:
        more = {end for begin, end in ways if begin in reached} - reached
        if not more:
            return reached
        reached |= more

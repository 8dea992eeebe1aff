"""Workflows: what HR draws is checked whole, and what ships passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tracker import shipped
from tracker.rules.conditions import CONDITIONS
from tracker.rules.workflow_check import END_KINDS, LIVE_KINDS, mistakes, sources

MESSAGES = {message["key"] for message in shipped.messages()}


def said(workflow: dict[str, Any]) -> list[str]:
    return [str(sentence) for sentence in mistakes(workflow, conditions=CONDITIONS, messages=MESSAGES)]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    workflow = deepcopy(shipped.workflow("phd"))
    change(workflow)
    return workflow


def stage(workflow: dict[str, Any], key: str) -> dict[str, Any]:
    return next(each for each in workflow["stages"] if each["key"] == key)


def move(workflow: dict[str, Any], key: str) -> dict[str, Any]:
    return next(each for each in workflow["moves"] if each["key"] == key)


@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_a_shipped_workflow_has_no_mistakes(key: str) -> None:
    assert said(shipped.workflow(key)) == []


@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_from_every_live_stage_hr_and_chair_reject_with_a_reason_and_a_message(key: str) -> None:
    workflow = shipped.workflow(key)
    for each in workflow["stages"]:
        if each["kind"] in LIVE_KINDS and each["kind"] != "draft":
            rejections = [
                way for way in workflow["moves"]
                if each["key"] in sources(way) and way["to"] == "rejected"
            ]  # fmt: skip
            assert len(rejections) == 1
            assert rejections[0]["by"] == ["chair", "hr"]
            assert (rejections[0]["reason"], bool(rejections[0]["message"])) == ("required", True)


@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_hr_can_go_back_from_every_stage_after_the_first_and_only_with_a_reason(key: str) -> None:
    workflow = shipped.workflow(key)
    back = [way for way in workflow["moves"] if way["style"] == "back"]
    assert {stage["key"] for stage in workflow["stages"]} - {start for way in back for start in sources(way)} == {
        "draft",
        "intake",
    }
    assert {way["reason"] for way in back} == {"required"}
    assert {tuple(way["by"]) for way in back} == {("hr",)}


@pytest.mark.parametrize("key", shipped.WORKFLOW_KEYS)
def test_every_way_to_an_end_tells_the_candidate(key: str) -> None:
    workflow = shipped.workflow(key)
    kinds = {each["key"]: each["kind"] for each in workflow["stages"]}
    silent = [way["key"] for way in workflow["moves"] if kinds[way["to"]] in END_KINDS and not way["message"]]
    assert silent == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda w: move(w, "reject").update(to="limbo"),
            "The move “Reject” names the stage “limbo”, which is not there.",
        ),
        (lambda w: move(w, "reject").update(by=[]), "Nobody may make the move “Reject”."),
        (
            lambda w: move(w, "reject").update(by=["king"]),
            "The move “Reject” names the role “king”, which does not exist.",
        ),
        (
            lambda w: move(w, "shortlist").update(conditions=["full_moon"]),
            "The move “Put on the shortlist” asks for “full_moon”, which is no condition.",
        ),
        (
            lambda w: move(w, "reject").update(message="poem"),
            "The move “Reject” sends the message “poem”, which is not there.",
        ),
        (lambda w: stage(w, "review")["label"].pop("nl"), "“review” has a text without Dutch."),
        (lambda w: stage(w, "review")["applicant_label"].pop("en"), "“review” has a text without English."),
        (
            lambda w: stage(w, "review").update(kind="limbo"),
            "The stage “review” is of the kind “limbo”, which does not exist.",
        ),
        (lambda w: w["stages"].append(deepcopy(w["stages"][3])), "The key “shortlist” is used twice."),
        (lambda w: w["stages"].reverse(), "The first stage is the draft of the candidate."),
        (lambda w: w["moves"].remove(move(w, "end_reserve")), None),
        (lambda w: w["moves"].remove(move(w, "submit")), "The candidate needs the move “submit” out of the draft."),
        (lambda w: w["moves"].remove(move(w, "withdraw")), "From the stage “review” the candidate cannot withdraw."),
        (
            lambda w: w["moves"].remove(move(w, "reject_after_interview")),
            "From the stage “interview” nobody can be rejected.",
        ),
        (
            lambda w: w["moves"].remove(move(w, "start_checks")),
            "From the stage “accepted” no move leads forward.",
        ),
    ],
)
def test_a_mistake_is_named(change: Callable[[dict[str, Any]], object], sentence: str | None) -> None:
    found = said(changed(change))
    assert found != []
    assert sentence is None or sentence in found


@pytest.mark.parametrize("workflow", [{}, {"stages": [], "moves": []}, {"stages": 3}, {"stages": [3], "moves": []}])
def test_what_is_no_workflow_is_refused_in_words(workflow: dict[str, Any]) -> None:
    assert said(workflow) != []

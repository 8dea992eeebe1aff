"""What every installation starts with is whole, in both languages."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tracker import shipped
from tracker.rules.placeholders import PLACEHOLDERS, filled, unknown_placeholders
from tracker.rules.publication import CriterionFacts, criteria_mistakes
from tracker.rules.words import said, unsaid

THEMES = [
    "Academic Pharma", "Neuroscience", "Cancer", "Immunity", "Cell, Tissue & Organ", "Cardiovascular",
    "Medical Genomics", "Infection", "Lifecourse", "Prevention & Lifestyle",
]  # fmt: skip


def all_words(thing: Any) -> Iterator[dict[str, str]]:
    """Every {"en", "nl"} in a piece of data."""
    if isinstance(thing, dict):
        if set(thing) & {"en", "nl"}:
            yield thing
        for each in thing.values():
            yield from all_words(each)
    elif isinstance(thing, list):
        for each in thing:
            yield from all_words(each)


@pytest.mark.parametrize(
    "data",
    [shipped.themes(), shipped.reasons(), shipped.messages(), shipped.rubrics(), *shipped.workflows()]
    + [shipped.form(key) for key in shipped.FORM_KEYS],
)
def test_everything_is_said_in_both_languages(data: Any) -> None:
    words = list(all_words(data))
    assert words
    assert [each for each in words if unsaid(each)] == []


def test_the_ten_themes_ship_with_research_projects_and_prizes() -> None:
    themes = shipped.themes()
    assert [said(theme["name"], "en") for theme in themes] == THEMES
    assert len({theme["slug"] for theme in themes}) == len({theme["hue"] for theme in themes}) == 10
    for theme in themes:
        assert 0 <= theme["hue"] <= 360
        assert theme["research"]["en"].count("\n\n") == theme["research"]["nl"].count("\n\n") >= 2
        assert 2 <= len(theme["projects"]) <= 4
        assert 1 <= len(theme["prizes"]) <= 3


def test_projects_end_after_they_start_and_have_a_grant() -> None:
    for project in (project for theme in shipped.themes() for project in theme["projects"]):
        assert date.fromisoformat(project["start"]) < date.fromisoformat(project["end"])
        assert all(project[part] for part in ("title", "leader", "funder", "grant_number"))


@pytest.mark.parametrize(("kind", "weights"), [("phd", [35, 35, 15, 15]), ("postdoc", [30, 30, 15, 15, 10])])
def test_rubrics_weigh_one_hundred_with_every_level_described(kind: str, weights: list[int]) -> None:
    criteria = shipped.rubrics()[kind]["criteria"]
    assert [criterion["weight"] for criterion in criteria] == weights
    assert all([anchor["score"] for anchor in criterion["anchors"]] == [1, 2, 3, 4, 5] for criterion in criteria)
    facts = tuple(
        CriterionFacts(name=each["key"], weight=each["weight"], anchors=len(each["anchors"])) for each in criteria
    )
    assert criteria_mistakes(facts) == []


def test_messages_use_only_placeholders_that_are_filled_and_the_same_in_both_languages() -> None:
    for message in shipped.messages():
        for part in (message["subject"], message["body"]):
            assert unknown_placeholders(part["en"] + part["nl"]) == []
        assert unknown_placeholders(message["body"]["en"], known=()) == unknown_placeholders(
            message["body"]["nl"], known=()
        )
        assert "{position}" in message["subject"]["en"]
        assert "{status_link}" in message["body"]["nl"]


def test_every_rejection_gives_its_reason() -> None:
    bodies = {message["key"]: message["body"]["en"] for message in shipped.messages()}
    asked = {
        move["message"]
        for workflow in shipped.workflows()
        for move in workflow["moves"]
        if move["to"] in {"rejected", "ineligible"}
    }
    assert [key for key in asked if "{reason}" not in bodies[key]] == []


def test_reasons_have_unique_keys_and_both_kinds_of_end() -> None:
    reasons = shipped.reasons()
    assert len({reason["key"] for reason in reasons}) == len(reasons)
    assert {kind for reason in reasons for kind in reason["kinds"]} == {"rejected", "ineligible"}


def test_filling_never_fills_what_a_value_holds() -> None:
    assert filled("Dear {candidate}: {position} {odd}", {"candidate": "{position}", "position": "PhD"}) == (
        "Dear {position}: PhD {odd}"
    )


def test_an_empty_reason_leaves_no_hole() -> None:
    assert filled("One.\n\n{reason}\n\nTwo.", {"reason": ""}) == "One.\n\nTwo."


def test_every_placeholder_is_described() -> None:
    assert all(str(sentence) for sentence in PLACEHOLDERS.values())


def test_an_unknown_form_is_no_path() -> None:
    with pytest.raises(KeyError):
        shipped.form("../themes")

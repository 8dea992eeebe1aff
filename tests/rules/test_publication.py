"""Publishing: every OTM-R item that is missing is named, all at once."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tracker.rules.publication import ITEMS, CriterionFacts, PositionFacts, missing_fields, missing_items

CRITERIA = tuple(
    CriterionFacts(name=name, weight=Decimal(weight), anchors=5)
    for name, weight in (("Preparation", 35), ("Potential", 35), ("Motivation", 15), ("Communication", 15))
)
COMPLETE = PositionFacts(
    organisation="Centre", department="Human Genetics", title="PhD in genomics", description="Research.",
    starts_on=date(2027, 9, 1), profile="r1", requirements="A master’s degree.", desirable="Dutch.",
    criteria=CRITERIA, openings=1, benefits="41 days off.", place="Leiden", salary_from=2901, salary_to=3707,
    salary_scale="PhD", contract="temporary", months=48, fte=Decimal("1.00"), hours=36, development="Courses.",
    prospects="A doctorate.", procedure="Two rounds.", opens_at=datetime(2027, 1, 1, tzinfo=UTC),
    closes_at=datetime(2027, 2, 1, tzinfo=UTC), policy_url="https://example.org/otm-r", contact_name="HR",
    contact_email="hr@example.org", equal_opportunity="Everyone is welcome.", has_form=True, has_workflow=True,
    themes=1, supervisors=1, chairs=1,
)  # fmt: skip


def test_a_complete_position_can_be_published() -> None:
    assert missing_items(COMPLETE) == []


def test_an_empty_draft_hears_every_item_at_once() -> None:
    empty = PositionFacts()
    assert [field for field, _ in missing_fields(empty)] == [item.field for item in ITEMS]
    assert len(missing_items(empty)) == len(ITEMS) == 29


FREE = {"opens_at", "salary_to", "contact_email", "hours"}
"""May be empty, or are named with their partner."""


@pytest.mark.parametrize("name", sorted({field.name for field in fields(PositionFacts)} - FREE))
def test_each_single_item_is_missed_when_it_is_taken_away(name: str) -> None:
    empty = PositionFacts()
    less = replace(COMPLETE, **{name: getattr(empty, name), **({"hours": None} if name == "fte" else {})})
    assert len(missing_items(less)) == 1


@pytest.mark.parametrize("name", ["salary_to", "contact_email"])
def test_half_a_pair_is_missed_too(name: str) -> None:
    assert len(missing_items(replace(COMPLETE, **{name: getattr(PositionFacts(), name)}))) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " \n"}, "Give the position a title."),
        ({"profile": "r9"}, "Choose the researcher profile, R1 to R4."),
        ({"salary_from": 4000}, "The salary range ends below where it starts."),
        ({"closes_at": datetime(2027, 1, 1, tzinfo=UTC)}, "The deadline comes after the opening."),
        ({"starts_on": date(2027, 1, 31)}, "The start date comes after the deadline."),
        ({"criteria": CRITERIA[:3]}, "The weights of the criteria add up to 85. They must add up to exactly 100."),
        (
            {"criteria": (*CRITERIA[:3], replace(CRITERIA[3], weight=Decimal("15.01")))},
            "The weights of the criteria add up to 100.01. They must add up to exactly 100.",
        ),
        (
            {"criteria": (*CRITERIA[:3], replace(CRITERIA[3], anchors=4))},
            "The criterion “Communication” needs a description of each of its levels.",
        ),
        ({"criteria": (*CRITERIA[:3], replace(CRITERIA[3], name="potential "))}, "Two criteria have the same name."),
    ],
)
def test_what_contradicts_itself_is_named(changes: dict[str, Any], said: str) -> None:
    assert [str(sentence) for sentence in missing_items(replace(COMPLETE, **changes))] == [said]


def test_thirds_that_add_up_to_one_hundred_are_exact() -> None:
    thirds = tuple(
        CriterionFacts(name=name, weight=Decimal(weight), anchors=5)
        for name, weight in (("A", "33.33"), ("B", "33.33"), ("C", "33.34"))
    )
    assert missing_items(replace(COMPLETE, criteria=thirds)) == []

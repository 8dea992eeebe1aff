"""A standing is compared by what it holds: statements are kept for each, and never for one that is only like it."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from tracker.models import PositionRole, SiteRole
from tracker.rules.roles import Standing

IDS = some.text("ab", min_size=1, max_size=2)
standings = some.builds(
    Standing,
    person_id=IDS,
    site=some.sampled_from(SiteRole),
    is_staff=some.booleans(),
    seats=some.dictionaries(IDS, some.sampled_from(PositionRole), max_size=2),
    themes=some.frozensets(IDS, max_size=2),
)


def held(who: Standing) -> tuple[Any, ...]:
    return who.person_id, who.site, who.is_staff, sorted(who.seats.items()), who.themes


@given(standings, standings)
def test_two_standings_are_the_same_where_all_they_hold_is(one: Standing, other: Standing) -> None:
    assert (one == other) == (held(one) == held(other))
    assert ({one: "kept"}.get(other) == "kept") == (held(one) == held(other))


def test_a_change_in_any_field_makes_another_standing() -> None:
    who = Standing("a", seats={"p": PositionRole.MEMBER})
    other: dict[str, Any] = {
        "person_id": "b",
        "site": SiteRole.HR,
        "is_staff": True,
        "seats": {"p": PositionRole.CHAIR},
        "themes": frozenset(["t"]),
    }
    assert {field.name for field in fields(Standing)} == other.keys()
    assert [name for name, value in other.items() if replace(who, **{name: value}) in {who}] == []

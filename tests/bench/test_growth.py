"""What the bench says of growth: of the same page with more applications behind it."""

from collections.abc import Collection
from dataclasses import replace

from tracker.bench.growth import growth
from tracker.bench.rows import Row

PAGE = Row("list", "sqlite", 1_000, 10.0, 12.0, 9.0, 4, 60_000, ratio=2.0)


def grown(*rows: Row, shown_only: Collection[str] = ()) -> list[tuple[str, float, str, bool]]:
    return [(row.name, row.ratio, row.budget, row.inside) for row in growth(rows, shown_only=shown_only)]


def test_the_most_applications_stand_against_the_fewest_that_answer_as_much() -> None:
    full = replace(PAGE, applications=10_000), replace(PAGE, applications=100_000, ratio=2.5)
    assert grown(PAGE, *full) == [("growth from 1,000: list", 1.25, "1.3 ×", True)]
    a_third = replace(PAGE, bytes=20_000, ratio=1.0)
    assert grown(a_third, *full) == [("growth from 10,000: list", 1.25, "1.3 ×", True)]


def test_a_page_that_no_fewer_fill_stands_against_the_fewest() -> None:
    thirds = (replace(PAGE, bytes=20_000, ratio=1.0), replace(PAGE, applications=10_000, bytes=40_000, ratio=1.5))
    full = replace(PAGE, applications=100_000)
    assert grown(*thirds, full) == [("growth from 1,000: list", 2.0, "1.3 ×", False)]


def test_growth_of_what_has_a_budget_in_milliseconds_is_shown_and_not_judged() -> None:
    most = replace(PAGE, applications=100_000, ratio=6.0)
    assert grown(PAGE, most, shown_only={"list"}) == [("growth from 1,000: list", 3.0, "", True)]


def test_one_number_of_applications_has_no_growth() -> None:
    assert grown(PAGE) == []

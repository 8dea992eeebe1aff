"""Small cells: an attacker with the published table and these rules in hand finds nobody."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.rules.suppression import TOO_SMALL, WITHHELD, exact, number, percent, shown, suppressed

Table = list[list[int]]


def published(table: Table) -> list[list[str]]:
    result = suppressed({row: dict(enumerate(line)) for row, line in enumerate(table)})
    width = len(table[0])
    rows = [[result.cells[row][column] for column in range(width)] + [result.row_totals[row]] for row in result.cells]
    return [*rows, [result.column_totals[column] for column in range(width)] + [result.grand_total]]


def true_counts(table: Table) -> Table:
    rows = [[*line, sum(line)] for line in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def possible(text: str, ceiling: int) -> range:
    """Every count that may stand behind a shown text."""
    if text == TOO_SMALL:
        return range(1, 5)
    if text == WITHHELD:
        return range(1, ceiling + 1)
    rounded = int(text)
    return range(1) if rounded == 0 else range(max(5, rounded - 2), rounded + 3)


def derivable(shown_cells: list[list[str]], ceiling: int) -> set[tuple[int, int]]:
    """Hidden inner cells that have only one value over every table that would be shown like this."""
    height, width = len(shown_cells) - 1, len(shown_cells[0]) - 1
    ranges = [[possible(shown_cells[row][column], ceiling) for column in range(width)] for row in range(height)]
    seen: dict[tuple[int, int], set[int]] = {}
    for counts in product(*(each for line in ranges for each in line)):
        table = [list(counts[row * width : (row + 1) * width]) for row in range(height)]
        whole = true_counts(table)
        margins = [(row, width) for row in range(height)] + [(height, column) for column in range(width + 1)]
        if all(whole[row][column] in possible(shown_cells[row][column], 10**6) for row, column in margins):
            for row, column in product(range(height), range(width)):
                seen.setdefault((row, column), set()).add(table[row][column])
    return {
        (row, column)
        for (row, column), values in seen.items()
        if len(values) == 1 and shown_cells[row][column] in {TOO_SMALL, WITHHELD}
    }


small_tables = st.integers(1, 2).flatmap(
    lambda height: st.integers(1, 2).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=height, max_size=height
        )
    )
)
tables = st.integers(1, 6).flatmap(
    lambda height: st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 9) | st.integers(0, 400), min_size=width, max_size=width),
            min_size=height,
            max_size=height,
        )
    )
)


@given(small_tables)
@settings(max_examples=200)
def test_trying_every_table_that_looks_the_same_finds_no_hidden_count(table: Table) -> None:
    assert derivable(published(table), ceiling=16) == set()


@pytest.mark.parametrize("table", [[[1, 1, 1, 1]], [[4, 4]], [[1], [1], [1], [1]], [[4, 4], [4, 4]], [[1, 0], [0, 1]]])
def test_tables_at_the_edge_of_what_totals_allow_give_nothing_away(table: Table) -> None:
    assert derivable(published(table), ceiling=6) == set()


@given(tables)
def test_no_line_hides_exactly_one_of_its_cells(table: Table) -> None:
    cells = published(table)
    for line in [*cells, *zip(*cells, strict=True)]:
        assert sum(text in {TOO_SMALL, WITHHELD} for text in line) != 1


@given(tables)
def test_what_is_shown_is_the_rounded_count_and_a_true_zero_stays(table: Table) -> None:
    for line, counts in zip(published(table), true_counts(table), strict=True):
        for text, count in zip(line, counts, strict=True):
            assert text in {shown(count), WITHHELD}
            assert (text == "0") == (count == 0)
            assert not (1 <= count <= 4 and text.isdecimal())


def test_large_counts_are_only_rounded() -> None:
    assert published([[12, 30], [41, 8]]) == [["10", "30", "40"], ["40", "10", "50"], ["55", "40", "90"]]


def test_one_small_cell_takes_another_with_it() -> None:
    cells = published([[12, 3], [40, 50]])
    assert cells[0] == [WITHHELD, TOO_SMALL, "15"]
    assert cells[1] == [WITHHELD, WITHHELD, "90"]


def test_columns_may_be_missing_from_a_row() -> None:
    table = suppressed({"a": {"x": 10}, "b": {"y": 20}})
    assert table.cells == {"a": {"x": "10", "y": "0"}, "b": {"x": "0", "y": "20"}}
    assert (table.row_totals, table.column_totals) == ({"a": "10", "b": "20"}, {"x": "10", "y": "20"})


def test_no_rows_make_an_empty_table() -> None:
    assert suppressed({}).grand_total == "0"


def test_a_negative_count_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="never negative"):
        suppressed({"a": {"x": -1}})


def test_who_may_see_each_person_sees_exact_counts() -> None:
    assert exact({"a": {"x": 3, "y": 4}}).cells == {"a": {"x": "3", "y": "4"}}


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(12, 22, None), (12, 23, 52), (3, 100, None), (0, 100, 0), (100, 100, 100)]
)
def test_percentages_come_from_true_counts_on_a_base_that_is_large_enough(part: int, whole: int, told: int) -> None:
    assert percent(part, whole) == told


def test_only_shown_numbers_are_drawn() -> None:
    assert [number(text) for text in ("15", TOO_SMALL, WITHHELD, "0")] == [15, None, None, 0]

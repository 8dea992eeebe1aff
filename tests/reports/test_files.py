"""Files for spreadsheets: texts stay texts, names in every script come back the same."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import NAMES
from tracker.reports.files import csv_lines, unique, write_xlsx
from tracker.rules.cells import STARTS, harmless

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=cmd|' /C calc'!A0", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["Ada", "1", "a=b", "Jan-Peter", "李小龙", ""])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_no_letter_or_digit_begins_a_formula_or_is_invisible() -> None:
    """So that a text that begins with one needs no second look."""
    first = [sign for sign in map(chr, range(0x110000)) if sign.isalnum()]
    assert {sign for sign in first if sign in STARTS or unicodedata.category(sign)[0] in "ZC"} == set()


def test_names_come_back_from_csv_the_same() -> None:
    written = b"".join(csv_lines(["Name"], [[name] for name in NAMES]))
    assert written.decode().split("\r\n")[1:-1] == [f'"{name}"' if "," in name else name for name in NAMES]


def test_the_mark_of_utf_8_comes_only_when_asked_for() -> None:
    with_mark, without = b"".join(csv_lines(["a"], [], bom=True)), b"".join(csv_lines(["a"], []))
    assert (with_mark, without) == (b"\xef\xbb\xbfa\r\n", b"a\r\n")


def test_an_xlsx_holds_texts_numbers_and_moments_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    write_xlsx(path, "s", ["Name", "Name", "Score", "At"], [["李小龙", "=1+1", Decimal("4.5"), moment]])
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows == [["Name", "Name (2)", "Score", "At"], ["李小龙", "'=1+1", 4.5, moment.replace(tzinfo=None)]]


def test_an_xlsx_without_rows_still_has_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    write_xlsx(path, "s", ["Name", "Score"], [])
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0] == ["Name", "Score"]


def test_headings_that_come_twice_are_numbered() -> None:
    assert unique(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]

"""The funnel counts what the asker may see, the same on the page and in every file, small numbers protected."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from tests.factories import make_application, make_conflict, make_hr, make_position, make_seat, make_staff, make_theme
from tracker.models import ConflictKind, Origin, PositionRole


@pytest.fixture
def two_themes(app: Flask) -> Any:
    brain, heart = make_theme(), make_theme()
    first, second = make_position(themes=[brain]), make_position(themes=[heart])
    for number in range(30):
        make_application(first, stage="review" if number % 2 else "shortlist")
    for _ in range(3):
        make_application(second, stage="rejected", origin=Origin.INTERNAL)
    return brain, heart


@pytest.mark.engines
def test_hr_may_see_exact_figures(two_themes: Any, signed_in: Any) -> None:
    brain, heart = two_themes
    found = signed_in(make_hr()).get("/desk/reports/funnel.json?by=theme&exact=yes").get_json()
    assert {row["key"]: row["counts"] for row in found["rows"]} == {
        brain.id: {"review": "15", "shortlist": "15", "rejected": "0"},
        heart.id: {"review": "0", "shortlist": "0", "rejected": "3"},
    }
    assert (found["total"], [step["count"] for step in found["reached"][:3]]) == ("33", ["33", "30", "15"])


@pytest.mark.engines
def test_small_numbers_are_protected_the_same_everywhere(two_themes: Any, signed_in: Any) -> None:
    visitor = signed_in(make_hr())
    found = visitor.get("/desk/reports/funnel.json?by=theme").get_json()
    shown = [[*row["counts"].values(), row["total"]] for row in found["rows"]]
    text = visitor.get("/desk/reports/funnel.csv?by=theme").get_data(as_text=True).removeprefix("\ufeff")
    in_csv = [row[1:] for row in list(csv.reader(io.StringIO(text)))[1:-1]]
    xlsx = io.BytesIO(visitor.get("/desk/reports/funnel.xlsx?by=theme").data)
    sheet = CalamineWorkbook.from_filelike(xlsx).get_sheet_by_index(0).to_python()
    in_xlsx = [[str(int(c)) if isinstance(c, float) else str(c) for c in row[1:]] for row in sheet[1:-1]]
    assert (in_csv, in_xlsx) == (shown, shown)
    assert "3" not in {cell for row in shown for cell in row}


def test_nobody_but_who_guards_the_procedure_gets_exact_figures(app: Flask, signed_in: Any) -> None:
    position, chair = make_position(themes=[make_theme()]), make_staff()
    make_seat(position, chair, PositionRole.CHAIR)
    for _ in range(3):
        make_application(position)
    found = signed_in(chair).get("/desk/reports/funnel.json?by=theme&exact=yes").get_json()
    assert (found["exact"], found["rows"][0]["counts"]["intake"] in {"<5", "–"}) == (False, True)


def test_a_conflict_is_subtracted(app: Flask, signed_in: Any) -> None:
    position, chair = make_position(themes=[make_theme()]), make_staff()
    make_seat(position, chair, PositionRole.CHAIR)
    for number in range(8):
        application = make_application(position)
        if number == 0:
            make_conflict(application, chair, ConflictKind.FAMILY)
    found = signed_in(chair).get("/desk/reports/funnel.json?by=theme").get_json()
    assert found["reached"][0]["count"] == "5"  # 7, rounded to 5; 8 would be 10


@pytest.mark.engines
def test_nothing_shows_where_all_that_is_counted_is_out_of_sight(app: Flask, signed_in: Any) -> None:
    """One's own application, and one with a conflict, leave no row of zeros behind, nor an applicant reached."""
    position, officer = make_position(themes=[make_theme()]), make_hr()
    make_application(position)
    make_application(position, candidate=officer, stage="shortlist", origin=Origin.INTERNAL)
    make_conflict(make_application(position, stage="review", origin=Origin.COUNTRY), officer, ConflictKind.FAMILY)
    make_application(position, submitted=False)
    found = signed_in(officer).get("/desk/reports/funnel.json?by=origin&exact=yes").get_json()
    assert [(row["key"], row["counts"]) for row in found["rows"]] == [("abroad", {"intake": "1"})]
    assert [step["count"] for step in found["reached"][:2]] == ["1", "0"]


def test_a_period_counts_by_the_day_of_submission(app: Flask, signed_in: Any, now: Any) -> None:
    position = make_position(themes=[make_theme()])
    make_application(position, now=now - timedelta(days=10))
    make_application(position, now=now)
    day = (now - timedelta(days=5)).date().isoformat()
    found = signed_in(make_hr()).get(f"/desk/reports/funnel.json?from={day}&exact=yes").get_json()
    assert found["total"] == "1"


def test_the_page_opens_each_number_down_to_its_rows(two_themes: Any, signed_in: Any) -> None:
    brain, _ = two_themes
    page = signed_in(make_hr()).get("/desk/reports?by=theme&exact=yes").get_data(as_text=True)
    assert f"/desk/applications?kind=shortlist&amp;theme={brain.id}" in page


@pytest.mark.parametrize("address", ["", ".json", ".csv", ".xlsx"])
def test_a_candidate_sees_no_report(app: Flask, signed_in: Any, address: str) -> None:
    candidate = make_application().candidate
    path = f"/desk/reports/funnel{address}" if address else "/desk/reports"
    assert signed_in(candidate).get(path).status_code == 403


def test_a_sum_that_counts_an_application_twice_opens_no_shorter_list(app: Flask, signed_in: Any) -> None:
    make_application(make_position(themes=[make_theme(), make_theme()]))
    visitor = signed_in(make_hr())
    found = visitor.get("/desk/reports/funnel.json?by=theme&exact=yes").get_json()
    assert (found["total"], found["reached"][0]["count"]) == ("2", "1")
    by_theme = visitor.get("/desk/reports?by=theme&exact=yes").get_data(as_text=True)
    by_kind = visitor.get("/desk/reports?by=kind&exact=yes").get_data(as_text=True)
    foot = 'href="/desk/applications?kind=intake"'
    assert (by_theme.count(foot), by_kind.count(foot)) == (0, 1)

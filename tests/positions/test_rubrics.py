"""Rubrics and reasons: what ships is planted once, and HR writes them."""

import re
from datetime import datetime
from typing import Any

from flask import Flask

from tests.factories import make_hr
from tests.positions.drafts import install_all
from tests.visitor import sign_in
from tracker import shipped
from tracker.models import ReasonSet, Rubric, Theme
from tracker.plumbing.database import db


def test_what_ships_is_planted_once_and_left_as_somebody_changed_it(app: Flask, now: datetime) -> None:
    install_all(now)
    db.session.query(Rubric).filter_by(key="phd").one().name = {"en": "Ours"}
    db.session.query(Theme).filter_by(slug=shipped.themes()[0]["slug"]).one().name = {"en": "Renamed"}
    db.session.flush()
    install_all(now)
    assert db.session.query(Rubric).count() == len(shipped.rubrics())
    assert db.session.query(ReasonSet).count() == 1
    assert db.session.query(Theme).count() == 10
    assert db.session.query(Rubric).filter_by(key="phd").one().name == {"en": "Ours"}
    assert db.session.query(Theme).filter_by(slug=shipped.themes()[0]["slug"]).one().name == {"en": "Renamed"}


def rubric_data(weight: str = "100", version: int = 0) -> dict[str, Any]:
    anchors = {f"criteria-0-anchors-{at}-text_en": f"Level {at + 1}" for at in range(5)}
    return {
        "version": version,
        "name_en": "Fellows",
        "criteria-0-label_en": "Ideas",
        "criteria-0-weight": weight,
        **anchors,
    }


def test_hr_writes_a_rubric(app: Flask, client: Any) -> None:
    sign_in(client, make_hr())
    assert client.post("/desk/rubrics/new", data=rubric_data()).status_code == 303
    made = db.session.query(Rubric).one()
    assert (made.key, made.criteria[0]["key"], made.criteria[0]["weight"]) == ("fellows", "ideas", "100")
    assert client.post(f"/desk/rubrics/{made.id}", data=rubric_data(version=made.version)).status_code == 303


def test_weights_that_miss_one_hundred_are_said(app: Flask, client: Any) -> None:
    sign_in(client, make_hr())
    page = client.post("/desk/rubrics/new", data=rubric_data("90"))
    assert (page.status_code, db.session.query(Rubric).count()) == (422, 0)
    assert "They must add up to exactly 100." in page.text
    assert 'value="Fellows"' in page.text


def test_a_rubric_that_changed_meanwhile_is_not_overwritten(app: Flask, client: Any) -> None:
    sign_in(client, make_hr())
    client.post("/desk/rubrics/new", data=rubric_data())
    made = db.session.query(Rubric).one()
    page = client.post(f"/desk/rubrics/{made.id}", data=rubric_data(version=made.version - 1))
    assert (page.status_code, 'value="Fellows"' in page.text) == (409, True)


def test_hr_writes_the_reasons(app: Flask, client: Any) -> None:
    sign_in(client, make_hr())
    row = {"reasons-0-label_en": "Not this year", "reasons-0-applicant_en": "Not this year.", "reasons-0-rejected": "y"}
    row["reasons-0-explain"] = "y"
    assert client.post("/desk/rubrics/reasons", data=row).status_code == 303
    assert db.session.query(ReasonSet).one().reasons == [
        {
            "key": "not_this_year",
            "label": {"en": "Not this year"},
            "applicant": {"en": "Not this year."},
            "kinds": ["rejected"],
            "explain": True,
        }
    ]
    ticks = re.findall(
        r'<input[^>]*name="reasons-0-(\w+)"[^>]*type="checkbox"', client.get("/desk/rubrics/reasons").text
    )
    assert ticks == ["rejected", "ineligible", "explain", "gone"]
    assert client.post("/desk/rubrics/reasons", data={"reasons-0-label_en": ""}).status_code == 422

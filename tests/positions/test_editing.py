"""Beginning and writing a draft: who may, in which state, and that nothing typed is lost."""

import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.factories import make_admin, make_hr, make_position, make_seat, make_staff, make_theme
from tests.positions.drafts import install_all, make_draft
from tests.visitor import sign_in
from tracker.models import Person, Position, PositionKind, PositionRole, PositionState, Rubric
from tracker.plumbing.database import db, transaction
from tracker.positions import actions
from tracker.positions.parts import Part

BEGIN = {"kind": "phd", "title_en": "Axons in the dark"}


def test_who_begins_a_position_becomes_its_chair(app: Flask, client: Any, now: datetime) -> None:
    install_all(now)
    supervisor = make_staff()
    sign_in(client, supervisor)
    assert client.post("/desk/positions/new", data=BEGIN).status_code == 303
    position = db.session.query(Position).one()
    assert [(seat.person_id, seat.role) for seat in position.seats] == [(supervisor.id, PositionRole.CHAIR)]
    assert position.reference == f"PHD-{now.astimezone().year}-001"
    assert (position.months, position.hours, len(position.criteria)) == (48, 36, 4)
    assert position.form_version is not None
    assert position.workflow is not None
    assert (position.form_version.form.key, position.workflow.key) == ("phd", "phd")


def test_hr_begins_a_position_for_others(app: Flask, client: Any, now: datetime) -> None:
    install_all(now)
    sign_in(client, make_hr())
    client.post("/desk/positions/new", data={**BEGIN, "kind": "postdoc"})
    position = db.session.query(Position).one()
    assert (position.seats, position.reference.partition("-")[0]) == ([], "PD")


def test_without_kind_or_title_nothing_begins_and_both_are_named(app: Flask, client: Any) -> None:
    sign_in(client, make_staff())
    page = client.post("/desk/positions/new", data={"title_nl": "Alleen Nederlands"})
    assert page.status_code == 422
    assert "Choose the kind of position." in page.text
    assert "Give the position a title." in page.text
    assert "Alleen Nederlands" in page.text


@pytest.mark.engines
def test_two_at_once_get_numbers_of_their_own(app: Flask, now: datetime) -> None:
    hr_id = make_hr().id
    db.session.commit()
    ready = threading.Barrier(4)
    taken: list[str] = []

    def begin() -> None:
        with app.app_context():
            ready.wait()
            with transaction() as session:
                hr = session.get_one(Person, hr_id)
                taken.append(actions.begin(PositionKind.PHD, title={"en": "x"}, themes=[], by=hr, now=now).reference)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    year = now.astimezone().year
    assert sorted(taken) == [f"PHD-{year}-{number:03}" for number in (1, 2, 3, 4)]


MAY_EDIT = {
    ("hr", PositionState.DRAFT): 200,
    ("admin", PositionState.DRAFT): 200,
    ("chair", PositionState.DRAFT): 200,
    ("member", PositionState.DRAFT): 403,
    ("observer", PositionState.DRAFT): 403,
    ("theme", PositionState.DRAFT): 403,
    ("stranger", PositionState.DRAFT): 404,
    ("hr", PositionState.PUBLISHED): 200,
    ("chair", PositionState.PUBLISHED): 403,
    ("member", PositionState.PUBLISHED): 403,
    ("stranger", PositionState.PUBLISHED): 404,
    ("hr", PositionState.CLOSED): 200,
    ("chair", PositionState.CLOSED): 403,
    ("hr", PositionState.ARCHIVED): 200,
    ("chair", PositionState.ARCHIVED): 403,
}


@pytest.mark.parametrize(("who", "state"), MAY_EDIT)
def test_who_may_write_in_which_state(app: Flask, client: Any, who: str, state: PositionState) -> None:
    coordinator = make_staff()
    position = make_position(state=state, themes=[make_theme(coordinators=(coordinator,))])
    people = {
        "hr": make_hr(),
        "admin": make_admin(),
        "chair": make_seat(position, role=PositionRole.CHAIR).person,
        "member": make_seat(position).person,
        "observer": make_seat(position, role=PositionRole.OBSERVER).person,
        "theme": coordinator,
        "stranger": make_staff(),
    }
    sign_in(client, people[who])
    assert client.get(f"/desk/positions/{position.id}/edit/texts").status_code == MAY_EDIT[who, state]
    written = client.post(
        f"/desk/positions/{position.id}/edit/texts", data={"version": position.version, "title_en": "Stolen"}
    )
    db.session.expire_all()
    stored = db.session.get_one(Position, position.id)
    if MAY_EDIT[who, state] != 200:
        assert (written.status_code, stored.title["en"]) == (MAY_EDIT[who, state], "The sleeping brain")
    if state is PositionState.ARCHIVED and who == "hr":
        assert (written.status_code, stored.title["en"]) == (409, "The sleeping brain")


def test_a_part_is_written_in_both_languages_and_found_by_its_words(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, chair)
    page = client.post(
        f"/desk/positions/{draft.id}/edit/texts",
        data={"version": draft.version, "title_en": "Łódź", "title_nl": "月 🌙", "description_en": "One\r\ntwo"},
    )
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert page.status_code == 303
    assert (stored.title, stored.description) == ({"en": "Łódź", "nl": "月 🌙"}, {"en": "One\ntwo"})
    assert "lodz" in stored.search_text
    assert "Łódź" in client.get("/desk/positions?q=lodz").text


def test_somebody_faster_costs_nothing_that_was_typed(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    seen = draft.version
    sign_in(client, chair)
    address = f"/desk/positions/{draft.id}/edit/basics"
    first = {
        "version": seen,
        "department": "Theirs",
        "openings": "1",
        "country": "NL",
        "place": "Leiden",
        "profile": "",
    }
    assert client.post(address, data=first).status_code == 303
    second = client.post(address, data={**first, "department": "Mine"})
    assert second.status_code == 409
    assert "Theirs" in second.text
    assert 'value="Mine"' in second.text
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert stored.department == "Theirs"
    assert client.post(address, data={**first, "department": "Mine", "version": stored.version}).status_code == 303


def test_changing_only_criteria_or_themes_counts_as_a_change(app: Flask, now: datetime) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    before = draft.version
    actions.edit(draft, {"themes": [make_theme("Other")]}, part=Part.BASICS, version=before, by=chair, now=now)
    assert draft.version == before + 1


def test_times_are_read_on_the_wall_of_the_zone(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, chair)
    times = {
        "version": draft.version,
        "closes_at": "2027-07-01T23:59",
        "time_zone": "Asia/Tokyo",
        "letters_wanted": "1",
    }
    assert client.post(f"/desk/positions/{draft.id}/edit/procedure", data=times).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Position, draft.id).closes_at == datetime(2027, 7, 1, 14, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("procedure", {"time_zone": "Mars/Olympus", "letters_wanted": "1"}),
        ("procedure", {"time_zone": "UTC", "letters_wanted": "1", "closes_at": "9999-12-31T23:59"}),
        ("procedure", {"time_zone": "UTC", "letters_wanted": "99"}),
        ("contract", {"salary_from": "-5", "contract": "temporary"}),
        ("contract", {"months": "99999999999999999999", "contract": "temporary"}),
        ("contract", {"fte": "NaN", "contract": "temporary"}),
        ("contract", {"funding": "gold", "contract": "temporary"}),
        ("basics", {"openings": "0", "country": "NL"}),
        ("basics", {"openings": "1", "country": "XX"}),
        ("basics", {"openings": "1", "country": "NL", "themes": "nothing"}),
        ("people", {"contact_email": "nobody"}),
        ("people", {"partners-0-name": "A", "partners-0-ror": "01k4yrm30", "partners-0-country": "NL"}),
        ("people", {"supervisors-0-name": "A", "supervisors-0-url": "javascript:alert(1)"}),
        ("conditions", {"policy_url": "javascript:alert(1)"}),
        ("texts", {"title_en": "\x00"}),
        ("people", {"supervisors-0-name": "\x00x"}),
        ("selection", {"form_version_id": "nothing", "workflow_id": "", "members_see": "all", "scale_max": "5"}),
        ("selection", {"form_version_id": "", "workflow_id": "", "members_see": "all", "scale_max": "500"}),
    ],
)
def test_what_cannot_be_is_refused_by_the_field(app: Flask, client: Any, part: str, data: dict[str, str]) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, chair)
    page = client.post(f"/desk/positions/{draft.id}/edit/{part}", data={"version": draft.version, **data})
    assert page.status_code == 422
    assert ("field-error" in page.text) or ("error-summary" in page.text)


def test_rows_of_people_grow_and_go_without_scripts(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, chair)
    address = f"/desk/positions/{draft.id}/edit/people"
    grown = client.post(
        address,
        data={
            "version": draft.version, "supervisors-0-name": "王小明", "supervisors-0-title": "",
            "supervisors-0-url": "", "supervisors-1-name": "", "partners-0-name": "Genève", "partners-0-ror": "https://ror.org/03yrm5c26",
            "partners-0-country": "CH", "contact_name": "A", "contact_email": "a@example.org", "add": "supervisors",
        },
    )  # fmt: skip
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert stored.supervisors == [{"name": "王小明", "title": "", "url": ""}]
    assert stored.partners == [{"name": "Genève", "ror": "03yrm5c26", "country": "CH"}]
    assert 'name="supervisors-1-name"' in client.get(grown.headers["Location"]).text


def test_weights_and_levels_are_written_and_their_sum_is_shown(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    sign_in(client, chair)
    data = {
        "version": draft.version, "form_version_id": draft.form_version_id, "workflow_id": draft.workflow_id,
        "members_see": "all", "scale_max": "2",
        "criteria-0-label_en": "Ideas", "criteria-0-weight": "60", "criteria-0-anchors-0-text_en": "Few",
        "criteria-0-anchors-1-text_en": "Many", "criteria-1-label_en": "Gone",
        "criteria-1-weight": "40", "criteria-1-gone": "y",
    }  # fmt: skip
    assert client.post(f"/desk/positions/{draft.id}/edit/selection", data=data).status_code == 303
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert [(one.key, one.weight) for one in stored.criteria] == [("ideas", Decimal(60))]
    page = client.get(f"/desk/positions/{draft.id}/edit/selection").text
    assert "Weights: 60 of 100" in page
    assert "They must add up to exactly 100." in page


def test_a_rubric_replaces_the_criteria(app: Flask, client: Any) -> None:
    chair = make_staff()
    draft = make_draft(chair)
    rubric = db.session.query(Rubric).filter_by(key="postdoc").one()
    sign_in(client, chair)
    address = f"/desk/positions/{draft.id}/edit/selection"
    done = client.post(address, data={"version": draft.version, "do": "rubric", "rubric": rubric.id})
    db.session.expire_all()
    stored = db.session.get_one(Position, draft.id)
    assert (done.status_code, [one.key for one in stored.criteria]) == (303, [one["key"] for one in rubric.criteria])
    assert client.post(address, data={"version": stored.version, "do": "rubric", "rubric": "no"}).status_code == 422

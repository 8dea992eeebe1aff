"""The palette finds what one may see, by what one may know."""

import pytest

from tests.factories import (
    make_admin,
    make_application,
    make_conflict,
    make_hr,
    make_person,
    make_position,
    make_staff,
)
from tests.visitor import Visitor, sign_in
from tracker.models import ConflictKind, PositionState
from tracker.rules.search_text import search_text


def ask(client: Visitor, query: str) -> str:
    return client.get("/desk/palette", query_string={"q": query}, headers={"HX-Request": "true"}).text


def test_without_a_question_it_shows_where_to_go(client: Visitor) -> None:
    sign_in(client, make_hr())
    answer = ask(client, "")
    assert "/desk/positions" in answer or "/desk" in answer
    assert "<html" not in answer


def test_it_leads_to_what_one_may_begin_and_to_nothing_else(client: Visitor) -> None:
    staff = (make_admin(), make_hr(), make_staff())
    found = []
    for person in staff:
        sign_in(client, person)
        found.append(tuple(act in ask(client, "") for act in ("/desk/positions/new", "/desk/people/invite")))
    assert found == [(True, True), (True, False), (True, False)]


def test_hr_finds_an_applicant_by_name_without_its_marks(client: Visitor) -> None:
    application = make_application(candidate=make_person("Łukasz Wiśniewski"))
    sign_in(client, make_hr())
    assert f"/desk/applications/{application.id}" in ask(client, "lukasz wisn")


def test_a_blind_reader_does_not_find_the_name(client: Visitor) -> None:
    member = make_staff()
    position = make_position(members=[member], blind=True)
    application = make_application(position, make_person("Łukasz Wiśniewski"), stage="review")
    application.stage.is_blind = True
    sign_in(client, member)
    assert application.id not in ask(client, "wisniewski")
    answer = ask(client, application.code)
    assert application.id in answer
    assert "Wiśniewski" not in answer


def test_a_conflict_hides_the_applicant(client: Visitor) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]), make_person("Łukasz Wiśniewski"))
    make_conflict(application, member, ConflictKind.FAMILY)
    sign_in(client, member)
    assert application.id not in ask(client, "wisniewski") + ask(client, application.code)


def test_drafts_are_not_found_by_anybody(client: Visitor) -> None:
    draft = make_application(candidate=make_person("Łukasz Wiśniewski"), submitted=False)
    sign_in(client, make_hr())
    assert draft.id not in ask(client, "wisniewski")


@pytest.mark.parametrize("query", ["glymphatic", "GLYMPHATIC", "glym"])
def test_a_position_is_found_by_its_title_where_one_has_a_seat(client: Visitor, query: str) -> None:
    member = make_staff()
    mine = make_position("Glymphatic sleep", members=[member])
    other = make_position("Glymphatic waking", state=PositionState.DRAFT)
    for one in (mine, other):
        one.search_text = search_text(one.title["en"])
    sign_in(client, member)
    answer = ask(client, query)
    assert (mine.id in answer, other.id in answer) == (True, False)


def test_only_the_administrator_finds_people(client: Visitor) -> None:
    person = make_person("Marie Curie", email="marie@example.org")
    sign_in(client, make_hr())
    assert person.id not in ask(client, "marie")
    sign_in(client, make_admin())
    assert f"/desk/people/{person.id}" in ask(client, "marie")


@pytest.mark.parametrize("query", ["%", "_", "<script>alert(1)</script>", "'; --", "a" * 5000, "\u202e王"])
def test_odd_questions_find_nothing_and_break_nothing(client: Visitor, query: str) -> None:
    make_application()
    sign_in(client, make_hr())
    answer = client.get("/desk/palette", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_candidates_have_no_palette(client: Visitor) -> None:
    sign_in(client, make_person())
    assert client.get("/desk/palette?q=a").status_code == 403

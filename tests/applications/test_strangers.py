"""What belongs to one candidate is not there for anybody else; nor does a candidate see what is the committee's."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.applications.phd import candidate, make_phd
from tests.factories import (
    make_admin,
    make_application,
    make_comment,
    make_document,
    make_hr,
    make_letter,
    make_review,
    make_seat,
    make_staff,
    make_transition,
    move_to,
)
from tests.visitor import Visitor
from tracker.models import Audience, Person, PositionRole
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

READ = ["", "/sections/personal", "/check", "/delete", "/receipt", "/receipt.pdf", "/sent", "/withdraw"]
WRITE = ["/answers", "/delete", "/sections/personal", "/submit", "/withdraw"]
SECRET = "I dream of sleep and of Þórsmörk."


@pytest.mark.parametrize("submitted", [False, True])
@pytest.mark.parametrize("who", ["candidate", "chair", "member", "hr", "admin"])
def test_another_person_finds_nothing(app: Flask, signed_in: Any, client: Visitor, who: str, submitted: bool) -> None:
    position = make_phd()
    application = make_application(position, submitted=submitted, answers={"motivation": SECRET})
    document = make_document(application, file_name="Þórsmörk.pdf")
    people: dict[str, Callable[[], Person]] = {
        "candidate": lambda: make_application(position, candidate(), submitted=True).candidate,
        "chair": lambda: make_seat(position, make_staff(), PositionRole.CHAIR).person,
        "member": lambda: make_seat(position, make_staff()).person,
        "hr": make_hr,
        "admin": make_admin,
    }
    signed_in(people[who]())
    for path in READ:
        answer = client.get(f"/applications/{application.id}{path}")
        assert (path, answer.status_code) == (path, 404)
        assert "Þórsmörk" not in answer.text
    for path in WRITE:
        assert (path, client.post(f"/applications/{application.id}{path}").status_code) == (path, 404)
    for path in ("", "?view=1", "/state"):
        name, _, query = path.partition("?")
        assert client.get(f"/documents/{document.id}{name}?{query}").status_code == 404
    assert application.code not in client.get("/applications").text


def test_a_visitor_is_asked_to_sign_in(app: Flask, client: Visitor) -> None:
    application = make_application(make_phd(), submitted=False)
    for path in READ:
        answer = client.get(f"/applications/{application.id}{path}")
        assert answer.status_code in {302, 303}
        assert answer.location.startswith("/sign-in")


def test_the_candidate_reads_only_what_is_meant_for_them(app: Flask, signed_in: Any, client: Visitor) -> None:
    position, chair = make_phd(), make_staff("Chairperson Grün")
    make_seat(position, chair, PositionRole.CHAIR)
    application = make_application(position)
    make_review(application, chair, strengths="SECRET-REVIEW")
    make_comment(application, chair, "SECRET-COMMITTEE")
    make_comment(application, chair, "SECRET-HR", audience=Audience.HR)
    make_comment(application, chair, "SECRET-CHAIR", audience=Audience.CHAIR)
    make_comment(application, chair, "FOR-THE-CANDIDATE", audience=Audience.CANDIDATE)
    make_letter(application, text="SECRET-LETTER")
    make_transition(application, "draft", "intake", by=application.candidate)
    make_transition(application, "intake", "review", by=chair)
    move_to(application, "review")
    signed_in(application.candidate)
    for path in ("", "/sent"):
        page = client.get(f"/applications/{application.id}{path}").text
        assert "SECRET" not in page
        assert "Chairperson" not in page
    page = client.get(f"/applications/{application.id}").text
    assert "FOR-THE-CANDIDATE" in page
    assert "Review for you" in page
    assert ">Review<" not in page


def test_a_move_that_can_still_be_undone_is_not_told_yet(app: Flask, signed_in: Any, client: Visitor) -> None:
    from datetime import timedelta

    application = make_application(make_phd())
    make_transition(application, "draft", "intake", by=application.candidate)
    rejection = make_transition(application, "intake", "rejected", by=make_staff())
    rejection.undo_until = now() + timedelta(minutes=5)
    move_to(application, "rejected")
    signed_in(application.candidate)
    for address in (f"/applications/{application.id}", "/applications"):
        page = client.get(address).text
        assert "Not selected for you" not in page
        assert "Intake for you" in page
    rejection.undo_until = now() - timedelta(seconds=1)
    assert "Not selected for you" in client.get("/applications").text


def test_my_applications_take_the_same_number_of_queries_for_one_and_for_three(
    app: Flask, signed_in: Any, client: Visitor
) -> None:
    from tracker.plumbing.database import counted_statements

    person = candidate()
    signed_in(person)
    make_application(make_phd(), person)
    client.get("/applications")
    with counted_statements() as one:
        assert client.get("/applications").status_code == 200
    for _ in range(2):
        make_application(make_phd(), person)
    db.session.commit()
    with counted_statements() as three:
        assert client.get("/applications").status_code == 200
    assert three.count == one.count

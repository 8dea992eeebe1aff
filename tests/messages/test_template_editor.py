"""HR words messages; others do not."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_admin, make_application, make_conflict, make_hr, make_person, make_staff
from tests.visitor import Visitor
from tracker.messages.actions import install_shipped
from tracker.models import ConflictKind, Entry, MessageTemplate


@pytest.fixture
def row(session: Session, now: datetime) -> MessageTemplate:
    install_shipped(now)
    return session.scalars(select(MessageTemplate).where(MessageTemplate.key == "shortlisted")).one()


def sent(row: MessageTemplate, **changed: str) -> dict[str, str]:
    return {
        "subject_en": row.subject["en"],
        "subject_nl": row.subject["nl"],
        "body_en": row.body["en"],
        "body_nl": row.body["nl"],
        "seen": str(row.version),
    } | changed


def test_hr_rewords_a_message_and_it_is_remembered(signed_in: Any, row: MessageTemplate, session: Session) -> None:
    hr = make_hr()
    client: Visitor = signed_in(hr)
    answer = client.post(f"/desk/messages/{row.id}", data=sent(row, body_en="Dear {candidate}, well done."))
    assert answer.status_code == 303
    session.expire_all()
    assert row.body["en"] == "Dear {candidate}, well done.\n"
    entry = session.scalars(select(Entry).where(Entry.thing_id == row.id).order_by(Entry.number.desc())).first()
    assert entry is not None
    assert (entry.what, entry.by_id, entry.data["languages"]) == ("reworded", hr.id, ["en"])


@pytest.mark.parametrize("bad", ["{candidate.__class__}", "{0}", "{salary}", "{}", "{Candidate}"])
def test_a_placeholder_that_nothing_fills_is_refused_by_its_field(
    signed_in: Any, row: MessageTemplate, session: Session, bad: str
) -> None:
    answer = signed_in(make_hr()).post(f"/desk/messages/{row.id}", data=sent(row, body_nl=f"Beste {bad}"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"Nothing can be filled in for {bad}." in page
    assert f"Beste {bad}</textarea>" in page
    session.expire_all()
    assert "Beste {candidate}" in row.body["nl"]


def test_an_older_version_gets_409_and_keeps_what_was_typed(
    signed_in: Any, row: MessageTemplate, session: Session
) -> None:
    stale = sent(row, body_en="Mine, typed with love.")
    row.subject = {"en": "Theirs first", "nl": "Eerder"}
    answer = signed_in(make_hr()).post(f"/desk/messages/{row.id}", data=stale)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Mine, typed with love." in page
    assert "Theirs first" in page


def test_a_preview_changes_nothing(signed_in: Any, row: MessageTemplate, session: Session) -> None:
    data = sent(row, body_en="Hello {candidate}!", act="preview")
    page = signed_in(make_hr()).post(f"/desk/messages/{row.id}", data=data).get_data(as_text=True)
    assert "Hello Amélie Nguyễn!" in page
    session.expire_all()
    assert "Hello" not in row.body["en"]


def test_a_preview_fills_in_only_rows_that_one_may_open(signed_in: Any, row: MessageTemplate) -> None:
    hr = make_hr()
    open_one = make_application(candidate=make_person(name="Open Ophelia"))
    blocked = make_application(candidate=make_person(name="Blocked Bartholomew"))
    draft = make_application(candidate=make_person(name="Drafting Dorothea"), submitted=False)
    make_conflict(blocked, hr, ConflictKind.FAMILY)
    client = signed_in(hr)
    for one, seen in ((open_one, True), (blocked, False), (draft, False)):
        page = client.get(f"/desk/messages/{row.id}?row={one.id}").get_data(as_text=True)
        assert (f"Dear {one.candidate.name}" in page) is seen
        assert "Blocked Bartholomew" not in page
        assert "Drafting Dorothea" not in page


def test_an_administrator_previews_with_the_sample_alone(signed_in: Any, row: MessageTemplate) -> None:
    application = make_application(candidate=make_person(name="Quite Private"))
    page = signed_in(make_admin()).get(f"/desk/messages/{row.id}?row={application.id}").get_data(as_text=True)
    assert "Quite Private" not in page
    assert "Dear Amélie Nguyễn" in page


def test_hr_adds_a_message_of_its_own(signed_in: Any, row: MessageTemplate, session: Session) -> None:
    client: Visitor = signed_in(make_hr())
    data = sent(row, name="Second interview")
    assert client.post("/desk/messages/new", data=data).status_code == 303
    assert session.scalars(select(MessageTemplate.key).where(MessageTemplate.key == "second_interview")).all()
    again = client.post("/desk/messages/new", data=data)
    assert again.status_code == 422
    assert "There is a message with this name already." in again.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/desk/messages", "/desk/messages/new"])
def test_staff_without_that_role_are_refused(signed_in: Any, path: str) -> None:
    assert signed_in(make_staff()).get(path).status_code == 403


def test_visitors_are_led_to_sign_in(client: Visitor, row: MessageTemplate) -> None:
    assert client.get(f"/desk/messages/{row.id}").status_code == 302
    assert client.get("/desk/outbox").status_code == 302

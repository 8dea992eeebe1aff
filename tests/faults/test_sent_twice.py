"""Double click, back button, retry after a time-out: one thing, one mail."""

import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.applications.phd import SECTIONS, candidate, fields, make_phd, save, start
from tests.factories import (
    make_admin,
    make_application,
    make_conflict,
    make_hr,
    make_letter,
    make_person,
    make_position,
    make_staff,
    make_workflow,
)
from tests.trust.test_at_once import in_threads
from tests.visitor import Visitor, sign_in
from tracker.accounts.secrets_kept import hash_password
from tracker.messages.actions import install_shipped
from tracker.models import (
    Answer,
    Base,
    Comment,
    Export,
    LetterState,
    Message,
    Person,
    Position,
    SentForm,
    Theme,
    Workflow,
)
from tracker.plumbing.database import db

pytestmark = pytest.mark.engines


def key_on(page: str, action: str) -> str:
    """The key of the form on this page that is sent to `action`."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    assert form is not None, action
    found = re.search(r'name="form_key" value="([^"]+)"', form[0])
    assert found is not None, form[0]
    return found[1]


def count(what: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(what)) or 0


def chaired(now: datetime) -> tuple[Any, Person]:
    install_shipped(now)
    chair = make_staff()
    application = make_application(make_position(chair=chair), stage="review")
    make_conflict(application, chair)
    return application, chair


def test_a_form_sent_again_later_leads_where_it_led_and_says_what_it_said(
    app: Flask, client: Visitor, now: datetime
) -> None:
    application, chair = chaired(now)
    sign_in(client, chair)
    path = f"/desk/applications/{application.id}/comments"
    page = client.get(f"/desk/applications/{application.id}").text
    data = {"audience": "candidate", "text": "Please send your diploma.", "form_key": key_on(page, path)}
    answers = []
    for _ in range(3):
        answer = client.post(path, data=data)
        answers.append((answer.status_code, answer.location, "Your message goes" in client.get(answer.location).text))
    assert answers == [answers[0]] * 3
    assert answers[0][::2] == (303, True)
    assert (count(Comment), count(Message)) == (1, 1)


def test_other_words_with_the_same_key_are_another_thing(app: Flask, client: Visitor, now: datetime) -> None:
    """Somebody went back, wrote something else and sent that: no word is lost."""
    application, chair = chaired(now)
    sign_in(client, chair)
    for text in ("First", "Second", "First"):
        data = {"audience": "committee", "text": text, "form_key": "one-key"}
        assert client.post(f"/desk/applications/{application.id}/comments", data=data).status_code == 303
    assert sorted(db.session.scalars(select(Comment.text))) == ["First", "Second"]


def test_a_key_of_somebody_else_finds_nothing(app: Flask, client: Visitor, now: datetime) -> None:
    application, chair = chaired(now)
    other = make_hr()
    data = {"audience": "committee", "text": "The same words", "form_key": "one-key"}
    for person in (chair, other):
        sign_in(client, person)
        assert client.post(f"/desk/applications/{application.id}/comments", data=data).status_code == 303
    assert count(Comment) == 2


def test_a_refused_form_can_be_sent_again_with_its_key(app: Flask, client: Visitor, now: datetime) -> None:
    application, chair = chaired(now)
    sign_in(client, chair)
    path, data = f"/desk/applications/{application.id}/comments", {"audience": "committee", "form_key": "one-key"}
    assert client.post(path, data=data | {"text": " "}).status_code == 422
    assert count(SentForm) == 0
    assert client.post(path, data=data | {"text": "Now"}).status_code == 303
    assert (count(Comment), count(SentForm)) == (1, 1)


def test_a_session_that_ended_leads_to_the_sign_in_and_is_not_remembered(
    app: Flask, client: Visitor, now: datetime
) -> None:
    application, chair = chaired(now)
    path = f"/desk/applications/{application.id}/comments"
    data = {"audience": "committee", "text": "Typed before", "form_key": "one-key"}
    assert "/sign-in" in client.post(path, data=data).location
    sign_in(client, chair)
    assert "/sign-in" not in client.post(path, data=data).location
    assert count(Comment) == 1


def test_a_forged_form_finds_no_answer(app: Flask, client: Visitor, now: datetime) -> None:
    application, chair = chaired(now)
    sign_in(client, chair)
    path = f"/desk/applications/{application.id}/comments"
    data = {"audience": "committee", "text": "Once", "form_key": "one-key"}
    assert client.post(path, data=data).status_code == 303
    assert client.post(path, data=data, csrf=False).status_code == 400


def test_two_clicks_at_one_moment_are_one_move_one_mail_and_no_refusal(app: Flask, now: datetime) -> None:
    application, chair = chaired(now)
    workflow = application.position.workflow
    move = next(one for one in workflow.moves if (one.key, one.from_stage.key) == ("reject", "review"))
    path = f"/desk/applications/{application.id}/moves/{move.id}"
    data = {"version": str(application.version), "reason": "research_match", "subject": "About", "body": "Dear you"}
    assert in_threads(app, chair, [(path, data | {"form_key": "one-key"})] * 4) == [303] * 4
    assert count(Message) == 1


NAMES = {"name_en": "Sleep", "name_nl": "Slaap"}
CREATING: dict[str, tuple[str, type[Base], dict[str, str]]] = {
    "a theme": (
        "/desk/themes/new",
        Theme,
        NAMES | {"summary_en": "S", "summary_nl": "S", "hue": "210"},
    ),
    "a workflow": ("/desk/workflows/new", Workflow, NAMES),
    "a position": ("/desk/positions/new", Position, {"title_en": "A", "title_nl": "B", "kind": "phd"}),
    "an export": ("/desk/exports", Export, {"what": "positions", "file_format": "xlsx"}),
    "a person": ("/desk/people/invite", Person, {"name": "Mo", "email": "mo@example.org", "role": "none"}),
}


@pytest.mark.parametrize("what", CREATING)
def test_what_is_made_by_a_form_sent_twice_is_made_once(app: Flask, client: Visitor, now: datetime, what: str) -> None:
    path, kind, data = CREATING[what]
    workflow = make_workflow()
    sign_in(client, make_admin() if kind in {Person, Theme} else make_hr())
    if kind is Workflow:
        data = data | {"source": workflow.id}
    before, letters = count(kind), count(Message)
    answers = [client.post(path, data=data | {"form_key": "one-key"}) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, answers[0].location)] * 2, answers[0].text
    assert count(kind) == before + 1
    assert count(Message) == letters + (kind is Person)


def test_a_reminder_clicked_twice_is_one_mail(app: Flask, client: Visitor, now: datetime) -> None:
    application, _ = chaired(now)
    letter = make_letter(application, state=LetterState.ASKED)
    sign_in(client, make_hr())
    for _ in range(2):
        assert client.post(f"/desk/letters/{letter.id}/remind", data={"form_key": "one-key"}).status_code < 400
    assert count(Message) == 1


SIGN_UP = {"name": "Linh", "email": "linh@example.org", "password": "a quiet herd of violet yaks", "form_key": "one"}


def session_of(client: Visitor) -> str:
    """What its browser keeps, for a second request of the same browser."""
    kept = client.get_cookie("session")
    assert kept is not None
    return kept.value


@pytest.mark.parametrize("is_known", [False, True])
def test_a_double_click_on_signing_up_is_one_account_and_one_mail_and_tells_nobody_who_has_one(
    app: Flask, client: Visitor, is_known: bool
) -> None:
    if is_known:
        make_person("Linh", email="linh@example.org")
    client.get("/sign-up")
    token, before = client.csrf_token(), count(Person)
    session = session_of(client)
    clicks: list[tuple[int, str | None]] = []

    def click() -> None:
        visitor = app.test_client()
        visitor.set_cookie("session", session)
        answer = visitor.post("/sign-up", data=SIGN_UP, headers={"X-CSRFToken": token})
        page = visitor.get("/verification")
        clicks.append((answer.status_code, answer.location if "linh@example.org" in page.text else page.text))

    db.session.commit()
    threads = [threading.Thread(target=click) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    click()
    assert clicks == [(303, "/verification")] * 4
    assert (count(Person), count(Message)) == (before + 1, 1)


def test_signing_up_in_other_words_or_from_another_page_is_another_account(app: Flask, client: Visitor) -> None:
    for change in ({"name": "Lan"}, {"form_key": "another"}, {"password": "a loud herd of violet yaks"}):
        assert client.post("/sign-up", data=SIGN_UP | change).status_code == 303
        client.post("/sign-out")
    assert count(Person) == 3


def test_a_form_that_signed_up_opens_nothing_once_the_password_is_another_one(app: Flask, client: Visitor) -> None:
    client.get("/sign-up")
    again, token = app.test_client(), client.csrf_token()
    again.set_cookie("session", session_of(client))
    client.post("/sign-up", data=SIGN_UP, headers={"X-CSRFToken": token})
    db.session.scalars(select(Person)).one().password_hash = hash_password("a loud herd of violet yaks")
    db.session.commit()
    answer = again.post("/sign-up", data=SIGN_UP, headers={"X-CSRFToken": token})
    assert (answer.status_code, count(Person), again.get("/account").status_code) == (409, 1, 302)


def test_who_is_signed_in_signs_nobody_up(app: Flask, client: Visitor) -> None:
    sign_in(client, make_staff())
    before = count(Person)
    assert client.post("/sign-up", data=SIGN_UP).location == "/desk"
    assert count(Person) == before


WITHOUT_KEY = {
    "applications/begin.html",
    "applications/check.html",
    "layout/_account.html",
    "layout/_language.html",
}
"""An application is begun once and sent once; sign-out and language: done twice is done once."""
CARRIES = re.compile(
    r"csrf\(\)|csrf\(keyed=asked\|selectattr\('is_file'\)|hidden_tag\(\)|\.csrf_token \}\}"
    r"|form_key\(\)|form_marks\(\)|deed_fields\(\)"
)


def test_every_form_that_changes_something_carries_a_key() -> None:
    forms = {
        (path.relative_to("templates").as_posix(), found[0].partition(">")[0]): bool(CARRIES.search(found[0]))
        for path in Path("templates").rglob("*.html")
        for found in re.finditer(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.S)
    }
    sent = {name for (name, opening), carries in forms.items() if not carries and 'action="#"' not in opening}
    assert sent == WITHOUT_KEY


def test_a_step_of_the_form_needs_a_key_only_where_it_takes_files(app: Flask, client: Visitor, now: datetime) -> None:
    sign_in(client, candidate())
    draft = start(client, make_phd(now=now))
    shown = {
        step: "form_key" in client.get(f"/applications/{draft.id}/sections/{step}").text
        for step in ("personal", "education", "documents")
    }
    assert shown == {"personal": False, "education": False, "documents": True}


@pytest.mark.parametrize("act", ["next", "add:degrees", "remove:degrees:0"])
def test_a_step_sent_twice_is_saved_once_and_leads_to_the_same_place(
    app: Flask, client: Visitor, now: datetime, act: str
) -> None:
    sign_in(client, candidate())
    draft = start(client, make_phd(now=now))
    save(client, draft, "education", **SECTIONS["education"])
    data = fields(draft, "education", **{**SECTIONS["education"], "degrees-1-field": "Sleep"}) | {"do": act}
    path = f"/applications/{draft.id}/sections/education"
    answers = [client.post(path, data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    versions = db.session.scalars(select(Answer.version).where(Answer.application_id == draft.id)).all()
    assert max(versions) == 2

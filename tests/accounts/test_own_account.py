"""One's own account: password, address, sessions, language; and what nobody else may do to it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from tests.accounts.mailbox import kinds_to, link_to, mails_to
from tests.factories import PASSWORD, make_admin, make_person, make_session, make_staff
from tests.visitor import Visitor, sign_in
from tracker.accounts.actions import ask_reset
from tracker.accounts.actions import sign_in as sign_in_with
from tracker.accounts.visits import Visit
from tracker.models import Entry, Person, Session
from tracker.plumbing.clock import now

GOOD = "a quiet herd of violet yaks"


@pytest.fixture
def noor(client: Visitor) -> Person:
    person = make_person("Noor", email="noor@example.org", password=PASSWORD)
    sign_in(client, person)
    return person


def fresh(session: DbSession, person: Person) -> Person:
    session.rollback()
    return session.get_one(Person, person.id, populate_existing=True)


def open_keys(session: DbSession) -> int:
    session.rollback()
    return len(session.scalars(select(Session).where(Session.ended_at.is_(None))).all())


def test_a_new_password_ends_every_other_session(client: Visitor, session: DbSession, noor: Person) -> None:
    make_session(noor)
    answer = client.post(
        "/account/password", data={"password_change-current": PASSWORD, "password_change-password": GOOD}
    )
    assert answer.status_code == 303
    assert open_keys(session) == 1
    assert client.get("/account").status_code == 200
    assert kinds_to(session, "noor@example.org") == ["password_changed"]


@pytest.mark.parametrize(
    ("current", "new", "words"), [("wrong wrong wrong", GOOD, "not your current"), (PASSWORD, "short", "12 char")]
)
def test_a_password_is_not_changed_lightly(
    client: Visitor, session: DbSession, noor: Person, current: str, new: str, words: str
) -> None:
    before = noor.password_hash
    answer = client.post(
        "/account/password", data={"password_change-current": current, "password_change-password": new}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert fresh(session, noor).password_hash == before


def test_nobody_guesses_the_password_at_an_open_screen(client: Visitor, noor: Person) -> None:
    data = {"password_change-current": "wrong wrong wrong", "password_change-password": GOOD}
    answers = [client.post("/account/password", data=data).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Visitor, session: DbSession) -> None:
    person = make_person("Noor", email="noor@example.org", password=PASSWORD)
    make_session(person)
    client.post("/reset", data={"email": "Noor@example.org"})
    assert client.get(link_to(session, "noor@example.org")).location == "/reset/new"
    assert client.get("/reset/new").status_code == 200
    assert client.post("/reset/new", data={"password": GOOD}).status_code == 303
    assert open_keys(session) == 1
    assert client.get("/account").status_code == 200
    assert client.post("/reset/new", data={"password": GOOD}).status_code == 410
    assert sign_in_with("noor@example.org", GOOD, now=now(), visit=Visit()) is not None
    session.rollback()
    assert sign_in_with("noor@example.org", PASSWORD, now=now(), visit=Visit()) is None


def test_a_refused_password_leaves_the_link_working(client: Visitor, session: DbSession) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    client.post("/reset", data={"email": "noor@example.org"})
    client.get(link_to(session, "noor@example.org"))
    assert client.post("/reset/new", data={"password": "short"}).status_code == 422
    assert client.post("/reset/new", data={"password": GOOD}).status_code == 303


def test_asking_for_a_new_password_says_nothing_of_accounts(client: Visitor, session: DbSession) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    known = client.post("/reset", data={"email": "noor@example.org"})
    unknown = client.post("/reset", data={"email": "nobody@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/reset/sent")
    assert kinds_to(session, "noor@example.org") == ["reset"]
    assert kinds_to(session, "nobody@example.org") == ["no_account"]


def test_links_in_mails_lead_to_the_configured_address(app: Flask, session: DbSession) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    session.commit()
    with app.test_request_context("/reset", base_url="http://evil.example/"):
        ask_reset("noor@example.org", now=now(), language="en")
        session.commit()
    mail = mails_to(session, "noor@example.org")[0]
    assert "evil.example" not in mail.text + mail.html
    assert app.config["TRACKER"].base_url in mail.text


def test_the_address_changes_when_the_new_one_is_confirmed(client: Visitor, session: DbSession, noor: Person) -> None:
    data = {"email_change-email": "noor@new.example"}
    assert client.post("/account/email", data=data).status_code == 303
    assert fresh(session, noor).email == "noor@example.org"
    assert client.get(link_to(session, "noor@new.example")).location == "/account/email/confirm"
    assert fresh(session, noor).email == "noor@example.org"
    client.post("/account/email/confirm")
    person = fresh(session, noor)
    assert (person.email, person.email_canonical) == ("noor@new.example", "noor@new.example")
    assert kinds_to(session, "noor@example.org") == ["address_changed"]


def test_the_address_of_another_is_not_taken_and_not_told(client: Visitor, session: DbSession, noor: Person) -> None:
    make_person(email="taken@example.org")
    free = client.post("/account/email", data={"email_change-email": "free@example.org"})
    taken = client.post("/account/email", data={"email_change-email": "taken@example.org"})
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert kinds_to(session, "taken@example.org") == ["address_is_taken"]


def test_an_address_taken_meanwhile_is_refused_at_the_end(client: Visitor, session: DbSession, noor: Person) -> None:
    client.post("/account/email", data={"email_change-email": "new@example.org"})
    client.get(link_to(session, "new@example.org"))
    make_person(email="new@example.org")
    assert client.post("/account/email/confirm").status_code == 409
    assert fresh(session, noor).email == "noor@example.org"


def test_one_ends_another_session_of_ones_own(client: Visitor, session: DbSession, noor: Person) -> None:
    make_session(noor, device="Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/140.0")
    assert "Firefox on Windows" in client.get("/account/security").text
    other = session.scalars(select(Session).where(Session.device.contains("Windows"))).one()
    assert client.post(f"/account/sessions/{other.id}/end").status_code == 303
    assert open_keys(session) == 1
    assert "Firefox on Windows" not in client.get("/account/security").text


def test_the_session_of_another_does_not_exist_for_me(client: Visitor, session: DbSession, noor: Person) -> None:
    make_session(make_person(), device="a device of somebody else")
    theirs = session.scalars(select(Session).where(Session.device == "a device of somebody else")).one()
    mine = client.post(f"/account/sessions/{theirs.id}/end")
    nowhere = client.post("/account/sessions/0000000000000000/end")
    assert (mine.status_code, nowhere.status_code) == (404, 404)
    assert open_keys(session) == 2
    assert "a device of somebody else" not in client.get("/account/security").text


def test_one_ends_all_others_at_once(client: Visitor, session: DbSession, noor: Person) -> None:
    for _ in range(3):
        make_session(noor)
    client.post("/account/sessions/end-others")
    assert open_keys(session) == 1
    assert client.get("/account").status_code == 200


def test_details_are_kept(client: Visitor, session: DbSession, noor: Person) -> None:
    data = {"details-name": "Noor de Vries", "details-language": "nl", "details-time_zone": "Asia/Ho_Chi_Minh"}
    assert client.post("/account/details", data=data).status_code == 303
    person = fresh(session, noor)
    assert (person.name, person.language, person.time_zone) == ("Noor de Vries", "nl", "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "wrong", [{"details-time_zone": "Mars/Olympus"}, {"details-language": "xx"}, {"details-name": ""}]
)
def test_details_that_cannot_be_are_refused(client: Visitor, noor: Person, wrong: dict[str, str]) -> None:
    data = {"details-name": "Noor", "details-language": "en", "details-time_zone": "UTC"} | wrong
    assert client.post("/account/details", data=data).status_code == 422


def test_a_visitor_chooses_a_language_by_a_button(client: Visitor) -> None:
    answer = client.post("/language", data={"language": "nl", "next": "/sign-in"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert '<html lang="nl"' in client.get("/sign-in").text


def test_the_choice_of_language_is_kept_with_the_person(client: Visitor, session: DbSession, noor: Person) -> None:
    client.post("/language", data={"language": "nl"})
    assert fresh(session, noor).language == "nl"


def test_an_unknown_language_changes_nothing(client: Visitor, session: DbSession, noor: Person) -> None:
    assert client.post("/language", data={"language": "xx", "next": "//evil.example"}).location == "/"
    assert fresh(session, noor).language == "en"


def test_visitors_get_the_language_of_their_browser(client: Visitor) -> None:
    assert '<html lang="nl"' in client.get("/sign-in", headers={"Accept-Language": "nl-BE,en;q=0.5"}).text
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "fr"}).text


def test_a_closed_account_opens_nothing_and_frees_its_address(
    client: Visitor, session: DbSession, noor: Person
) -> None:
    assert client.post("/account/close", data={}).location == "/"
    assert client.get("/account").status_code == 302
    assert client.post("/sign-in", data={"email": "noor@example.org", "password": PASSWORD}).status_code == 422
    make_person(email="noor@example.org")
    assert open_keys(session) == 0


def test_the_account_is_not_closed_at_a_screen_left_open(client: Visitor, session: DbSession, noor: Person) -> None:
    session.scalars(select(Session)).one().proved_at = now() - timedelta(minutes=11)
    assert client.post("/account/close", data={"prove-password": "wrong wrong wrong"}).status_code == 403
    assert fresh(session, noor).closed_at is None


def test_the_only_administrator_stays(client: Visitor, session: DbSession) -> None:
    admin = make_admin(email="root@example.org", password=PASSWORD)
    sign_in(client, admin)
    assert client.post("/account/close", data={}).status_code == 409
    assert fresh(session, admin).closed_at is None


def test_account_pages_ask_to_sign_in(client: Visitor) -> None:
    assert client.get("/account").location == "/sign-in?next=/account"


@pytest.mark.parametrize(
    "path",
    ["/account/details", "/account/email", "/account/password", "/account/close", "/account/sessions/end-others"],
)
def test_a_form_without_its_token_is_refused(client: Visitor, noor: Person, path: str) -> None:
    assert client.post(path, data={}, csrf=False).status_code in (400, 422)


def test_staff_see_their_account_at_the_desk(client: Visitor) -> None:
    sign_in(client, make_staff())
    assert 'class="desk"' in client.get("/account").text


def test_what_was_done_stands_in_the_history(client: Visitor, session: DbSession, noor: Person) -> None:
    client.post("/account/password", data={"password_change-current": PASSWORD, "password_change-password": GOOD})
    session.rollback()
    assert session.scalars(select(Entry.what).where(Entry.thing == "person", Entry.thing_id == noor.id)).all() == [
        "password_changed"
    ]

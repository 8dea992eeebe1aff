"""Before a dangerous act one proves who one is; what was being done is done right after."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from tests.architecture.test_routes import rules
from tests.factories import PASSWORD, make_admin, make_hr, make_person, make_staff
from tests.factories.credentials import make_authenticator, make_recovery_codes
from tests.visitor import Visitor, sign_in
from tracker.models import Export, Person, Session, SiteRole
from tracker.plumbing.clock import now

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def admin(client: Visitor) -> Person:
    person = make_admin("Ada", email="ada@example.org", password=PASSWORD)
    sign_in(client, person)
    return person


def leave_alone(session: DbSession, minutes: int = 11) -> None:
    for one in session.scalars(select(Session)):
        one.proved_at = now() - timedelta(minutes=minutes)
    session.commit()


def role_of(session: DbSession, person: Person) -> SiteRole:
    session.rollback()
    return session.get_one(Person, person.id, populate_existing=True).site_role


def test_the_dangerous_acts_are_these(app: Flask) -> None:
    asked = {rule.endpoint for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "proved", False)}
    assert asked == {
        "accounts.add_passkey",
        "accounts.app",
        "accounts.begin_app",
        "accounts.begin_new_passkey",
        "accounts.change_email",
        "accounts.change_role",
        "accounts.close",
        "accounts.close_account",
        "accounts.confirm_app",
        "accounts.drop_passkey",
        "accounts.invite_now",
        "accounts.link_identity_now",
        "accounts.make_recovery_codes",
        "accounts.remove_app",
        "accounts.reset_factor",
        "accounts.unlink_identity",
        "reports.ask",
        "reports.make_again",
    }


def test_within_ten_minutes_nobody_is_asked(client: Visitor, session: DbSession, admin: Person) -> None:
    other = make_staff()
    leave_alone(session, minutes=9)
    assert client.post(f"/desk/people/{other.id}/role", data={"role": "hr", "is_staff": "y"}).status_code == 303
    assert role_of(session, other) is SiteRole.HR


def test_later_the_password_is_asked_and_the_deed_is_done_with_it(
    client: Visitor, session: DbSession, admin: Person
) -> None:
    other = make_staff()
    leave_alone(session)
    path = f"/desk/people/{other.id}/role"
    asked = client.post(path, data={"role": "hr", "is_staff": "y"})
    assert asked.status_code == 403
    assert role_of(session, other) is SiteRole.NONE
    kept = dict(HIDDEN.findall(asked.text))
    assert (kept["role"], kept["is_staff"]) == ("hr", "y")
    assert f'action="{path}"' in asked.text
    deed = {name: value for name, value in kept.items() if name != "csrf_token"}
    assert client.post(path, data=deed | {"prove-password": "wrong wrong wrong"}).status_code == 403
    assert role_of(session, other) is SiteRole.NONE
    assert client.post(path, data=deed | {"prove-password": PASSWORD}).status_code == 303
    assert role_of(session, other) is SiteRole.HR
    assert client.post(f"/desk/people/{other.id}/role", data={"role": "none"}).status_code == 303


def test_who_has_an_app_gives_its_code_too(client: Visitor, session: DbSession, admin: Person) -> None:
    app, other = make_authenticator(admin), make_staff()
    codes = make_recovery_codes(admin)
    sign_in(client, admin, with_factor=True)
    leave_alone(session)
    path = f"/desk/people/{other.id}/role"
    for proof in ({"prove-password": PASSWORD}, {"prove-password": PASSWORD, "prove-code": "000000"}):
        assert client.post(path, data={"role": "hr", **proof}).status_code == 403
    assert client.post(path, data={"role": "hr", "prove-code": app.now()}).status_code == 403
    proof = {"prove-password": PASSWORD, "prove-code": codes[0]}
    assert client.post(path, data={"role": "hr", **proof}).status_code == 303
    leave_alone(session)
    assert client.post(path, data={"role": "none", **proof}).status_code == 403


def test_nobody_guesses_at_an_open_screen(client: Visitor, session: DbSession, admin: Person) -> None:
    leave_alone(session)
    answers = [client.post("/account/close", data={"prove-password": "no no no no"}).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert client.post("/account/close", data={"prove-password": PASSWORD}).status_code == 429


def test_what_was_typed_is_shown_as_text(client: Visitor, session: DbSession, admin: Person) -> None:
    leave_alone(session)
    page = client.post("/account/email", data={'"><script>x</script>': '"><script>alert(1)</script>'}).text
    assert "<script>alert(1)" not in page
    assert "<script>x<" not in page


def test_who_may_not_do_it_is_not_asked_either(client: Visitor, session: DbSession) -> None:
    sign_in(client, make_staff(password=PASSWORD))
    leave_alone(session)
    assert client.post("/desk/exports", data={"what": "applications"}).status_code == 403
    assert "still you" not in client.post("/desk/exports", data={"what": "applications"}).text


def test_exports_ask_too(client: Visitor, session: DbSession) -> None:
    sign_in(client, make_hr(password=PASSWORD))
    leave_alone(session)
    data = {"what": "applications", "file_format": "xlsx"}
    assert "still you" in client.post("/desk/exports", data=data).text
    assert client.post("/desk/exports", data=data | {"prove-password": PASSWORD}).status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Export)) == 1


def test_a_page_asks_and_comes_back(client: Visitor, session: DbSession) -> None:
    sign_in(client, make_person(password=PASSWORD))
    client.post("/account/authenticator")
    leave_alone(session)
    assert client.get("/account/authenticator").location == "/prove?next=/account/authenticator"
    page = client.get("/prove?next=/account/authenticator")
    assert page.status_code == 403
    proof = {"prove-password": PASSWORD, "next": "/account/authenticator"}
    assert client.post("/prove", data=proof).location == "/account/authenticator"
    assert client.get("/account/authenticator").status_code == 200
    assert client.get("/prove?next=//evil.example").location == "/applications"


def test_a_script_is_sent_to_the_page_that_asks(client: Visitor, session: DbSession) -> None:
    sign_in(client, make_person(password=PASSWORD))
    leave_alone(session)
    answer = client.post("/account/passkeys/begin", headers={"Accept": "application/json"})
    assert answer.status_code == 403


def test_a_session_from_before_all_this_has_proved_nothing(client: Visitor, session: DbSession, admin: Person) -> None:
    session.scalars(select(Session)).one().proved_at = None
    assert client.post("/account/close").status_code == 403


def test_without_a_password_the_first_is_chosen_only_by_who_has_proved(client: Visitor, session: DbSession) -> None:
    person = make_person("Noor", email="noor@example.org")
    sign_in(client, person)
    leave_alone(session)
    data = {"password_change-password": "a quiet herd of violet yaks"}
    assert client.post("/account/password", data=data).status_code == 403
    session.scalars(select(Session)).one().proved_at = now()
    assert client.post("/account/password", data=data).status_code == 303

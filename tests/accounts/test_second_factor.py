"""The second factor: asked for, taken once, never gone around, and kept as nobody can read it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from tests.accounts.mailbox import link_to
from tests.accounts.steps import enter, is_in, other_browser, show
from tests.architecture.test_routes import access, address, rules
from tests.factories import PASSWORD, make_admin, make_person
from tests.factories.credentials import make_authenticator, make_recovery_codes
from tests.visitor import Visitor, sign_in
from tracker.accounts.sealed import seal, unseal
from tracker.models import Attempt, Authenticator, Person, RecoveryCode, Session
from tracker.rules.codes import app_code, new_recovery_code, recovery_code

NOON = datetime(2027, 3, 12, 12, 0, 10, tzinfo=UTC)
GOOD = "a quiet herd of violet yaks"
SECRET = re.compile(r'class="secret"[^>]*>([A-Z2-7 ]+)<')
PAPER = re.compile(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){2})</li>")


# --- asked for


def test_who_has_an_app_is_asked_for_its_code_and_then_is_where_they_wanted(client: Visitor, noor: Person) -> None:
    app = make_authenticator(noor)
    assert enter(client, next="/account/security").location == "/sign-in/step?next=/account/security"
    assert not is_in(client)
    assert show(client, app.now(), next="/account/security").location == "/account/security"
    assert is_in(client)


def test_who_has_none_is_asked_for_nothing(client: Visitor, noor: Person) -> None:
    assert enter(client).location != "/sign-in/step"
    assert is_in(client)


def test_half_way_in_every_route_is_as_closed_as_to_a_stranger(app: Flask, client: Visitor) -> None:
    """Walks all of them, as an administrator who has given the password alone."""
    admin = make_admin(email="noor@example.org", password=PASSWORD)
    make_authenticator(admin)
    enter(client)
    astray = []
    for rule in rules(app):
        if access(app, rule) in {"public", "on the way in: show the second factor"}:
            continue
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            answer = client.open(address(rule), method=method)
            if answer.status_code != 302 or not answer.location.startswith("/sign-in/step"):
                astray.append((rule.endpoint, method, answer.status_code))
    assert astray == []


def test_half_way_in_one_cannot_set_up_a_factor_of_ones_own(client: Visitor, session: DbSession, noor: Person) -> None:
    make_authenticator(noor)
    enter(client)
    for path in ("/account/authenticator", "/account/passkeys/begin", "/account/passkeys", "/prove"):
        assert client.post(path, data={"prove-password": PASSWORD}).location.startswith("/sign-in/step")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Authenticator)) == 1


def test_half_way_in_public_pages_take_one_for_a_stranger(client: Visitor) -> None:
    admin = make_admin("Quite Unmistakable", email="noor@example.org", password=PASSWORD)
    make_authenticator(admin)
    enter(client)
    for path in ("/", "/positions", "/verification", "/sign-in/new-here"):
        assert "Quite Unmistakable" not in client.get(path).text


def test_a_script_half_way_in_is_told_401(client: Visitor, noor: Person) -> None:
    make_authenticator(noor)
    enter(client)
    assert client.get("/account", headers={"Accept": "application/json"}).status_code == 401


def test_a_session_from_before_the_factor_must_show_it(client: Visitor, session: DbSession, noor: Person) -> None:
    sign_in(client, noor)
    assert is_in(client)
    make_authenticator(session.get_one(Person, noor.id))
    assert client.get("/account").location.startswith("/sign-in/step")


def test_a_new_password_by_mail_does_not_go_around_the_factor(
    client: Visitor, session: DbSession, noor: Person
) -> None:
    make_authenticator(noor)
    client.post("/reset", data={"email": "noor@example.org"})
    client.get(link_to(session, "noor@example.org"))
    assert client.post("/reset/new", data={"password": GOOD}).location.startswith("/sign-in/step")
    assert not is_in(client)


def test_half_way_in_one_may_leave(client: Visitor, session: DbSession, noor: Person) -> None:
    make_authenticator(noor)
    enter(client)
    client.post("/sign-out")
    assert client.get("/sign-in/step").location.startswith("/sign-in?")
    session.rollback()
    assert session.scalars(select(Session.ended_at)).one() is not None


def test_the_session_is_a_new_one_after_the_code(client: Visitor, session: DbSession, noor: Person) -> None:
    app = make_authenticator(noor)
    enter(client)
    half = client.get_cookie("session")
    show(client, app.now())
    session.rollback()
    open_rows = session.scalars(select(Session).where(Session.ended_at.is_(None))).all()
    assert [row.factor_at is not None for row in open_rows] == [True]
    assert half is not None
    client.set_cookie("session", half.value)
    assert not is_in(client)


def test_the_step_is_only_for_who_is_on_the_way(client: Visitor, noor: Person) -> None:
    assert client.get("/sign-in/step").location.startswith("/sign-in?")
    sign_in(client, noor)
    assert client.get("/sign-in/step").location == "/"


# --- taken once


def test_a_code_is_taken_once(client: Visitor, noor: Person) -> None:
    app, thief = make_authenticator(noor), other_browser(client)
    with time_machine.travel(NOON, tick=False):
        enter(client)
        enter(thief)
        assert show(client, app.at(NOON)).status_code == 303
        assert show(thief, app.at(NOON)).status_code == 422
        assert show(thief, app.at(NOON - timedelta(seconds=30))).status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
def test_the_clock_of_a_phone_may_be_half_a_minute_off(
    client: Visitor, noor: Person, seconds: int, status: int
) -> None:
    app = make_authenticator(noor)
    with time_machine.travel(NOON, tick=False):
        enter(client)
        assert show(client, app.at(NOON + timedelta(seconds=seconds))).status_code == status


def test_codes_of_another_persons_app_are_worth_nothing(client: Visitor, noor: Person) -> None:
    make_authenticator(noor)
    theirs = make_authenticator(make_person())
    enter(client)
    assert show(client, theirs.now()).status_code == 422


def test_codes_are_not_guessed(client: Visitor, session: DbSession, noor: Person) -> None:
    app = make_authenticator(noor)
    enter(client)
    wrong = "000000" if app.now() != "000000" else "000001"
    assert [show(client, wrong).status_code for _ in range(11)] == [422] * 10 + [429]
    assert show(client, app.now()).status_code == 429
    session.rollback()
    assert session.scalar(select(func.count()).where(Attempt.bucket.startswith("code to account:"))) == 10


def test_who_guesses_codes_elsewhere_does_not_lock_the_owner_out(client: Visitor, noor: Person) -> None:
    app, thief = make_authenticator(noor), other_browser(client)
    with time_machine.travel(NOON, tick=False) as clock:
        enter(client)
        show(client, app.at(NOON))
        client.post("/sign-out")
        enter(thief)
        for _ in range(11):
            show(thief, "000000")
        assert show(thief, "000000").status_code == 429
        clock.shift(60)
        enter(client)
        assert show(client, app.at(NOON + timedelta(seconds=60))).status_code == 303


def test_a_password_alone_makes_no_known_device(client: Visitor, noor: Person) -> None:
    make_authenticator(noor)
    enter(client)
    assert client.get_cookie("device") is None


@pytest.mark.parametrize("typed", ["123 456", " 123456\n", "１２３４５６", "١٢٣٤٥٦", "123-456"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert app_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "½23456", "\x00" * 6])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert app_code(typed) is None


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    code = new_recovery_code()
    assert recovery_code(code.upper().replace("-", " ")) == code
    assert recovery_code(code + "2") is None
    assert recovery_code("0000-0000-0000") is None


# --- secrets at rest


def test_the_secret_of_an_app_is_not_in_the_database(session: DbSession, noor: Person) -> None:
    app = make_authenticator(noor)
    kept = session.scalars(select(Authenticator.secret)).one()
    assert app.secret not in kept
    assert unseal(kept, person_id=noor.id) == app.secret


def test_a_sealed_secret_opens_for_its_person_and_key_alone(app: Flask, noor: Person) -> None:
    sealed = seal("secret", person_id=noor.id)
    assert unseal(sealed, person_id="somebody else") is None
    app.config["TRACKER"] = replace(app.config["TRACKER"], secret_key="another key of more than thirty letters")
    assert unseal(sealed, person_id=noor.id) is None


def test_recovery_codes_are_kept_as_hashes(session: DbSession, noor: Person) -> None:
    codes = make_recovery_codes(noor)
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert all(one.startswith("$argon2id$") for one in kept)
    assert not any(code in one for code in codes for one in kept)

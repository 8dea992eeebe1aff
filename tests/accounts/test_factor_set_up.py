"""The second factor is set up, required, lost and reset; and recovery codes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession
from werkzeug.test import TestResponse

from tests.accounts.mailbox import kinds_to, link_to, mails_to
from tests.accounts.steps import enter, is_in, other_browser, show
from tests.architecture.test_routes import access, address, rules
from tests.factories import PASSWORD, make_admin, make_person, make_session, make_staff
from tests.factories.credentials import make_authenticator, make_identity, make_passkey, make_recovery_codes
from tests.visitor import Visitor, sign_in
from tracker.models import Authenticator, Entry, Identity, Passkey, Person, RecoveryCode, Session
from tracker.plumbing.clock import now

NOON = datetime(2027, 3, 12, 12, 0, 10, tzinfo=UTC)
GOOD = "a quiet herd of violet yaks"
SECRET = re.compile(r'class="secret"[^>]*>([A-Z2-7 ]+)<')
PAPER = re.compile(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){2})</li>")


# --- setting up


def set_up_app(client: Visitor) -> TestResponse:
    """As one does it: begin, read the key, type the code."""
    client.post("/account/authenticator")
    found = SECRET.search(client.get("/account/authenticator").text)
    assert found is not None
    return client.post("/account/authenticator/confirm", data={"code": pyotp.TOTP(found[1].replace(" ", "")).now()})


def test_an_app_is_set_up_by_its_picture_and_gives_ten_codes(client: Visitor, session: DbSession, noor: Person) -> None:
    sign_in(client, noor)
    make_session(noor, device="another")
    client.post("/account/authenticator")
    page = client.get("/account/authenticator").text
    assert '<svg class="scan-picture"' in page.replace("\n", " ") or 'class="scan-picture"' in page
    answer = set_up_app(client)
    codes = PAPER.findall(answer.text)
    assert len(set(codes)) == 10
    assert is_in(client)
    assert kinds_to(session, "noor@example.org") == ["authenticator_added"]
    assert session.scalar(select(func.count()).where(Session.ended_at.is_(None))) == 1
    client.post("/sign-out")
    enter(client)
    assert show(client, codes[3]).status_code == 303


def test_a_set_up_without_its_code_counts_for_nothing(client: Visitor, session: DbSession, noor: Person) -> None:
    sign_in(client, noor)
    client.post("/account/authenticator")
    assert client.post("/account/authenticator/confirm", data={"code": "000000"}).status_code == 422
    assert is_in(client)
    session.rollback()
    assert session.get_one(Person, noor.id).factor_since is None


def test_the_code_that_finished_the_set_up_does_not_sign_in(client: Visitor, session: DbSession, noor: Person) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client, noor)
        client.post("/account/authenticator")
        found = SECRET.search(client.get("/account/authenticator").text)
        assert found is not None
        code = pyotp.TOTP(found[1].replace(" ", "")).at(NOON)
        assert client.post("/account/authenticator/confirm", data={"code": code}).status_code == 200
        client.post("/sign-out")
        enter(client)
        assert show(client, code).status_code == 422


def test_another_app_replaces_the_first_and_makes_no_new_codes(
    client: Visitor, session: DbSession, noor: Person
) -> None:
    old = make_authenticator(noor)
    make_recovery_codes(noor)
    sign_in(client, noor, with_factor=True)
    assert set_up_app(client).location == "/account/security"
    assert is_in(client)
    assert session.scalar(select(func.count()).select_from(Authenticator)) == 1
    client.post("/sign-out")
    enter(client)
    assert show(client, old.now()).status_code == 422


def test_who_takes_the_app_off_needs_only_the_password_again(client: Visitor, session: DbSession, noor: Person) -> None:
    make_authenticator(noor)
    make_recovery_codes(noor)
    sign_in(client, noor, with_factor=True)
    assert client.post("/account/authenticator/remove").location == "/account/security#authenticator"
    client.post("/sign-out")
    enter(client)
    assert is_in(client)
    assert kinds_to(session, "noor@example.org") == ["authenticator_removed"]
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


# --- recovery codes


def test_a_recovery_code_opens_once_and_is_told(client: Visitor, session: DbSession, noor: Person) -> None:
    make_authenticator(noor)
    code, _ = make_recovery_codes(noor)
    enter(client)
    assert show(client, code.upper()).status_code == 303
    client.post("/sign-out")
    enter(client)
    assert show(client, code).status_code == 422
    mail = mails_to(session, "noor@example.org")[0]
    assert (mail.kind, "Codes that are left: 1." in mail.text) == ("recovery_code_used", True)


def test_new_recovery_codes_end_the_earlier_ones(client: Visitor, session: DbSession, noor: Person) -> None:
    make_authenticator(noor)
    code, _ = make_recovery_codes(noor)
    sign_in(client, noor, with_factor=True)
    assert len(PAPER.findall(client.post("/account/recovery-codes").text)) == 10
    client.post("/sign-out")
    enter(client)
    assert show(client, code).status_code == 422
    assert kinds_to(session, "noor@example.org") == ["recovery_codes_made"]


def test_without_a_factor_there_are_no_recovery_codes(client: Visitor, noor: Person) -> None:
    sign_in(client, noor)
    assert client.post("/account/recovery-codes").status_code == 409


# --- required of staff


def test_staff_without_a_factor_set_one_up_before_anything_else(
    app: Flask, client: Visitor, session: DbSession, required: None
) -> None:
    staff = make_staff(email="noor@example.org", password=PASSWORD)
    assert enter(client, next="/desk/positions").location == "/sign-in/set-up?next=/desk/positions"
    astray = []
    for rule in rules(app):
        if access(app, rule) in {"public", "on the way in: set up a second factor"}:
            continue
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            answer = client.open(address(rule), method=method)
            if answer.status_code != 302 or not answer.location.startswith("/sign-in/set-up"):
                astray.append((rule.endpoint, method, answer.status_code))
    assert astray == []
    assert client.get("/sign-in/set-up").status_code == 200
    assert len(PAPER.findall(set_up_app(client).text)) == 10
    assert client.get("/desk").status_code == 200
    assert session.get_one(Person, staff.id, populate_existing=True).factor_since is not None


def test_the_rule_counts_at_the_next_request(app: Flask, client: Visitor) -> None:
    sign_in(client, make_staff())
    assert client.get("/desk").status_code == 200
    app.config["TRACKER"] = replace(app.config["TRACKER"], staff_second_factor=True)
    assert client.get("/desk").location == "/sign-in/set-up?next=/desk"


def test_candidates_need_none(client: Visitor, noor: Person, required: None) -> None:
    enter(client)
    assert is_in(client)


def test_where_it_is_required_the_last_factor_stays(client: Visitor, session: DbSession, required: None) -> None:
    staff = make_staff()
    make_authenticator(staff)
    key = make_passkey(staff)
    sign_in(client, staff, with_factor=True)
    assert client.post(f"/account/passkeys/{key.id}/remove").status_code == 303
    assert client.post("/account/authenticator/remove").status_code == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Authenticator)) == 1


# --- the reset


def test_an_administrator_resets_with_a_reason_and_the_person_is_told(client: Visitor, session: DbSession) -> None:
    admin, victim = make_admin(), make_staff(email="bo@example.org", password=PASSWORD)
    make_authenticator(victim)
    make_passkey(victim)
    make_recovery_codes(victim)
    make_session(victim, with_factor=True)
    sign_in(client, admin)
    path = f"/desk/people/{victim.id}/second-factor/reset"
    assert client.post(path, data={"reason": " "}).status_code == 422
    assert client.post(path, data={"reason": "Lost the phone; seen at the desk"}).status_code == 303
    session.rollback()
    for kind in (Authenticator, Passkey, RecoveryCode):
        assert session.scalar(select(func.count()).select_from(kind)) == 0
    assert session.scalar(select(func.count()).where(Session.person_id == victim.id, Session.ended_at.is_(None))) == 0
    entry = session.scalars(select(Entry).where(Entry.what == "second_factor_reset")).one()
    assert (entry.by_id, entry.data["reason"]) == (admin.id, "Lost the phone; seen at the desk")
    assert kinds_to(session, "bo@example.org") == ["second_factor_reset"]
    assert client.post(path, data={"reason": "again"}).status_code == 409


def test_nobody_resets_their_own_and_others_cannot_at_all(client: Visitor, session: DbSession) -> None:
    admin = make_admin()
    make_authenticator(admin)
    sign_in(client, admin, with_factor=True)
    assert client.post(f"/desk/people/{admin.id}/second-factor/reset", data={"reason": "mine"}).status_code == 403
    other = other_browser(client)
    sign_in(other, make_staff())
    assert other.post(f"/desk/people/{admin.id}/second-factor/reset", data={"reason": "x"}).status_code == 403
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Authenticator)) == 1


# --- an account that was prepared for somebody else


def test_what_a_stranger_added_before_the_address_was_proved_goes_with_the_new_password(
    client: Visitor, session: DbSession
) -> None:
    thief = other_browser(client)
    thief.post("/sign-up", data={"name": "Eve", "email": "noor@example.org", "password": GOOD})
    session.rollback()
    account = session.scalars(select(Person)).one()
    make_identity(account, issuer="https://orcid.org", subject="0000-0002-1825-0097")
    make_authenticator(account)
    make_passkey(account)
    client.post("/reset", data={"email": "noor@example.org"})
    client.get(link_to(session, "noor@example.org"))
    assert client.post("/reset/new", data={"password": "seven slow rivers of amber"}).status_code == 303
    assert is_in(client)
    assert not is_in(thief)
    for kind in (Authenticator, Passkey, Identity):
        assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_an_account_that_is_closed_opens_by_nothing(client: Visitor, session: DbSession, noor: Person) -> None:
    make_identity(noor, issuer="https://orcid.org", subject="0000-0002-1825-0097")
    make_passkey(noor)
    sign_in(client, noor, with_factor=True)
    client.post("/account/close")
    session.rollback()
    for kind in (Passkey, Identity):
        assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_mails_say_when_and_from_what_device(client: Visitor, session: DbSession, noor: Person) -> None:
    noor.time_zone, noor.language = "Asia/Tokyo", "nl"
    make_authenticator(noor)
    with time_machine.travel(NOON, tick=False):
        sign_in(client, noor, with_factor=True)
        client.post(
            "/account/authenticator/remove", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
        )
    mail = mails_to(session, "noor@example.org")[0]
    assert "12 maart 2027, 21:00 JST" in mail.text
    assert "Firefox op Windows" in mail.text
    assert "/reset" in mail.text


def test_an_address_that_was_never_proved_gets_no_notice(client: Visitor, session: DbSession) -> None:
    stranger = make_person(email="someone@example.org", verified=False)
    make_authenticator(stranger)
    sign_in(client, stranger, with_factor=True)
    client.post("/account/authenticator/remove")
    assert kinds_to(session, "someone@example.org") == []


def test_a_session_long_unused_may_still_do_what_counts_tries(
    client: Visitor, session: DbSession, noor: Person
) -> None:
    sign_in(client, noor)
    session.scalars(select(Session)).one().seen_at = now() - timedelta(minutes=30)
    data = {"password_change-current": PASSWORD, "password_change-password": GOOD}
    assert client.post("/account/password", data=data).status_code == 303

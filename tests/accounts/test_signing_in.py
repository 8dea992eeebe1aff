"""Signing in: the same answer for every failure, throttled without locking the owner out, sessions that end."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession
from werkzeug.test import TestResponse

from tests.factories import PASSWORD, make_admin, make_person, make_staff
from tests.visitor import Visitor, sign_in
from tracker.accounts.actions import open_session
from tracker.accounts.secrets_kept import hash_password
from tracker.models import Attempt, Person, Session, SiteRole
from tracker.plumbing.clock import now

WRONG = "not the password at all"


def enter(
    client: Visitor, email: str, password: str = PASSWORD, address: str = "192.0.2.1", **more: str
) -> TestResponse:
    data = {"email": email, "password": password, **more}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})


def test_the_right_password_opens_a_session(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    answer = enter(client, "noor@example.org")
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200


def test_an_address_is_known_however_it_is_written(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    assert enter(client, " NOOR@Example.org\u200b").status_code == 303


def test_after_sign_in_one_is_where_one_wanted_to_be(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    assert enter(client, "noor@example.org", next="/account#email").location == "/account#email"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client: Visitor, target: str) -> None:
    make_staff(email="noor@example.org", password=PASSWORD)
    assert enter(client, "noor@example.org", next=target).location == "/desk"


def test_unknown_wrong_closed_and_invited_accounts_get_the_same_answer(client: Visitor, session: DbSession) -> None:
    make_person(email="wrong@example.org", password=PASSWORD)
    make_person(email="closed@example.org", password=PASSWORD).closed_at = now()
    make_staff(email="invited@example.org")
    pages = {
        email: enter(client, email, WRONG if email.startswith("wrong") else PASSWORD)
        for email in ("unknown@example.org", "wrong@example.org", "closed@example.org", "invited@example.org")
    }
    assert {page.status_code for page in pages.values()} == {422}
    bodies = [page.text.replace(email, "") for email, page in pages.items()]
    plain = [_without_tokens(body) for body in bodies]
    assert plain == [plain[0]] * 4


def _without_tokens(body: str) -> list[str]:
    return [line for line in body.splitlines() if "csrf" not in line.lower()]


def test_an_unknown_account_takes_as_long_as_a_known_one(client: Visitor, session: DbSession) -> None:
    make_person(email="known@example.org").password_hash = hash_password(PASSWORD)

    def least(email: str) -> float:
        took = []
        for turn in range(6):
            began = time.process_time()
            enter(client, email, WRONG, address=f"192.0.2.{turn}")
            took.append(time.process_time() - began)
        return min(took)

    enter(client, "warm@example.org", WRONG)
    known, unknown = least("known@example.org"), least("unknown@example.org")
    assert 0.6 < unknown / known < 1.6


def test_tries_are_counted_even_though_they_are_refused(client: Visitor, session: DbSession) -> None:
    enter(client, "unknown@example.org", WRONG)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_ten_wrong_tries_from_anywhere_are_enough(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    answers = [enter(client, "noor@example.org", WRONG, address=f"192.0.2.{turn}").status_code for turn in range(11)]
    assert answers == [422] * 10 + [429]


def test_too_many_tries_say_when_to_come_back(client: Visitor) -> None:
    for turn in range(10):
        enter(client, "noor@example.org", WRONG, address=f"192.0.2.{turn}")
    answer = enter(client, "noor@example.org", WRONG)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_who_tries_from_many_addresses_does_not_lock_the_owner_out(client: Visitor, app: object) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    assert enter(client, "noor@example.org").status_code == 303
    client.post("/sign-out")
    thief = Visitor(client.application, client.response_wrapper, use_cookies=True)
    for turn in range(40):
        enter(thief, "noor@example.org", WRONG, address=f"198.51.100.{turn}")
    assert enter(thief, "noor@example.org").status_code == 429
    assert enter(client, "noor@example.org").status_code == 303


def test_a_known_device_may_not_guess_for_ever_either(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    enter(client, "noor@example.org")
    client.post("/sign-out")
    answers = [enter(client, "noor@example.org", WRONG).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_right_tries_are_not_held_against_an_address(client: Visitor, session: DbSession) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    enter(client, "noor@example.org")
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_sign_in_needs_the_token_of_its_form(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    answer = client.post("/sign-in", data={"email": "noor@example.org", "password": PASSWORD}, csrf=False)
    assert answer.status_code in (400, 422)
    assert client.get("/account").status_code == 302


def test_the_session_is_a_new_one_at_each_sign_in(client: Visitor, session: DbSession) -> None:
    person = make_person(email="noor@example.org", password=PASSWORD)
    before = sign_in(client, person)
    enter(client, "noor@example.org")
    rows = session.scalars(select(Session).where(Session.person_id == person.id)).all()
    assert len(rows) == 2
    assert [row.ended_at is None for row in rows if row.key_hash == _hash(before)] == [False]


def _hash(key: str) -> str:
    from tracker.web.access import key_hash

    return key_hash(key)


def test_a_copied_cookie_is_worth_nothing_after_sign_out(client: Visitor) -> None:
    make_person(email="noor@example.org", password=PASSWORD)
    enter(client, "noor@example.org")
    kept = client.get_cookie("session")
    client.post("/sign-out")
    assert kept is not None
    client.set_cookie("session", kept.value)
    assert client.get("/account").status_code == 302


def test_the_row_of_a_session_does_not_hold_its_key(session: DbSession) -> None:
    person = make_person()
    row = open_session(person, now=now(), device="Firefox", address="192.0.2.1")
    key = person.session_key
    assert key is not None
    assert key not in {row.key_hash, row.id}
    assert row.key_hash == _hash(key)


@pytest.mark.parametrize(("hours", "status"), [(11, 200), (13, 302)])
def test_a_session_ends_when_it_is_left_alone(client: Visitor, session: DbSession, hours: int, status: int) -> None:
    person = make_person()
    sign_in(client, person)
    session.scalars(select(Session)).one().seen_at = now() - timedelta(hours=hours)
    assert client.get("/account").status_code == status


@pytest.mark.parametrize(("days", "status"), [(13, 200), (15, 302)])
def test_a_session_ends_however_much_it_is_used(client: Visitor, session: DbSession, days: int, status: int) -> None:
    person = make_person()
    sign_in(client, person)
    session.scalars(select(Session)).one().opened_at = now() - timedelta(days=days)
    assert client.get("/account").status_code == status


def test_a_role_counts_at_the_next_request(client: Visitor, session: DbSession) -> None:
    person = make_admin()
    sign_in(client, person)
    assert client.get("/desk/people").status_code == 200
    session.get_one(Person, person.id).site_role = SiteRole.HR
    assert client.get("/desk/people").status_code == 403


def test_a_closed_account_is_nobody_at_the_next_request(client: Visitor, session: DbSession) -> None:
    person = make_person()
    sign_in(client, person)
    session.get_one(Person, person.id).closed_at = now()
    assert client.get("/account").status_code == 302

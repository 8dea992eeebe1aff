"""Signing up: nobody learns who has an account, and nobody who has none must wait."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession
from werkzeug.test import TestResponse

from tests.accounts.mailbox import kinds_to, link_to, mails_to
from tests.factories import NAMES, PASSWORD, make_application, make_person
from tests.visitor import Visitor
from tracker.accounts.actions import verify
from tracker.accounts.queries import claimant, newest_unclaimed
from tracker.models import Application, Person
from tracker.plumbing.clock import now
from tracker.rules.refusals import NotAllowedNow

GOOD = "a quiet herd of violet yaks"


def sign_up(client: Visitor, email: str = "linh@example.org", **changes: str) -> TestResponse:
    data = {"name": "Nguyễn Thị Linh", "email": email, "password": GOOD, **changes}
    return client.post("/sign-up", data=data)


def everyone(session: DbSession) -> list[Person]:
    session.rollback()
    return list(session.scalars(select(Person).order_by(Person.created_at, Person.id)))


def test_who_signs_up_is_in_at_once_and_gets_a_mail(client: Visitor, session: DbSession) -> None:
    assert sign_up(client).location == "/verification"
    assert client.get("/account").status_code == 200
    assert kinds_to(session, "linh@example.org") == ["verify"]
    assert everyone(session)[0].email_verified_at is None


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client: Visitor, session: DbSession) -> None:
    make_person("Linh", email="linh@example.org", password=PASSWORD)
    new = sign_up(client, "new@example.org")
    new_page = client.get(new.location).text.replace("new@example.org", "")
    client.post("/sign-out")
    known = sign_up(client, "Linh@Example.org")
    known_page = client.get(known.location).text.replace("Linh@Example.org", "")
    assert (new.status_code, new.location) == (known.status_code, known.location)
    assert _plain(new_page) == _plain(known_page)
    assert kinds_to(session, "linh@example.org") == ["already_has_account"]


def _plain(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower() and "data-person" not in line]


def test_signing_up_again_does_not_open_the_older_account(client: Visitor, session: DbSession) -> None:
    owner = make_person("Linh", email="linh@example.org", password=PASSWORD)
    sign_up(client)
    assert "Nguyễn Thị Linh" in client.get("/account").text
    session.rollback()
    assert claimant("linh@example.org") == session.get(Person, owner.id)


def test_the_link_verifies_only_when_its_button_is_pressed(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    answer = client.get(link_to(session, "linh@example.org"))
    assert (answer.status_code, answer.location) == (303, "/verification")
    assert "linh@example.org" in client.get("/verification").text
    assert everyone(session)[0].email_verified_at is None
    assert client.post("/verification").status_code == 303
    person = everyone(session)[0]
    assert person.email_verified_at is not None
    assert person.email_canonical == "linh@example.org"


def test_who_has_proved_the_address_goes_on_to_what_they_came_for(client: Visitor, session: DbSession) -> None:
    assert sign_up(client, next="/positions/one/apply").location == "/verification?next=/positions/one/apply"
    client.get(link_to(session, "linh@example.org"))
    assert client.post("/verification").location == "/positions/one/apply"


def test_nobody_is_led_to_another_site_after_proving(client: Visitor, session: DbSession) -> None:
    sign_up(client, next="//evil.example/apply")
    client.get(link_to(session, "linh@example.org"))
    assert client.post("/verification").location == "/applications"


def test_the_link_works_on_another_device(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    link = link_to(session, "linh@example.org")
    phone = Visitor(client.application, client.response_wrapper, use_cookies=True)
    phone.get(link)
    assert phone.post("/verification").location == "/sign-in"
    assert everyone(session)[0].email_verified_at is not None
    assert phone.get("/account").status_code == 302


def test_the_answer_to_a_link_tells_no_other_site_where_one_came_from(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    answer = client.get(link_to(session, "linh@example.org"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_works_once(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    link = link_to(session, "linh@example.org")
    client.get(link)
    client.post("/verification")
    client.post("/sign-out")
    client.get(link)
    assert client.get("/verification").status_code == 410
    assert client.post("/verification").status_code == 410


def test_a_newer_link_replaces_the_older(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    older = link_to(session, "linh@example.org")
    client.post("/verification/send")
    assert link_to(session, "linh@example.org") != older
    client.get(older)
    assert "no longer works" in client.get("/verification").text
    assert client.post("/verification").status_code == 410


def test_a_few_mails_an_hour_are_enough(client: Visitor, session: DbSession) -> None:
    sign_up(client)
    answers = [client.post("/verification/send").status_code for _ in range(6)]
    assert answers == [303] * 4 + [429] * 2
    assert len(mails_to(session, "linh@example.org")) == 5


def test_signing_up_for_a_stranger_again_and_again_sends_few_mails(client: Visitor, session: DbSession) -> None:
    for _ in range(8):
        assert sign_up(client, "victim@example.org").status_code == 303
        client.post("/sign-out")
    assert len(mails_to(session, "victim@example.org")) == 5


def test_mail_to_an_unproved_address_holds_nothing_that_was_typed(client: Visitor, session: DbSession) -> None:
    sign_up(client, name="Win a phone today")
    mail = mails_to(session, "linh@example.org")[0]
    assert "Win a phone" not in mail.text + mail.html + mail.subject + mail.to_name


def test_what_was_begun_twice_goes_over_to_the_older_account(client: Visitor, session: DbSession) -> None:
    owner = make_person("Linh", email="linh@example.org", password=PASSWORD)
    sign_up(client)
    session.rollback()
    newer = newest_unclaimed("linh@example.org")
    assert newer is not None
    draft = make_application(candidate=newer, submitted=False)
    session.commit()
    client.get(link_to(session, "linh@example.org"))
    assert client.post("/verification").location == "/sign-in"
    session.rollback()
    assert session.get_one(Application, draft.id).candidate_id == owner.id
    assert session.get_one(Person, newer.id).closed_at is not None
    assert client.get("/account").status_code == 302


def test_whoever_has_not_verified_yet_signs_in_with_what_they_chose(client: Visitor) -> None:
    sign_up(client)
    client.post("/sign-out")
    assert client.post("/sign-in", data={"email": "linh@example.org", "password": GOOD}).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "linh", "does not look like an e-mail address"),
        ("email", "", "Enter your e-mail address."),
        ("password", "short", "12 characters or more"),
        ("password", "password1234", "Many people use this password"),
        ("password", "linh@example.org", "close to your name or e-mail address"),
        ("name", "https://win.example", "A name cannot hold a link"),
        ("name", "", "Enter your name."),
        ("name", "a\x00b", "invisible control character"),
    ],
)
def test_what_cannot_be_taken_is_said_by_its_field(client: Visitor, field: str, value: str, words: str) -> None:
    answer = sign_up(client, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_kept_as_it_was_written(client: Visitor, session: DbSession, name: str) -> None:
    sign_up(client, name=name)
    assert everyone(session)[0].name == name


def test_a_verified_person_need_not_verify_again(session: DbSession) -> None:
    with pytest.raises(NotAllowedNow):
        verify("no such link", now=now())

"""Every way round a provider: nobody takes over an account by an answer that was not asked for, or is not true."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from tests.accounts.mailbox import kinds_to
from tests.accounts.provider import (
    Claim,
    Forger,
    Provider,
    enter_with,
    forging,
    institution,
    linked,
    orcid,
    set_up,
    unsigned,
    with_claims,
)
from tests.accounts.steps import is_in, other_browser
from tests.factories import PASSWORD, make_admin, make_person
from tests.factories.credentials import make_identity
from tests.visitor import Visitor, sign_in
from tracker.models import Person, Session
from tracker.plumbing.clock import now

IRIS = "0000-0002-1825-0097"


# --- taking over


def test_the_same_address_there_opens_nothing_here(client: Visitor, session: DbSession, elsewhere: Provider) -> None:
    set_up(client.application, institution(elsewhere.issuer))
    make_admin("Ada", email="ada@example.org", password=PASSWORD)
    elsewhere.knows("thief", email="ada@example.org", email_verified=True, name="Ada")
    assert enter_with(client, elsewhere, "thief", key="institution").location == "/sign-in/new-here"
    assert not is_in(client)
    client.post("/sign-in/new-here", data={"name": "Ada", "email": "ada@example.org"})
    assert client.get("/desk").status_code == 403
    assert linked(session)[0][0] == session.scalars(select(Person.id).where(Person.password_hash.is_(None))).one()
    assert client.get("/account").text.count("Not verified yet") == 1
    assert kinds_to(session, "ada@example.org") == ["already_has_account"]


def test_the_page_for_the_new_says_nothing_of_who_has_an_account(
    client: Visitor, session: DbSession, provider: Provider
) -> None:
    make_person(email="known@example.org")
    answers = []
    for subject, email in (("one", "known@example.org"), ("two", "unknown@example.org")):
        browser = other_browser(client)
        enter_with(browser, provider, subject)
        answer = browser.post("/sign-in/new-here", data={"name": "Iris", "email": email})
        answers.append((answer.status_code, answer.location))
    assert answers[0] == answers[1]


def test_an_identity_is_linked_after_signing_in_to_the_account(
    client: Visitor, session: DbSession, provider: Provider
) -> None:
    person = make_person("Iris", email="iris@example.org", password=PASSWORD)
    enter_with(client, provider, IRIS)
    data = {"email": "iris@example.org", "password": PASSWORD, "next": "/account/link"}
    assert client.post("/sign-in", data=data).location == "/account/link"
    assert IRIS in client.get("/account/link").text
    assert linked(session) == []
    assert client.post("/account/link", data={"subject": IRIS}).location == "/account/security#identities"
    assert linked(session) == [(person.id, IRIS)]
    assert kinds_to(session, "iris@example.org") == ["identity_linked"]


def test_linking_needs_the_token_of_its_form_and_a_proof(
    client: Visitor, session: DbSession, provider: Provider
) -> None:
    sign_in(client, make_person(password=PASSWORD))
    enter_with(client, provider, IRIS)
    assert client.post("/account/link", data={"subject": IRIS}, csrf=False).status_code == 400
    session.scalars(select(Session)).one().proved_at = now() - timedelta(minutes=11)
    assert client.post("/account/link", data={"subject": IRIS}).status_code == 403
    assert linked(session) == []
    assert client.post("/account/link", data={"subject": IRIS, "prove-password": PASSWORD}).status_code == 303
    assert len(linked(session)) == 1


def test_a_stranger_cannot_have_their_identity_linked_by_sending_their_answer_to_somebody(
    client: Visitor, session: DbSession, provider: Provider
) -> None:
    """The code of the thief, opened in the browser of the victim, who is signed in."""
    sign_in(client, make_person())
    client.get("/sign-in/with/orcid")
    thief = other_browser(client)
    answer = provider.consents(thief.get("/sign-in/with/orcid").location, "thief")
    assert client.get(answer).status_code == 400
    assert client.get("/account/link").location == "/account/security#identities"
    assert client.post("/account/link", data={"subject": "thief"}).status_code == 303
    assert linked(session) == []


def test_an_answer_is_believed_once_and_only_where_it_was_asked_for(client: Visitor, provider: Provider) -> None:
    make_identity(make_person(), issuer=provider.issuer, subject=IRIS)
    answer = provider.consents(client.get("/sign-in/with/orcid").location, IRIS)
    thief = other_browser(client)
    assert thief.get(answer).status_code == 400
    assert client.get(answer).status_code == 303
    assert is_in(client)
    client.post("/sign-out")
    assert client.get(answer).status_code == 400
    assert not is_in(client)


def test_a_code_of_somebody_else_does_not_fit_ones_own_state(client: Visitor, provider: Provider) -> None:
    make_identity(make_person(), issuer=provider.issuer, subject=IRIS)
    thief = other_browser(client)
    theirs = provider.consents(client.get("/sign-in/with/orcid").location, IRIS)
    mine = parse_qs(urlsplit(thief.get("/sign-in/with/orcid").location).query)["state"][0]
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    assert thief.get(f"/sign-in/with/orcid/back?code={code}&state={mine}").status_code == 400
    assert not is_in(thief)


def test_the_answer_of_one_provider_is_not_taken_for_another(app: Flask, client: Visitor, elsewhere: Provider) -> None:
    with forging(elsewhere) as other:
        set_up(app, orcid(elsewhere.issuer), institution(other.issuer))
        make_identity(make_admin(), issuer=other.issuer, subject="ada")
        answer = elsewhere.consents(client.get("/sign-in/with/orcid").location, "ada")
        assert client.get(answer.replace("/with/orcid/", "/with/institution/")).status_code == 400
        again = elsewhere.consents(client.get("/sign-in/with/orcid").location, "ada")
        assert client.get(f"{again}&iss={other.issuer}").status_code == 400
        third = elsewhere.consents(client.get("/sign-in/with/orcid").location, "ada")
        assert client.get(third).location == "/sign-in/new-here"
        assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["another-client", "our-id"]},
        {"exp": 1},
        {"amr": "not a list"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_not_believed(client: Visitor, provider: Provider, claims: dict[str, Claim]) -> None:
    """The provider signs it, wrong as it is."""
    make_identity(make_person(), issuer=provider.issuer, subject="odd")
    provider.knows("odd", **claims)
    answer = enter_with(client, provider, "odd")
    provider.knows("odd")
    assert answer.status_code == 400
    assert "did not confirm who you are" in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("subject", ["x" * 256, "half\u0007way"])
def test_a_subject_that_cannot_be_kept_is_not_believed(client: Visitor, provider: Provider, subject: str) -> None:
    assert enter_with(client, provider, subject).status_code == 400


@pytest.mark.parametrize("forge", [with_claims(sub=IRIS), unsigned], ids=["changed after signing", "unsigned"])
def test_a_token_without_a_signature_that_holds_is_not_believed(
    client: Visitor, forger: Forger, forge: Callable[[str, bytes], bytes]
) -> None:
    make_identity(make_person(), issuer=forger.issuer, subject=IRIS)
    forger.forge = forge
    assert enter_with(client, forger, "thief").status_code == 400
    assert not is_in(client)


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client: Visitor, forger: Forger) -> None:
    forger.forge = lambda path, body: body.replace(b'"issuer"', b'"other"') if "well-known" in path else body
    assert client.get("/sign-in/with/orcid").status_code == 503


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b'{"id_token": 7}', b'{"id_token": "a.b.c"}'])
def test_an_answer_that_makes_no_sense_is_not_believed(client: Visitor, forger: Forger, body: bytes) -> None:
    forger.forge = lambda path, sent: body if path == "/oauth2/token" else sent
    assert enter_with(client, forger, IRIS).status_code == 400


def test_an_identity_belongs_to_one_account(client: Visitor, session: DbSession, provider: Provider) -> None:
    owner = make_person()
    make_identity(owner, issuer=provider.issuer, subject=IRIS)
    sign_in(client, make_person())
    there = client.get("/sign-in/with/orcid").location
    client.get(provider.consents(there, IRIS))
    assert linked(session) == [(owner.id, IRIS)]
    session.rollback()
    assert session.scalar(select(Session.person_id).where(Session.ended_at.is_(None))) == owner.id


def test_the_account_is_another_by_session_too(client: Visitor, session: DbSession, provider: Provider) -> None:
    person = make_person()
    make_identity(person, issuer=provider.issuer, subject=IRIS)
    before = sign_in(client, make_person())
    enter_with(client, provider, IRIS)
    session.rollback()
    assert session.scalar(select(func.count()).where(Session.ended_at.is_(None))) == 1
    assert before not in str(client.get_cookie("session"))


def test_afterwards_one_lands_on_this_site(client: Visitor, provider: Provider) -> None:
    make_identity(make_person(), issuer=provider.issuer, subject=IRIS)
    assert enter_with(client, provider, IRIS, query="?next=//evil.example/").location == "/applications"


def test_of_a_closed_account_nothing_opens(client: Visitor, session: DbSession, provider: Provider) -> None:
    person = make_person()
    make_identity(person, issuer=provider.issuer, subject=IRIS)
    person.closed_at = now()
    assert enter_with(client, provider, IRIS).location == "/sign-in/new-here"

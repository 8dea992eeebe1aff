"""Sign-in by an institution or ORCID, against a real provider: what opens an account, and how it is linked."""

import base64
import hashlib
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from tests.accounts.mailbox import kinds_to, link_to
from tests.accounts.provider import (
    Claim,
    Forger,
    Provider,
    enter_with,
    institution,
    linked,
    orcid,
    path_of,
    set_up,
)
from tests.accounts.steps import is_in, other_browser
from tests.factories import make_admin, make_person, make_staff
from tests.factories.credentials import make_authenticator, make_identity
from tests.visitor import Visitor, sign_in
from tracker.models import Person, Session
from tracker.plumbing.clock import now

IRIS = "0000-0002-1825-0097"


# --- in


def test_without_settings_there_is_no_button_and_no_way(client: Visitor) -> None:
    assert "/sign-in/with/" not in client.get("/sign-in").text
    assert client.get("/sign-in/with/orcid").status_code == 404
    assert client.get("/sign-in/with/orcid/back?code=x&state=y").status_code == 404


def test_a_linked_identity_opens_its_account(client: Visitor, session: DbSession, provider: Provider) -> None:
    person = make_person("Iris")
    make_identity(person, issuer=provider.issuer, subject=IRIS)
    assert "Sign in with ORCID" in client.get("/sign-in").text
    assert enter_with(client, provider, IRIS, query="?next=/account/security").location == "/account/security"
    assert is_in(client)


def test_what_is_sent_has_state_nonce_and_a_challenge_that_the_code_comes_with(client: Visitor, forger: Forger) -> None:
    there = client.get("/sign-in/with/orcid").location
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid")
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/orcid/back"
    client.get(forger.consents(there, IRIS))
    verifier = forger.seen[0]["code_verifier"][0]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge"] in there) == (digest, True)


def test_its_metadata_is_asked_for_once(client: Visitor, forger: Forger) -> None:
    asked: list[str] = []

    def note(path: str, body: bytes) -> bytes:
        asked.append(path)
        return body

    forger.forge = note
    for _ in range(3):
        enter_with(client, forger, IRIS)
    assert asked.count("/.well-known/openid-configuration") == 1
    assert asked.count("/jwks") == 1


def test_a_new_account_by_orcid_has_an_address_to_verify(
    client: Visitor, session: DbSession, provider: Provider
) -> None:
    assert enter_with(client, provider, IRIS).location == "/sign-in/new-here"
    assert not is_in(client)
    data = {"name": "Iris", "email": "iris@example.org"}
    assert client.post("/sign-in/new-here", data=data).location == "/verification"
    session.rollback()
    person = session.scalars(select(Person)).one()
    assert (person.password_hash, person.email_verified_at) == (None, None)
    assert linked(session) == [(person.id, IRIS)]
    assert kinds_to(session, "iris@example.org") == ["verify"]
    client.post("/sign-out")
    enter_with(client, provider, IRIS)
    assert is_in(client)


def test_who_says_no_there_is_told_so(client: Visitor, provider: Provider) -> None:
    state = parse_qs(urlsplit(client.get("/sign-in/with/orcid").location).query)["state"][0]
    assert client.get(f"/sign-in/with/orcid/back?error=access_denied&state={state}").location == "/sign-in"
    assert "You did not sign in with ORCID" in client.get("/sign-in").text


def test_a_provider_that_is_away_is_no_fault_of_ours(app: Flask, client: Visitor) -> None:
    set_up(app, orcid("http://127.0.0.1:9"))
    answer = client.get("/sign-in/with/orcid")
    assert answer.status_code == 503
    assert "ORCID does not answer at the moment" in answer.text


# --- the second factor


def test_the_institution_does_not_go_around_the_second_factor(client: Visitor, elsewhere: Provider) -> None:
    set_up(client.application, institution(elsewhere.issuer))
    staff = make_staff()
    make_identity(staff, issuer=elsewhere.issuer, subject="bo")
    app = make_authenticator(staff)
    elsewhere.knows("bo", acr="https://refeds.org/profile/mfa", amr=["mfa"])
    assert enter_with(client, elsewhere, "bo", key="institution").location == "/sign-in/step?next=/desk"
    assert not is_in(client)
    assert client.post("/sign-in/step", data={"code": app.now()}).location == "/desk"


@pytest.mark.parametrize(
    ("claims", "location"),
    [
        ({"acr": "https://refeds.org/profile/mfa"}, "/desk"),
        ({"amr": ["pwd", "mfa"]}, "/desk"),
        ({"acr": "https://refeds.org/profile/sfa"}, "/sign-in/set-up?next=/desk"),
        ({}, "/sign-in/set-up?next=/desk"),
        ({"acr": ["mfa"]}, "/sign-in/set-up?next=/desk"),
    ],
)
def test_its_second_factor_counts_where_the_settings_say_so(
    client: Visitor, elsewhere: Provider, claims: dict[str, Claim], location: str
) -> None:
    counts = institution(elsewhere.issuer, "https://refeds.org/profile/mfa", "mfa")
    set_up(client.application, counts, staff_second_factor=True)
    make_identity(make_staff(), issuer=elsewhere.issuer, subject="cy")
    elsewhere.knows("cy", **claims)
    assert enter_with(client, elsewhere, "cy", key="institution").location == location


# --- invitations, unlinking, proving


def test_an_invitation_is_accepted_by_an_identity(client: Visitor, session: DbSession, elsewhere: Provider) -> None:
    set_up(client.application, institution(elsewhere.issuer))
    sign_in(client, make_admin())
    client.post("/desk/people/invite", data={"name": "Bo", "email": "bo@example.org", "role": "hr"})
    invited = other_browser(client)
    invited.get(link_to(session, "bo@example.org"))
    enter_with(invited, elsewhere, "bo-at-work", key="institution")
    assert invited.post("/invitation/with", data={"name": "Bo Jansen"}).location == "/desk"
    assert invited.get("/desk").status_code == 200
    assert invited.post("/invitation/with", data={"name": "Bo Jansen"}).location == "/sign-in"


def test_unlinking_leaves_a_way_in(client: Visitor, session: DbSession, provider: Provider) -> None:
    person = make_person(email="iris@example.org")
    identity = make_identity(person, issuer=provider.issuer, subject=IRIS)
    sign_in(client, person)
    assert client.post(f"/account/identities/{identity.id}/unlink").status_code == 409
    client.post("/account/password", data={"password_change-password": "a quiet herd of violet yaks"})
    assert client.post(f"/account/identities/{identity.id}/unlink").status_code == 303
    assert linked(session) == []
    assert kinds_to(session, "iris@example.org") == ["password_changed", "identity_unlinked"]


def test_nobody_unlinks_the_identity_of_another(client: Visitor, session: DbSession, provider: Provider) -> None:
    identity = make_identity(make_person(), issuer=provider.issuer, subject=IRIS)
    sign_in(client, make_person())
    assert client.post(f"/account/identities/{identity.id}/unlink").status_code == 404
    assert len(linked(session)) == 1


@pytest.mark.parametrize(("age", "status"), [(5, 302), (600, 400), (None, 400)])
def test_who_has_no_password_proves_by_signing_in_there_anew(
    client: Visitor, session: DbSession, provider: Provider, age: int | None, status: int
) -> None:
    person = make_person(email="iris@example.org")
    make_identity(person, issuer=provider.issuer, subject=IRIS)
    sign_in(client, person)
    session.scalars(select(Session)).one().proved_at = now() - timedelta(minutes=11)
    asked = client.post("/account/email", data={"email_change-email": "new@example.org"})
    assert "Confirm with ORCID" in asked.text
    fields = {"email_change-email": "new@example.org"}
    away = client.post("/prove/with/orcid?action=/account/email", data=fields)
    assert "/sign-in/with/orcid?purpose=prove" in away.text
    there = client.get("/sign-in/with/orcid?purpose=prove").location
    assert "prompt=login" in there
    provider.knows(IRIS, auth_time=None if age is None else int(time.time()) - age)
    back = client.get(provider.consents(there, IRIS))
    provider.knows(IRIS)
    assert back.status_code == status
    page = client.get("/prove/go-on")
    assert (page.status_code == 200) is (status == 302)
    if status == 302:
        assert 'value="new@example.org"' in page.text
        assert client.post("/account/email", data=fields).status_code == 303
        assert kinds_to(session, "new@example.org") == ["new_address"]


def test_nobody_proves_by_the_identity_of_another(client: Visitor, session: DbSession, provider: Provider) -> None:
    person = make_person()
    make_identity(person, issuer=provider.issuer, subject=IRIS)
    make_identity(make_person(), issuer=provider.issuer, subject="thief")
    sign_in(client, person)
    session.scalars(select(Session)).one().proved_at = None
    provider.knows("thief", auth_time=int(time.time()))
    assert enter_with(client, provider, "thief", query="?purpose=prove").status_code == 400
    assert client.post("/account/close").status_code == 403


def test_many_sign_ins_begun_leave_room_in_the_cookie(client: Visitor, provider: Provider) -> None:
    for _ in range(12):
        client.get("/sign-in/with/orcid?next=/positions")
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert len(cookie.value) < 3_000
    assert path_of("http://x/y?z") == "/y?z"

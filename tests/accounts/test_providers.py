"""Sign-in by an institution or ORCID, against a real provider: what opens an account, and every way round it."""

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from tests.accounts import provider as honest
from tests.accounts.mailbox import kinds_to, link_to
from tests.accounts.provider import Forger, Provider, enter_with, forging, path_of, unsigned, with_claims
from tests.factories import PASSWORD, make_admin, make_person, make_staff
from tests.factories.credentials import make_authenticator, make_identity
from tests.visitor import Visitor, sign_in
from tracker.models import Identity, Person, Session
from tracker.plumbing.clock import now
from tracker.plumbing.vouching import Provider as ProviderSettings

IRIS = "0000-0002-1825-0097"


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Provider]:
    with honest.running() as provider:
        yield provider


def set_up(app: Flask, *those: ProviderSettings, **more: object) -> None:
    app.extensions.pop("providers", None)
    app.config["TRACKER"] = replace(app.config["TRACKER"], providers=those, **more)


def orcid(issuer: str) -> ProviderSettings:
    return ProviderSettings("orcid", "ORCID", issuer, "our-id", "our-secret", "openid")


def institution(issuer: str, *second_factor: str) -> ProviderSettings:
    name = "SURFconext"
    return ProviderSettings(
        "institution", name, issuer, "inst-id", "secret", "openid profile email", frozenset(second_factor)
    )


@pytest.fixture
def provider(app: Flask, elsewhere: Provider) -> Provider:
    """ORCID, as far as the program can tell."""
    set_up(app, orcid(elsewhere.issuer))
    return elsewhere


@pytest.fixture
def forger(app: Flask, elsewhere: Provider) -> Iterator[Forger]:
    with forging(elsewhere) as between:
        set_up(app, orcid(between.issuer))
        yield between


def is_in(client: Visitor) -> bool:
    return client.get("/account").status_code == 200


def other_browser(client: Visitor) -> Visitor:
    return Visitor(client.application, client.response_wrapper, use_cookies=True)


def linked(session: DbSession) -> list[tuple[str, str]]:
    session.rollback()
    return [(one.person_id, one.subject) for one in session.scalars(select(Identity).order_by(Identity.linked_at))]


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
def test_what_does_not_fit_is_not_believed(client: Visitor, provider: Provider, claims: dict[str, object]) -> None:
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
def test_a_token_without_a_signature_that_holds_is_not_believed(client: Visitor, forger: Forger, forge: object) -> None:
    make_identity(make_person(), issuer=forger.issuer, subject=IRIS)
    forger.forge = forge  # type: ignore[assignment]
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
    client: Visitor, elsewhere: Provider, claims: dict[str, object], location: str
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

"""Who tries to come in by what is another's: a cookie planted, a proof borrowed, a link of another purpose."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import PASSWORD, make_admin, make_application, make_letter, make_person, make_staff
from tests.visitor import Visitor, sign_in
from tracker.accounts.links import make_link
from tracker.models import LinkPurpose, Person, Session, SiteRole
from tracker.plumbing.database import db


def visitor(app: Flask) -> Visitor:
    return Visitor(app, app.response_class, use_cookies=True)


def cookie_of(client: Visitor) -> str:
    kept = client.get_cookie("session")
    assert kept is not None
    return kept.value


@pytest.mark.parametrize("whose", ["a stranger's", "the attacker's own account"])
def test_a_cookie_that_was_planted_is_worth_nothing_once_somebody_signed_in_with_it(app: Flask, whose: str) -> None:
    victim = make_person(email="noor@example.org", password=PASSWORD)
    attacker, browser = visitor(app), visitor(app)
    if whose != "a stranger's":
        sign_in(attacker, make_person("Mallory"))
    attacker.get("/sign-in")
    token = attacker.csrf_token()
    browser.set_cookie("session", cookie_of(attacker))
    answer = browser.post("/sign-in", data={"email": victim.email, "password": PASSWORD})
    assert (answer.status_code, victim.name in browser.get("/account").text) == (303, True)
    assert attacker.get("/account").status_code == 302
    forged = {"csrf_token": token, "email": "mallory@example.org"}
    assert browser.post("/account/email", data=forged, csrf=False).status_code == 400


def test_the_proof_of_one_session_does_not_count_for_another(app: Flask, now: datetime) -> None:
    admin, other = make_admin(), make_staff()
    fresh, old = visitor(app), visitor(app)
    sign_in(old, admin, now=now - timedelta(minutes=11))
    sign_in(fresh, admin)
    path = f"/desk/people/{other.id}/role"
    assert old.post(path, data={"role": "hr"}).status_code == 403
    db.session.rollback()
    assert db.session.get_one(Person, other.id, populate_existing=True).site_role is SiteRole.NONE
    assert fresh.post(path, data={"role": "hr"}).status_code == 303


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_a_link_opens_what_it_was_made_for_and_nothing_else(
    app: Flask, client: Visitor, now: datetime, purpose: LinkPurpose
) -> None:
    """The token of each purpose, tried as every other."""
    person = make_person(email="noor@example.org")
    subject = make_letter(make_application()).id if purpose is LinkPurpose.LETTER else person.id
    token = make_link(purpose, now=now, person_id=person.id, subject_id=subject, email=person.email)
    db.session.commit()
    ways = {
        LinkPurpose.VERIFY: ("/link/verify/", "/verification"),
        LinkPurpose.RESET: ("/link/reset/", "/reset/new"),
        LinkPurpose.INVITE: ("/link/invite/", "/invitation"),
        LinkPurpose.LETTER: ("/link/letter/", "/letter"),
    }
    for other, (way, page) in ways.items():
        if other is not purpose:
            client.get(f"{way}{token}")
            assert client.get(page).status_code == 410, (purpose, other)
    assert db.session.scalars(select(Session.id)).all() == []

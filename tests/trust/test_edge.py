"""The edge: headers on every kind of answer, ways back that stay here, addresses in mails from the settings."""

from datetime import datetime

import pytest
from flask import Flask

from tests.accounts.mailbox import mails_to
from tests.factories import make_hr, make_person, make_position, make_staff
from tests.trust.sweep import address, rules
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due

PASSWORD = "correct horse battery staple"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "http:evil.example",
    "/\n/evil.example",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask, client: Visitor, target: str) -> None:
    person = make_person(password=PASSWORD)
    data = {"email": person.email, "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=data).location == "/applications"
    assert client.get("/sign-in", query_string={"next": target}).location == "/applications"


def test_a_forged_host_reaches_no_mail(app: Flask, client: Visitor) -> None:
    person = make_person(password=PASSWORD)
    client.post(
        "/reset",
        data={"email": person.email},
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    )
    run_due()
    [mail] = mails_to(db.session(), person.email)
    assert ("/link/reset/" in mail.text, "evil.example" in mail.text + (mail.html or "")) == (True, False)


def test_the_same_answer_whether_an_account_exists(app: Flask, client: Visitor) -> None:
    person = make_person(password=PASSWORD)
    for path, more in (("/reset", {}), ("/sign-in", {"password": "not the right password"})):
        known = client.post(path, data={"email": person.email} | more)
        unknown = client.post(path, data={"email": "nobody@example.org"} | more)
        assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
        assert known.text.count("error") == unknown.text.count("error")


@pytest.mark.parametrize("role", ["anonymous", "HR"])
def test_every_answer_carries_its_headers(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    if role != "anonymous":
        sign_in(client, world.people[role])
    bare = {}
    for rule in rules(app, "GET"):
        answer = client.get(address(rule, {**world.x.ids, **world.shared}))
        headers = answer.headers
        lacks = [
            name
            for name, value in (
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "frame-ancestors"),
                ("Content-Security-Policy", "default-src 'none'"),
                ("Referrer-Policy", ""),
            )
            if value not in headers.get(name, "-")
        ]
        personal = rule.rule.startswith(("/desk", "/applications", "/account", "/documents", "/letter", "/link"))
        if personal and "no-store" not in headers.get("Cache-Control", ""):
            lacks.append("no-store")
        if lacks:
            bare[rule.endpoint] = lacks
    assert bare == {}


SCRIPT = "<script>alert('qz')</script><img src=x onerror=qz>"


def test_markup_in_names_titles_and_comments_stays_text(app: Flask, client: Visitor, now: datetime) -> None:
    world = make_world(now)
    world.x.candidate.name = world.x.application.name = SCRIPT
    world.x.position.title = {"en": SCRIPT, "nl": SCRIPT}
    world.x.position.description = {"en": f"{SCRIPT} [x](javascript:qz)", "nl": SCRIPT}
    world.x.theme.name = {"en": SCRIPT, "nl": SCRIPT}
    world.people["chair of X"].name = SCRIPT
    sign_in(client, world.people["HR"])
    alive = []
    for rule in rules(app, "GET"):
        answer = client.get(address(rule, {**world.x.ids, **world.shared}))
        text = answer.get_data().decode("utf-8", "ignore")
        if answer.mimetype == "text/html" and any(
            one in text for one in ("<script>alert", "<img src=x", 'href="javascript:')
        ):
            alive.append(rule.endpoint)
    assert alive == []


def test_a_body_beyond_the_limit_is_413(app: Flask, client: Visitor) -> None:
    sign_in(client, make_staff())
    answer = client.post("/desk/exports", data=b"x" * (12 * 1024 * 1024), content_type="application/octet-stream")
    assert answer.status_code in {403, 413}
    sign_in(client, make_hr())
    head, tail = b'--b\r\nContent-Disposition: form-data; name="query"\r\n\r\n', b"\r\n--b--\r\n"
    big = head + b"x" * (3 * 1024 * 1024) + tail  # by hand: the client's own encoder leaves a file open
    assert client.post("/desk/exports", data=big, content_type="multipart/form-data; boundary=b").status_code == 413
    assert make_position().id

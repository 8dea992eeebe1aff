"""Forms taken from the pages of who may send them, with every field as it stands there, sent by everybody else."""

import os
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import html

from tests.trust.sweep import address, rules
from tests.trust.table import PLACE, ROLES
from tests.trust.test_table import as_said, kept
from tests.trust.world import World, enter_as, make_world
from tests.visitor import Visitor
from tracker.plumbing.database import db

SENDERS = ("own candidate", "chair of X", "HR", "admin with a reason")
"""Between them they see every form; each page is asked of the first who comes in."""
THIEVES = (
    *("anonymous", "other candidate", "member of X", "observer of X", "in conflict", "chair of Y", "HR", "admin"),
    *(ROLES if os.environ.get("LONG_TESTS") else ()),
)
SAMPLES = {"home.design"}
"""Shows forms that lead nowhere."""
Form = tuple[str, str, dict[str, str]]


def forms_on(app: Flask, page: str, path: str) -> list[Form]:
    """Endpoint, address and fields of each form that changes something."""
    found = []
    adapter = app.url_map.bind("localhost")
    for form in html.fromstring(page).forms:
        if form.method == "POST" and form.action != "#":
            target = urlsplit(form.action or path).path
            if "POST" not in adapter.allowed_methods(target):
                continue  # holds ticks for a script alone
            endpoint = adapter.match(target, method="POST")[0]
            found.append((str(endpoint), target, {k: v for k, v in form.form_values() if not k.endswith("csrf_token")}))
    return found


def captured(app: Flask, world: World, now: datetime) -> list[Form]:
    """One form of each kind, as its sender's page holds it."""
    ids = {**world.x.ids, **world.shared}
    visitors = {}
    for role in SENDERS:
        visitors[role] = Visitor(app, app.response_class, use_cookies=True)
        enter_as(visitors[role], world, role, now)
    found: dict[str, Form] = {}
    for rule in rules(app, "GET"):
        sender = next((role for role in SENDERS if PLACE[rule.endpoint].expected(role) == "in"), None)
        if sender is None or rule.endpoint in SAMPLES:
            continue
        path = address(rule, ids)
        answer = visitors[sender].get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html" and answer.get_data():
            for form in forms_on(app, answer.text, path):
                if form[0] in PLACE:
                    found.setdefault(form[0], form)
    return list(found.values())


def test_a_form_with_real_fields_does_nothing_for_who_may_not_send_it(app: Flask, now: datetime) -> None:
    world = make_world(now)
    forms = captured(app, world, now)
    assert len(forms) > 50
    db.session.commit()
    wrong, asked = {}, 0
    for role in dict.fromkeys(THIEVES):
        thief = Visitor(app, app.response_class, use_cookies=True)
        enter_as(thief, world, role, now)
        before = kept()
        for endpoint, target, fields in forms:
            said = PLACE[endpoint].expected(role)
            if said == "in":
                continue
            asked += 1
            answer = as_said(thief.post(target, data=fields))
            if answer != ("403" if said == "door" else said):
                wrong[(role, endpoint)] = f"{answer}, not {said}"
        assert kept() == before, f"{role} changed something"
    assert asked > 200
    assert wrong == {}


@pytest.mark.parametrize("role", ["other candidate", "chair of Y"])
def test_a_form_without_the_token_of_its_session_does_nothing(app: Flask, now: datetime, role: str) -> None:
    """The fields of another, its token included, from a page of another session."""
    world = make_world(now)
    sender = Visitor(app, app.response_class, use_cookies=True)
    enter_as(sender, world, "HR", now)
    page = html.fromstring(sender.get("/desk/exports").text)
    fields = next(dict(form.form_values()) for form in page.forms if "what" in form.fields)
    thief = Visitor(app, app.response_class, use_cookies=True)
    enter_as(thief, world, role, now)
    assert fields["csrf_token"]
    assert thief.post("/desk/exports", data=fields, csrf=False).status_code == 400

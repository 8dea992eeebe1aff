"""Who × what, as statuses: sign in, not there, not yours to do; for every address, whatever its method."""

import re
from datetime import datetime

import pytest
from flask import Flask

from tests.trust.sweep import address, parameters, rules, status_of
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.rules.permissions import May
from tracker.rules.policy import OF_THE_HOUSE


def is_public(app: Flask, endpoint: str) -> bool:
    return getattr(app.view_functions[endpoint], "access", "") == "public"


def access(app: Flask, endpoint: str) -> str:
    return str(getattr(app.view_functions[endpoint], "access", ""))


CHILDREN = {
    "application_id": ("document_id", "letter_id", "asked_letter_id", "comment_id", "transition_id", "move_id"),
    "position_id": ("batch_id",),
    "theme_id": ("project_id", "prize_id"),
}


@pytest.mark.parametrize("role", ["HR", "admin with a reason", "own candidate"])
def test_a_child_of_one_parent_is_not_there_under_another(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    crossed = {}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            names = parameters(rule)
            children = [child for parent in names for child in CHILDREN.get(parent, ()) if child in names]
            if children:
                ids = {**world.x.ids, **world.shared} | {child: world.y.ids[child] for child in children}
                crossed[(rule.endpoint, method)] = status_of(client, address(rule, ids), method)
    assert len(crossed) > 5
    assert {what: status for what, status in crossed.items() if status not in {403, 404}} == {}


def test_what_is_hidden_answers_as_what_does_not_exist(app: Flask, client: Visitor, now: datetime) -> None:
    world = make_world(now)
    sign_in(client, world.people["chair of Y"])
    ids = {**world.x.ids, **world.shared}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if access(app, rule.endpoint).endswith((" application", " position", " letter", " review", " export")):
                parent = parameters(rule)[0]
                if rule.endpoint.startswith("applications.") and parent == "position_id":
                    continue
                hidden = client.open(address(rule, ids), method=method)
                nothing = client.open(address(rule, ids | {parent: "00000000000000000000000000000000"}), method=method)
                assert hidden.status_code == nothing.status_code == 404, rule.endpoint
                assert shape(hidden.text) == shape(nothing.text), rule.endpoint


def shape(page: str) -> str:
    """The page without what differs from one answer to the next."""
    return re.sub(r"(?i)csrf[^>]*|form_key[^>]*|/desk/[^\"']*|/applications/[^\"']*", "", page)


@pytest.mark.parametrize("role", ["other candidate", "staff without a seat"])
def test_a_function_one_lacks_does_not_tell_what_exists(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    """Messages have numbers: whether there is a next one is not to be counted from outside."""
    world = make_world(now)
    sign_in(client, world.people[role])
    ids = {**world.x.ids, **world.shared}
    for rule in rules(app, "GET"):
        if rule.rule.startswith("/desk") and access(app, rule.endpoint).split()[0] in set(OF_THE_HOUSE) - {
            May.SEE_DESK
        }:
            for parent in parameters(rule)[:1]:
                there = status_of(client, address(rule, ids))
                absent = status_of(client, address(rule, ids | {parent: "99999999"}))
                assert (there, absent) == (403, 403), rule.endpoint


def test_anonymous_visitors_meet_the_sign_in_page_with_real_ids_too(app: Flask, client: Visitor, now: datetime) -> None:
    world = make_world(now)
    ids = {**world.x.ids, **world.shared}
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if is_public(app, rule.endpoint):
                continue
            plain = client.open(address(rule, ids), method=method)
            script = client.open(address(rule, ids), method=method, headers={"Accept": "application/json"})
            assert (plain.status_code, script.status_code) == (302, 401), rule.endpoint
            assert plain.location.startswith("/sign-in"), rule.endpoint

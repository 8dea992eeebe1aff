"""Every route has its rule, and holds to it: a visitor meets the sign-in page, a form without its token is refused."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.visitor import Visitor

SOMETHING = "0000000000000000"


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    """The rule's path with an id that nothing has."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", SOMETHING, rule.rule)


def access(app: Flask, rule: Rule) -> str | None:
    return getattr(app.view_functions[rule.endpoint], "access", None)


@pytest.fixture
def all_rules(app: Flask) -> list[Rule]:
    return rules(app)


def test_every_route_says_who_may_come(app: Flask, all_rules: list[Rule]) -> None:
    unclassified = [rule.endpoint for rule in all_rules if access(app, rule) is None]
    assert unclassified == []


def test_there_are_routes_to_speak_of(all_rules: list[Rule]) -> None:
    assert len(all_rules) > 80


def test_a_visitor_meets_the_sign_in_page_on_every_route_that_is_not_public(app: Flask, client: Visitor) -> None:
    astray = []
    for rule in rules(app):
        if access(app, rule) == "public":
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(address(rule), method=method)
        if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in"):
            astray.append((rule.endpoint, method, answer.status_code))
    assert astray == []


def test_every_form_is_refused_without_its_token(app: Flask, client: Visitor) -> None:
    taken = []
    for rule in rules(app):
        if "POST" in (rule.methods or ()):
            answer = client.open(address(rule), method="POST", csrf=False)
            if answer.status_code != 400:
                taken.append((rule.endpoint, answer.status_code))
    assert taken == []

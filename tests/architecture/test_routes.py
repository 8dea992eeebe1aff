"""Every route has its rule, and holds to it: a visitor meets the sign-in page, a form without its token is refused."""

import re

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from tests.factories import make_application, make_hr, make_person, make_position, make_session
from tests.visitor import Visitor
from tracker.models import PositionRole, PositionState, SiteRole
from tracker.plumbing.database import db
from tracker.plumbing.standing import standing_of
from tracker.rules.roles import Standing
from tracker.web.access import Thing, key_hash, sought_with_person

SOMETHING = "0000000000000000"
STANDINGS = (
    Standing("someone", SiteRole.HR, is_staff=True),
    Standing("someone", is_staff=True, seats={SOMETHING: PositionRole.MEMBER}, themes=frozenset([SOMETHING])),
    Standing("someone"),
)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    """The rule's path with an id that nothing has."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", SOMETHING, rule.rule)


def access(app: Flask, rule: Rule) -> str | None:
    return getattr(app.view_functions[rule.endpoint], "access", None)


def things_of(app: Flask, those: list[Rule]) -> set[Thing]:
    found: set[Thing | None] = {getattr(app.view_functions[rule.endpoint], "thing", None) for rule in those}
    return {thing for thing in found if thing is not None}


@pytest.fixture
def all_rules(app: Flask) -> list[Rule]:
    return rules(app)


def test_every_route_says_who_may_come(app: Flask, all_rules: list[Rule]) -> None:
    unclassified = [rule.endpoint for rule in all_rules if access(app, rule) is None]
    assert unclassified == []


def test_what_may_be_seen_follows_from_the_standing_alone(app: Flask, all_rules: list[Rule]) -> None:
    things = things_of(app, all_rules)
    for who in STANDINGS:
        early = {thing: values(thing, who) for thing in things}
        with time_machine.travel("2031-05-01T12:00:00Z", tick=False):
            late = {thing: values(thing, who) for thing in things}
        assert early == late
    assert len(things) > 20


def test_what_is_found_beside_its_person_is_what_they_may_see(app: Flask, all_rules: list[Rule]) -> None:
    things = things_of(app, all_rules)
    beside = [thing for thing in things if thing.beside is not None]
    people = [make_person(), make_hr()]
    states = (PositionState.DRAFT, PositionState.PUBLISHED, PositionState.CLOSED)
    drafts = [make_application(make_position(state=state), one, submitted=False) for one in people for state in states]
    ids = [each.id for one in drafts for each in (one, one.position)]
    found = []
    for person in people:
        who, key = standing_of(person), key_hash(make_session(person))
        for thing in beside:
            entity = thing.visible(who).column_descriptions[0]["entity"]
            for one in ids:
                with_person = db.session.execute(sought_with_person(thing), {"key_hash": key, "thing_id": one}).unique()
                alone = db.session.scalars(thing.visible(who).where(entity.id == one)).unique().one_or_none()
                assert [row[4] for row in with_person] == ([alone] if alone else [])
                found.append(alone)
    assert len([one for one in found if one is None]) > len(beside)
    assert len([one for one in found if one is not None]) > len(beside)


def values(thing: Thing, who: Standing) -> tuple[str, dict[str, object]]:
    """The statement and what is written into it, but for what it asks anew at each execution."""
    statement = thing.visible(who).compile()
    fixed = {name: bind.value for bind, name in statement.bind_names.items() if bind.callable is None}
    return str(statement), fixed


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

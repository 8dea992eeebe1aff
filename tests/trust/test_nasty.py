"""Whatever is typed into an address or a form, the answer is never a fault of ours."""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask

from tests.factories import make_application, make_position
from tests.trust.sweep import address, parameters, rules
from tests.trust.world import World, make_world
from tests.visitor import Visitor, sign_in

NASTY = (
    "\x00",
    "a\x00b",
    "\ud800",
    "9" * 400,
    "-99999999999999999999",
    "1e999",
    "NaN",
    "0001-01-01",
    "9999-12-31T23:59",
    "2026-02-30",
    "Ⅷ²٣",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{candidate.__init__.__globals__}",
    "%s%n{0}",
    "\u202e\u200b",
    "x" * 6_000,
    "[]",
    '{"a": [null]}',
)
TARGETS = (
    "q page after before sort theme kind for from until mine stage waiting ended origin by exact view show suggest"
)
QUERY = (
    *TARGETS.split(),
    "next",
    "funding",
    "download",
    "change",
    "state",
    "audience",
    "lang",
    "v",
    "version",
    "form_key",
)
MARKS = (
    "WyJ4IiwgIlx1MDAwMCJd",  # ["x", NUL]
    "WyI5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLCAieCJd",  # a number beyond every column
    "WyJOYU4iLCAieCJd",
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgIngiXQ",
    "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTE0OjAwIiwgIlx1ZDgwMCJd",
    "e30",
    "bnVsbA",
)
LONG = bool(os.environ.get("LONG_TESTS"))
"""The whole deal takes half an hour; without LONG_TESTS, two people and every sixth round of the deck."""
PEOPLE = ("HR", "admin with a reason", "chair of X", "own candidate") if LONG else ("HR", "own candidate")
SORTED = {"dossiers.position", "dossiers.across", "dossiers.board"}
PAGED = {"positions.index", "positions.desk", "accounts.people", "messages.outbox", "home.palette", "reports.funnel"}
FORM = "application/x-www-form-urlencoded"
ENDS_THE_VISIT = {"accounts.close", "accounts.end_session", "accounts.end_other_sessions", "accounts.sign_in_now"}
FIELD = re.compile(r"<(?:input|select|textarea|button)[^>]*?\bname=\"([^\"]+)\"")

Fault = tuple[str, str, str]
"""How it was asked, where and with what, and what went wrong."""


def faults_of(
    client: Visitor, path: str, method: str = "GET", *, data: bytes | None = None, content_type: str | None = None
) -> Iterator[Fault]:
    """What of it would be a 500; a test client lets the fault itself through."""
    try:
        answer = client.open(path, method=method, data=data, content_type=content_type)
    except Exception as fault:
        yield method, path[:160] + str(data or "")[:160], f"{type(fault).__name__}: {str(fault)[:120]}"
        return
    if answer.status_code >= 500 and "/readyz" not in path:
        yield method, path[:160], str(answer.status_code)


def first_of_each(faults: list[Fault]) -> dict[str, tuple[str, str]]:
    """One example of each fault."""
    return {fault: (method, path) for method, path, fault in reversed(faults)}


def quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"))


def dealt(names: Sequence[str], round_: int) -> str:
    """Each name with one of the nasty values; another one in each round."""
    return "&".join(
        f"{quoted(name)}={quoted(NASTY[(place * 7 + round_) % len(NASTY)])}" for place, name in enumerate(names)
    )


ROUNDS = range(0, len(NASTY), 3 if LONG else 9)


@pytest.mark.engines
@pytest.mark.parametrize("role", PEOPLE)
def test_no_query_breaks_a_page(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    faults: list[Fault] = []
    for rule in rules(app, "GET"):
        path = address(rule, {**world.x.ids, **world.shared})
        for round_ in ROUNDS:
            faults += faults_of(client, f"{path}?{dealt(QUERY, round_)}")
    assert first_of_each(faults) == {}


@pytest.mark.engines
def test_no_made_up_mark_breaks_a_list(app: Flask, client: Visitor, now: datetime) -> None:
    world = make_world(now)
    sign_in(client, world.people["HR"])
    faults: list[Fault] = []
    for rule in rules(app, "GET"):
        if rule.endpoint not in SORTED | PAGED:
            continue
        path = address(rule, {**world.x.ids, **world.shared})
        for mark in MARKS:
            for sort in ("", "name", "-score", "stage", "reviews", "waiting", "deadline"):
                if sort and rule.endpoint not in SORTED:
                    continue
                for way in ("after", "before"):
                    faults += faults_of(client, f"{path}?{way}={mark}&sort={sort}")
    assert first_of_each(faults) == {}


@pytest.mark.engines
@pytest.mark.parametrize("role", PEOPLE)
def test_no_id_breaks_a_route(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    faults: list[Fault] = []
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            for name in parameters(rule):
                for value in ("\x00", "\ud800", "9" * 30):
                    ids = {**world.x.ids, **world.shared} | {name: quoted(value)}
                    faults += faults_of(client, address(rule, ids), method)
    assert first_of_each(faults) == {}


def fields(app: Flask, client: Visitor, world: World) -> list[str]:
    """The names of every field on every page this person can open."""
    found = {"reason", "reason_text", "version", "subject", "body", "form_key", "query", "position", "value", "text"}
    for rule in rules(app, "GET"):
        answer = client.get(address(rule, {**world.x.ids, **world.shared}))
        if answer.mimetype == "text/html":
            found |= {unescape(name) for name in FIELD.findall(answer.text)}
    return sorted(found - {"csrf_token"})


@pytest.mark.parametrize("role", PEOPLE)
def test_no_field_breaks_a_form(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    person = world.people[role]
    sign_in(client, person)
    if role == "own candidate":
        world.x.ids["application_id"] = make_application(make_position(), person, submitted=False).id
    names = fields(app, client, world)
    faults: list[Fault] = []
    for rule in rules(app, "POST"):
        if rule.endpoint in ENDS_THE_VISIT:
            continue
        path = address(rule, {**world.x.ids, **world.shared})
        for round_ in ROUNDS:
            faults += faults_of(client, path, "POST", data=dealt(names, round_).encode(), content_type=FORM)
        faults += faults_of(client, path, "POST", data=b"[1]", content_type="application/json")
    assert first_of_each(faults) == {}

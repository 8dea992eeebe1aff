"""Every route, asked by every role with a valid token of theirs: in, to sign in, 403 or 404, as trust.md says."""

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.trust.sweep import address, rules
from tests.trust.table import LEFT_OUT, PLACE, ROLES, ROWS
from tests.trust.world import enter_as, make_world
from tests.visitor import Visitor
from tracker.models import Base
from tracker.plumbing.database import db

ENDINGS = (
    "unseat",
    "remove_project",
    "remove_prize",
    "remove_move",
    "remove_stage",
    "archive",
    "send",
    "decline_now",
    "link",
    "change_role",
    "close_account",
    "end_session",
    "end_other_sessions",
    "sign_in_now",
    "sign_up_now",
    "close",
)
"""What makes other routes answer otherwise comes last."""
LONG = bool(os.environ.get("LONG_TESTS"))
OF_THE_VISIT = frozenset({"session", "attempt"})
Record = Callable[[str, object], None]
Asked = tuple[str, str, str]


def test_every_route_has_its_row_and_every_row_its_routes(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - LEFT_OUT
    assert endpoints - PLACE.keys() == set()
    assert PLACE.keys() - endpoints == set()
    assert len(PLACE) == sum(len(row.routes) for row in ROWS)


def asked_of(app: Flask, ids: Mapping[str, str]) -> list[Asked]:
    """Endpoint, method and address of everything there is to ask."""
    found = [(rule.endpoint, method, address(rule, ids)) for method in ("GET", "POST") for rule in rules(app, method)]
    return sorted(found, key=lambda one: _place(one[0].split(".")[-1]))


def _place(name: str) -> int:
    return ENDINGS.index(name) if name in ENDINGS else -1


def is_told(role: str, endpoint: str) -> bool:
    """In the short form, what is the same for everybody is asked by some."""
    return role in {"anonymous", "other candidate", "HR"} or PLACE[endpoint].comes != frozenset(ROLES)


def as_said(answer: TestResponse) -> str:
    """In the words of the table."""
    if answer.status_code == 302 and answer.location.startswith("/sign-in"):
        return "sign in"
    if answer.status_code in {301, 302, 303} and "/open?next=" in answer.location:
        return "door"
    refused = {401, 403, 404, 410} | set(range(500, 600))
    return str(answer.status_code) if answer.status_code in refused else "in"


def kept() -> dict[str, str]:
    """What the database holds, table by table, but for what a visit itself leaves."""
    tables = [one for one in Base.metadata.sorted_tables if one.name not in OF_THE_VISIT]
    found = {one.name: repr(db.session.execute(select(one).order_by(*one.primary_key)).all()) for one in tables}
    db.session.rollback()
    return {name: hashlib.sha256(rows.encode("utf-8", "replace")).hexdigest() for name, rows in found.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(
    app: Flask, client: Visitor, now: datetime, role: str, record_property: Record
) -> None:
    world = make_world(now)
    enter_as(client, world, role, now)
    asked = [one for one in asked_of(app, {**world.x.ids, **world.shared}) if LONG or is_told(role, one[0])]
    wanted = {one: PLACE[one[0]].expected(role) for one in asked}
    refused = {one: said for one, said in wanted.items() if said not in {"in", "door"}}
    db.session.commit()
    before = kept()
    wrong = astray(client, refused)
    assert kept() == before, "a refused request changed something"
    wrong |= astray(client, {one: said for one, said in wanted.items() if one not in refused})
    record_property("attack asked", len(wanted))
    record_property("attack refused", len(refused))
    record_property("attack faults", len(wrong))
    assert wrong == {}


def astray(client: Visitor, wanted: Mapping[Asked, str]) -> dict[tuple[str, str], str]:
    """The answers that are not as wanted."""
    found = {}
    for (endpoint, method, path), said in wanted.items():
        answer = as_said(client.open(path, method=method))
        if answer != ("403" if (said, method) == ("door", "POST") else said):
            found[(endpoint, method)] = f"{answer}, not {said}"
    return found

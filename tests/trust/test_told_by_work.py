"""What an answer costs tells nothing: what is hidden takes the same statements as what does not exist."""

import os
import re
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import PASSWORD, make_person
from tests.trust.sweep import address, parameters, rules
from tests.trust.test_statuses import shape
from tests.trust.world import make_world
from tests.visitor import Visitor, sign_in
from tracker.plumbing.database import counted_statements, db

LONG = bool(os.environ.get("LONG_TESTS"))
CHANGING = {"Content-Length", "Date", "Set-Cookie", "X-Request-ID", "Location"}


SEEN = {("in conflict", "position_id")}
"""There for them, whatever stands in it."""


def asked(
    client: Visitor, path: str, method: str, data: dict[str, str] | None = None
) -> tuple[TestResponse, list[str]]:
    """The answer, and the statements it took, without their values."""
    with counted_statements() as statements:
        answer = client.open(path, method=method, data=data)
    return answer, [re.sub(r"\s+", " ", one) for one in statements.seen]


def headers(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in CHANGING}


@pytest.mark.parametrize("role", ["chair of Y", "in conflict"] if LONG else ["in conflict"])
def test_a_hidden_thing_takes_the_statements_of_one_that_does_not_exist(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    ids = {**world.x.ids, **world.shared}
    told, compared = {}, 0
    client.get("/account")
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            for name in [one for one in parameters(rule) if one.endswith("_id") and (role, one) not in SEEN]:
                nothing = "9007199254740990" if name == "message_id" else "zzzzzzzzzzzzzzzz"
                hidden, took = asked(client, address(rule, ids), method)
                absent, instead = asked(client, address(rule, ids | {name: nothing}), method)
                if hidden.status_code != 404:  # known to them, and not theirs to do
                    continue
                compared += 1
                said = [shape(one.text).replace(ids[name], "").replace(nothing, "") for one in (hidden, absent)]
                same = (
                    hidden.status_code == absent.status_code,
                    headers(hidden) == headers(absent),
                    said[0] == said[1],
                    took == instead,
                )
                if same != (True, True, True, True):
                    told[(rule.endpoint, method, name)] = (same, hidden.status_code, len(took), len(instead))
    assert compared > 60
    assert told == {}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sign-in", {"password": "not the password of anybody"}),
        ("/sign-up", {"name": "Linh", "password": "a quiet herd of violet yaks"}),
        ("/reset", {}),
    ],
)
def test_a_blind_answer_takes_the_same_whether_there_is_an_account(
    app: Flask, now: datetime, path: str, data: dict[str, str]
) -> None:
    make_person(email="known@example.org", password=PASSWORD)
    db.session.commit()
    answers = []
    for email in ("warm-up@example.org", "known@example.org", "other@example.org"):
        visitor = Visitor(app, app.response_class, use_cookies=True)
        answer, took = asked(visitor, path, "POST", data=data | {"email": email})
        page = shape(answer.text).replace(email, "")
        answers.append((answer.status_code, answer.location, headers(answer), page, [one.split()[:3] for one in took]))
    assert answers[1] == answers[2]

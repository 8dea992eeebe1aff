"""Who × what: whoever walks through every address meets no secret that is not theirs to read."""

from datetime import datetime

import pytest
from flask import Flask

from tests.trust.sweep import addresses, secrets_in
from tests.trust.world import World, make_world, secret
from tests.visitor import Visitor, sign_in

VARIANTS = ("", "?view=answers", "?view=letters", "?view=messages", "?view=history", "?q=qz&sort=-score", "?exact=yes")
DEEP = frozenset({"dossiers.show", "dossiers.position", "dossiers.across", "dossiers.board", "reports.funnel"})


def of(side: str, *kinds: str) -> set[str]:
    return {secret(kind, side) for kind in kinds}


CANDIDATE = of("x", "name", "email", "answer", "hidden", "file", "referee", "candidate", "message")
READER = {"name", "answer", "file", "referee", "reviewer", "letter", "candidate"}
IN = {"review", "committee"}
EVERYTHING = {*READER, *IN, "email", "hidden", "hr", "chair", "message"}
COLLEAGUES = of("x", "reviewer") | of("y", "reviewer")
"""A chair asks any colleague onto the committee."""
MAY_READ: dict[str, set[str]] = {
    "anonymous": set(),
    "own candidate": CANDIDATE,
    "other candidate": set(),
    "staff without a seat": set(),
    "chair of X": of("x", *READER, "email", "chair", "message") | COLLEAGUES,
    "member of X": of("x", *READER),
    "undeclared member": of("x", "name", "reviewer"),
    "observer of X": of("x", *READER, *IN),
    "coordinator of X": of("x", *READER, *IN, "email", "hidden", "message"),
    "theme coordinator of X": of("x", *READER, *IN),
    "in conflict": of("x", "reviewer"),
    "chair of Y": of("y", *READER, "email", "chair", "message") | COLLEAGUES,
    "member of Y": of("y", *READER),
    "staff who applies": of("y", *READER),
    "HR": of("x", *EVERYTHING) | of("y", *EVERYTHING) | of("d", "name", "email"),
    "admin": of("x", "name", "email", "reviewer", "message") | of("y", "name", "email", "reviewer", "message"),
    "admin with a reason": of("x", *EVERYTHING) | of("y", "name", "email", "reviewer", "message"),
}
"""Beyond this, nothing, anywhere."""
ADMIN_SEES_PEOPLE = of("d", "name", "email")
TO_REFEREES = of("x", "referee") | of("y", "referee")
"""The outbox shows the administrator whom mails went to."""
MUST_READ: dict[str, set[str]] = {
    "own candidate": of("x", "name", "answer", "candidate"),
    "chair of X": of("x", "name", "answer", "letter", "chair"),
    "member of X": of("x", "name", "answer", "letter"),
    "observer of X": of("x", "name", "answer", "review", "committee"),
    "coordinator of X": of("x", "name", "email", "hidden", "review"),
    "theme coordinator of X": of("x", "name", "review"),
    "HR": of("x", "name", "hr", "letter", "review", "hidden") | of("y", "name", "hr", "letter", "review"),
    "admin with a reason": of("x", "name", "letter", "review"),
}
"""Without this the sweep would prove nothing."""


def walk(app: Flask, client: Visitor, world: World) -> tuple[dict[str, set[str]], list[tuple[str, str]]]:
    """The secrets met, each with where; and the answers that were faults."""
    met: dict[str, set[str]] = {}
    faults: list[tuple[str, str]] = []
    for side in (world.x, world.y):
        for endpoint, path in addresses(app, "GET", {**side.ids, **world.shared}):
            for variant in VARIANTS if endpoint in DEEP else ("",):
                try:
                    answer = client.get(path + variant)
                except Exception as fault:
                    faults.append((path + variant, repr(fault)))
                    continue
                if answer.status_code >= 500 and endpoint != "home.ready":
                    faults.append((path, str(answer.status_code)))
                for one in secrets_in(answer):
                    met.setdefault(one, set()).add(endpoint)
    return met, faults


@pytest.mark.parametrize("role", list(MAY_READ))
def test_nobody_meets_a_secret_that_is_not_theirs(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    if role != "anonymous":
        sign_in(client, world.people[role])
    met, faults = walk(app, client, world)
    may = MAY_READ[role] | (ADMIN_SEES_PEOPLE | TO_REFEREES if role.startswith("admin") else set())
    assert {one: where for one, where in met.items() if one not in may} == {}
    assert MUST_READ.get(role, set()) - met.keys() == set()
    assert faults == []


EXPORTS = [(what, where) for what in ("applications", "reviews", "positions") for where in ("", "x", "y")]


@pytest.mark.parametrize("role", list(MAY_READ))
def test_an_export_holds_what_its_owner_may_read_and_no_more(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    world = make_world(now)
    if role != "anonymous":
        sign_in(client, world.people[role])
    met: dict[str, tuple[str, str]] = {}
    for what, where in EXPORTS:
        position = {"": "", "x": world.x.position.id, "y": world.y.position.id}[where]
        data = {"what": what, "file_format": "csv", "position": position, "query": "sort=name"}
        answer = client.post("/desk/exports", data=data)
        met |= dict.fromkeys(secrets_in(answer), (what, where))
    hr_like = {"admin", "admin with a reason", "HR"}
    may = MAY_READ["HR"] if role in hr_like else MAY_READ[role]
    assert {one: where for one, where in met.items() if one not in may} == {}

"""Nothing that gives a candidate away reaches a reader in the blind round, whatever the route."""

import re
from copy import deepcopy
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.dossiers.world import TOKENS, World, blind_world
from tests.visitor import SignedIn, Visitor
from tracker.models import ConflictKind, Document
from tracker.plumbing.database import db


def routes_of(world: World) -> list[str]:
    """Every address of the dossier that one can get."""
    its, position = world.application.id, world.position
    documents = [one.id for one in db.session.query(Document).filter_by(application_id=its)]
    assert position.workflow is not None
    moves = [move.id for move in position.workflow.moves if move.from_stage_id == world.application.stage_id]
    base = f"/desk/applications/{its}"
    return [
        base,
        *(f"{base}?view={side}" for side in ("answers", "letters", "messages", "history", *documents)),
        *(f"{base}/documents/{one}" for one in documents),
        *(f"{base}/documents/{one}?download=1" for one in documents),
        *(f"{base}/moves/{one}" for one in moves),
        f"{base}/review",
        f"{base}/open",
        f"{base}/open?change=1",
        f"{base}/comments/people?audience=committee&q=",
        f"/desk/positions/{position.id}/conflicts",
        f"/desk/positions/{position.id}/conflicts?show=declared",
        f"/desk/positions/{position.id}/reviewers",
        f"/desk/positions/{position.id}/reviewers?suggest=3",
        f"/desk/positions/{position.id}/applications/next",
    ]


def tells(response: TestResponse) -> list[str]:
    """The tokens of the name that stand in an answer's body or headers."""
    whole = response.get_data() + str(response.headers).encode()
    text = whole.decode("utf-8", "ignore").casefold()
    return [token for token in TOKENS if token in text]


@pytest.mark.parametrize("reader", ["member", "chair", "colleague"])
def test_no_route_tells_a_blind_reader_the_name(app: Flask, now: datetime, signed_in: SignedIn, reader: str) -> None:
    world = blind_world(now)
    browser: Visitor = signed_in(getattr(world, reader))
    answers = {route: browser.get(route) for route in routes_of(world)}
    assert {route: found for route, answer in answers.items() if (found := tells(answer))} == {}
    assert answers[f"/desk/applications/{world.application.id}"].status_code == 200


def test_an_open_writing_sample_is_readable_blind_and_named_by_its_code(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    """The form marks every file as identifying; a form that does not hands the bytes out without metadata."""
    world = blind_world(now)
    assert world.position.form_version is not None
    content = deepcopy(world.position.form_version.content)
    for section in content["sections"]:
        for question in section["questions"]:
            if question["key"] == "writing_sample":
                question["identifying"] = False
    world.position.form_version.content = content
    document = db.session.query(Document).filter_by(question="writing_sample").one()
    answer = signed_in(world.member).get(f"/desk/applications/{world.application.id}/documents/{document.id}")
    assert answer.status_code == 200
    assert answer.get_data().startswith(b"%PDF")
    assert tells(answer) == []
    assert f"{world.application.code}-writing_sample.pdf" in answer.headers["Content-Disposition"]


def test_hr_reads_the_name_in_the_same_round(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    page = signed_in(world.hr).get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
    assert "Oluwaseun" in page


def test_the_name_shows_to_the_committee_after_the_blind_round(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now, stage="shortlist")
    page = signed_in(world.member).get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
    assert "Oluwaseun" in page


@pytest.mark.parametrize(
    ("reader", "hidden", "shown"),
    [
        ("member", {"REVIEW", "COMMITTEE", "HR", "CHAIR", "LETTER", "MESSAGE"}, set()),
        ("colleague", {"HR", "CHAIR", "LETTER", "MESSAGE"}, {"REVIEW", "COMMITTEE"}),
        ("chair", {"REVIEW", "COMMITTEE", "HR", "LETTER", "MESSAGE"}, {"CHAIR"}),
        ("hr", set(), {"REVIEW", "COMMITTEE", "HR", "CHAIR", "LETTER", "MESSAGE"}),
    ],
)
def test_what_is_said_and_written_reaches_its_readers_alone(
    app: Flask, now: datetime, signed_in: SignedIn, reader: str, hidden: set[str], shown: set[str]
) -> None:
    world = blind_world(now)
    browser = signed_in(getattr(world, reader))
    pages = "".join(browser.get(route).get_data().decode("utf-8", "ignore") for route in routes_of(world))
    found = set(re.findall(r"([A-Z]+)-SECRET", pages))
    assert (found & hidden, found & shown) == (set(), shown)


@pytest.mark.parametrize("kind", [ConflictKind.COAUTHOR, ConflictKind.INSTITUTION, ConflictKind.REFEREE])
def test_a_blocking_conflict_makes_every_route_a_404(
    app: Flask, now: datetime, signed_in: SignedIn, kind: ConflictKind
) -> None:
    world = blind_world(now, blind=False)
    routes = [route for route in routes_of(world) if world.application.id in route]
    conflict = next(one for one in world.application.conflicts if one.person_id == world.member.id)
    conflict.kind, conflict.blocks = kind, True
    browser = signed_in(world.member)
    assert {route: browser.get(route).status_code for route in routes} == dict.fromkeys(routes, 404)
    posts = [
        f"/desk/applications/{world.application.id}/{act}"
        for act in ("review", "review/abstain", "comments", "open", "moves/x", "undo/x")
    ]
    assert {route: browser.post(route).status_code for route in posts} == dict.fromkeys(posts, 404)


def test_neighbours_leave_out_an_application_in_conflict(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    hidden, shown = world.others[0], world.application
    next(one for one in hidden.conflicts if one.person_id == world.member.id).blocks = True
    page = signed_in(world.member).get(f"/desk/applications/{shown.id}").get_data(as_text=True)
    assert (hidden.id in page, world.others[1].id in page) == (False, True)

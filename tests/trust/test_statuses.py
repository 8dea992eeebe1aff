"""Who × what, as statuses: sign in, not there, not yours to do; for every address, whatever its method."""

import re
from datetime import datetime

import pytest
from flask import Flask

from tests.trust.sweep import address, parameters, rules, status_of
from tests.trust.world import World, make_world
from tests.visitor import Visitor, sign_in

HIDDEN = 404
STRANGERS = ("other candidate", "staff without a seat", "chair of Y", "member of Y", "staff who applies", "in conflict")
OUTSIDE_POSITION = ("own candidate", "other candidate", "staff without a seat", "chair of Y", "member of Y")
STAFF_WITHOUT_DESIGNS = (
    "staff without a seat",
    "chair of X",
    "member of X",
    "observer of X",
    "coordinator of X",
    "theme coordinator of X",
    "in conflict",
    "chair of Y",
)
CANDIDATES = ("own candidate", "other candidate")
SMALL = ("dossiers.show", "committee.open")


def is_public(app: Flask, endpoint: str) -> bool:
    return getattr(app.view_functions[endpoint], "access", "") == "public"


def access(app: Flask, endpoint: str) -> str:
    return str(getattr(app.view_functions[endpoint], "access", ""))


def statuses(app: Flask, client: Visitor, world: World, wanted: str) -> dict[tuple[str, str], int]:
    """The answer at each address of X whose rule says `wanted`, by method."""
    ids = {**world.x.ids, **world.shared}
    found = {}
    for method in ("POST", "GET"):
        for rule in rules(app, method):
            if access(app, rule.endpoint) == wanted:
                found[(rule.endpoint, method)] = status_of(client, address(rule, ids), method)
    return found


def every_access(app: Flask, ending: str) -> list[str]:
    return sorted({one for rule in app.url_map.iter_rules() if (one := access(app, rule.endpoint)).endswith(ending)})


@pytest.mark.parametrize("role", ["own candidate", *STRANGERS])
def test_an_application_out_of_sight_is_not_there_on_any_staff_page(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    for wanted in every_access(app, " application"):
        if wanted.split()[0] in {"view_own_application", "edit_application", "withdraw_application"}:
            continue
        found = statuses(app, client, world, wanted)
        assert found == dict.fromkeys(found, HIDDEN), wanted


@pytest.mark.parametrize("role", ["other candidate", "staff who applies", "chair of X", "HR", "admin with a reason"])
def test_a_candidates_own_pages_are_theirs_alone(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    for wanted in (
        "view_own_application application",
        "edit_application application",
        "withdraw_application application",
        "edit_application document",
        "view_own_application document",
    ):
        found = statuses(app, client, world, wanted)
        assert found == dict.fromkeys(found, HIDDEN), wanted


@pytest.mark.parametrize("role", OUTSIDE_POSITION)
def test_the_staff_side_of_a_position_is_not_there_for_others(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    for wanted in every_access(app, " position"):
        if wanted.startswith("have_applications"):
            continue
        found = statuses(app, client, world, wanted)
        public_thing = wanted.startswith("give_extra_time")
        assert set(found.values()) <= ({403, 404} if public_thing else {404}), (wanted, found)


@pytest.mark.parametrize("role", STAFF_WITHOUT_DESIGNS)
@pytest.mark.parametrize("act", ["manage_people", "manage_themes", "manage_designs", "read_outbox"])
def test_the_house_is_kept_by_its_keepers(app: Flask, client: Visitor, now: datetime, role: str, act: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    for wanted in {one for one in every_access(app, "") if one.split()[:1] == [act]}:
        found = statuses(app, client, world, wanted)
        assert set(found.values()) <= {403, 404}, (wanted, found)
        if " " not in wanted:
            assert set(found.values()) == {403}, (wanted, found)


@pytest.mark.parametrize("act", ["manage_people", "manage_themes", "read_outbox"])
def test_hr_manages_designs_and_not_the_house(app: Flask, client: Visitor, now: datetime, act: str) -> None:
    world = make_world(now)
    sign_in(client, world.people["HR"])
    for wanted in {one for one in every_access(app, "") if one.split()[:1] == [act]}:
        found = statuses(app, client, world, wanted)
        assert set(found.values()) <= {403, 404}, (wanted, found)


@pytest.mark.parametrize("role", CANDIDATES)
def test_a_candidate_has_no_desk(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    desk = {}
    for method in ("POST", "GET"):
        for rule in rules(app, method):
            if rule.rule.startswith("/desk"):
                path = address(rule, {**world.x.ids, **world.shared})
                desk[(rule.endpoint, method)] = status_of(client, path, method)
    assert {what: status for what, status in desk.items() if status not in {403, 404}} == {}


MOVES = {
    "chair of X": 200,
    "HR": 200,
    "member of X": 403,
    "observer of X": 403,
    "coordinator of X": 403,
    "theme coordinator of X": 403,
    "admin with a reason": 403,
    "in conflict": 404,
    "chair of Y": 404,
    "own candidate": 404,
}


@pytest.mark.parametrize("role", list(MOVES))
def test_moves_are_made_by_the_workflow(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    path = f"/desk/applications/{world.x.application.id}/moves/{world.x.ids['move_id']}"
    wanted = MOVES[role]
    assert status_of(client, path) == wanted
    posted = status_of(client, path, "POST", data={"reason": "no_such_reason", "version": "1"})
    assert posted == (wanted if wanted != 200 else 422) or (wanted == 200 and posted == 409)


DOSSIER = {
    "chair of X": 200,
    "member of X": 200,
    "undeclared member": 302,
    "observer of X": 200,
    "coordinator of X": 200,
    "theme coordinator of X": 200,
    "HR": 200,
    "admin": 302,
    "admin with a reason": 200,
}


@pytest.mark.parametrize("role", list(DOSSIER))
def test_readers_open_the_dossier_by_the_door(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    assert status_of(client, f"/desk/applications/{world.x.application.id}") == DOSSIER[role]


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

"""Permissions count at the next request: no session, export, job, link or conflict outlives them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from tests.factories import make_conflict
from tests.trust.sweep import secrets_in, status_of
from tests.trust.world import World, make_world
from tests.visitor import Visitor, sign_in
from tracker.accounts.links import make_link, use_link
from tracker.accounts.links import token_hash as hash_of
from tracker.models import ConflictKind, Export, LinkPurpose, Person, PositionTheme, Seat, SiteRole, ThemeSeat
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due


def lose_seat(world: World, person: Person) -> None:
    """One of X, with another in Y, so that exporting as such is still allowed."""
    db.session.execute(delete(Seat).where(Seat.person_id == person.id, Seat.position_id == world.x.position.id))
    db.session.add(Seat(position_id=world.y.position.id, person_id=person.id, role="member", since=clock_now()))


def step_down(world: World, person: Person) -> None:
    person.site_role = SiteRole.NONE
    db.session.add(Seat(position_id=world.y.position.id, person_id=person.id, role="member", since=clock_now()))


def declare(world: World, person: Person) -> None:
    conflict = next(one for one in world.x.application.conflicts if one.person_id == person.id)
    conflict.kind, conflict.blocks = ConflictKind.FAMILY, True


def lose_theme(world: World, person: Person) -> None:
    db.session.execute(delete(ThemeSeat).where(ThemeSeat.person_id == person.id))
    db.session.add(Seat(position_id=world.y.position.id, person_id=person.id, role="member", since=clock_now()))


def position_leaves_theme(world: World, person: Person) -> None:
    db.session.execute(delete(PositionTheme).where(PositionTheme.position_id == world.x.position.id))


LOSSES: list[tuple[str, Callable[[World, Person], None]]] = [
    ("chair of X", lose_seat),
    ("member of X", lose_seat),
    ("chair of X", declare),
    ("coordinator of X", lose_seat),
    ("theme coordinator of X", lose_theme),
    ("theme coordinator of X", position_leaves_theme),
    ("HR", step_down),
]


@pytest.mark.parametrize(("role", "lose"), LOSSES, ids=[f"{role}, {lose.__name__}" for role, lose in LOSSES])
def test_what_was_lost_is_gone_at_the_next_request_and_from_files_made_before(
    app: Flask, client: Visitor, now: datetime, role: str, lose: Callable[[World, Person], None]
) -> None:
    world = make_world(now)
    person = world.people[role]
    sign_in(client, person)
    dossier = f"/desk/applications/{world.x.application.id}"
    assert client.get(dossier).status_code == 200
    client.post("/desk/exports", data={"what": "applications", "file_format": "xlsx"})
    run_due()
    made = db.session.scalars(select(Export).where(Export.person_id == person.id)).one().id
    assert client.get(f"/desk/exports/{made}/file").status_code == 200
    client.post("/desk/exports", data={"what": "reviews", "file_format": "xlsx"})
    lose(world, person)
    assert client.get(dossier).status_code == 404
    assert client.get(f"/desk/exports/{made}/file").status_code == 409
    run_due()
    later = db.session.scalars(select(Export).where(Export.person_id == person.id, Export.what == "reviews")).one()
    if later.storage_key is not None:
        answer = client.get(f"/desk/exports/{later.id}/file")
        assert (answer.status_code, {one for one in secrets_in(answer) if one.endswith("x")}) == (200, set())


def test_an_export_is_fetched_while_the_rights_are_as_they_were(app: Flask, client: Visitor, now: datetime) -> None:
    world = make_world(now)
    person = world.people["chair of X"]
    sign_in(client, person)
    client.post("/desk/exports", data={"what": "applications", "file_format": "xlsx"})
    run_due()
    made = db.session.scalars(select(Export).where(Export.person_id == person.id)).one().id
    make_conflict(world.y.application, world.people["HR"], ConflictKind.FAMILY)
    assert client.get(f"/desk/exports/{made}/file").status_code == 200


@pytest.mark.parametrize("role", ["chair of X", "HR", "own candidate", "admin"])
def test_a_closed_account_is_out_of_every_door_at_once(app: Flask, client: Visitor, now: datetime, role: str) -> None:
    world = make_world(now)
    sign_in(client, world.people[role])
    assert status_of(client, "/account") == 200
    world.people[role].closed_at = clock_now()
    for path in ("/account", "/applications", "/desk", f"/desk/applications/{world.x.application.id}", "/desk/exports"):
        answer = client.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")
        assert client.get(path, headers={"HX-Request": "true"}).status_code == 401
    posted = client.post(f"/desk/applications/{world.x.application.id}/comments", data={"text": "Still here"})
    assert posted.location.startswith("/sign-in")


@pytest.mark.parametrize("purpose", [one for one in LinkPurpose if one is not LinkPurpose.LETTER])
@pytest.mark.parametrize("end", ["used", "expired", "replaced", "of another purpose"])
def test_a_link_that_is_over_opens_nothing(
    app: Flask, client: Visitor, now: datetime, purpose: LinkPurpose, end: str
) -> None:
    world = make_world(now)
    person = world.people["own candidate"]

    def made(kind: LinkPurpose, until: datetime | None = None) -> str:
        return make_link(kind, now=now, person_id=person.id, email=person.email, until=until)

    token = made(purpose, now - timedelta(seconds=1) if end == "expired" else None)
    if end == "used":
        assert use_link(hash_of(token), purpose, now=now) is not None
    elif end == "replaced":
        made(purpose)
    elif end == "of another purpose":
        token = made(LinkPurpose.EMAIL if purpose is LinkPurpose.RESET else LinkPurpose.RESET)
    word, page = {
        LinkPurpose.VERIFY: ("verify", "/verification"),
        LinkPurpose.RESET: ("reset", "/reset/new"),
        LinkPurpose.INVITE: ("invite", "/invitation"),
        LinkPurpose.EMAIL: ("email", "/account/email/confirm"),
        LinkPurpose.FIRST_ADMIN: ("first", "/first-administrator"),
    }[purpose]
    answer = client.get(f"/link/{word}/{token}")
    assert (answer.status_code, answer.headers["Referrer-Policy"], token in answer.text) == (303, "no-referrer", False)
    data = {"password": "a long enough password", "name": "Mallory", "email": "m@evil.example"}
    assert (client.get(page).status_code, client.post(page, data=data).status_code) == (410, 410)
    assert client.get("/account").status_code == 302

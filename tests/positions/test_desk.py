"""The desk: each sees what their roles reach, and numbers only of what they may see."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from flask import Flask

from tests.factories import (
    make_admin,
    make_application,
    make_conflict,
    make_hr,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_staff,
    make_theme,
)
from tests.visitor import sign_in
from tracker.models import ConflictKind, Person, PositionRole, PositionState, Sight
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.standing import standing_of
from tracker.positions import committee
from tracker.positions.desk_list import DeskFilter, desk_page
from tracker.positions.queries import visible_positions
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.refusals import Invalid, NotAllowedNow
from tracker.rules.roles import ANYONE


def test_what_the_query_finds_is_what_the_policy_allows(app: Flask) -> None:
    coordinator = make_staff()
    theme = make_theme(coordinators=(coordinator,))
    positions = [
        make_position(f"{state} {bool(themes)}", state=state, themes=themes)
        for state, themes in product(PositionState, ([], [theme]))
    ]
    people = [make_hr(), make_admin(), make_staff(), make_person(), coordinator]
    people += [make_seat(positions[at % len(positions)], role=role).person for at, role in enumerate(PositionRole)]
    for person in people:
        who = standing_of(person)
        found = {one.id for one in db.session.scalars(visible_positions(who))}
        assert found == {one.id for one in positions if can(who, May.VIEW_POSITION, one)}
    assert db.session.scalars(visible_positions(ANYONE)).all() == []


def test_the_list_of_a_member_holds_their_positions_alone(app: Flask, client: Any) -> None:
    mine, other = make_position("Axons"), make_position("Muons")
    sign_in(client, make_seat(mine).person)
    page = client.get("/desk/positions").text
    assert ("Axons" in page, "Muons" in page) == (True, False)
    assert [client.get(f"/desk/positions/{other.id}{path}").status_code for path in ("", "/committee", "/preview")] == [
        404
    ] * 3


def test_a_candidate_has_no_desk(app: Flask, client: Any) -> None:
    position = make_position()
    sign_in(client, make_person())
    assert client.get("/desk/positions").status_code == 403
    assert client.get(f"/desk/positions/{position.id}").status_code == 404


def test_numbers_count_only_applications_one_may_see(app: Flask, client: Any) -> None:
    position = make_position()
    member = make_seat(position).person
    make_application(position, stage="review")
    hidden = make_application(position, stage="review")
    make_conflict(hidden, member, ConflictKind.FAMILY)
    make_application(position, submitted=False)
    sign_in(client, member)
    listed = client.get("/desk/positions").text
    assert re.findall(r'data-label="Applications">(?:<a[^>]*>)?(\d+)', listed) == ["1"]
    overview = client.get(f"/desk/positions/{position.id}").text
    assert (
        re.findall(r'stat-number">(\d+)</span>\s*<span class="stat-label">([^<]+)', overview).count(("1", "Review"))
        == 1
    )


def test_a_member_who_sees_only_what_is_assigned_counts_nothing_else(app: Flask, client: Any) -> None:
    position = make_position(members_see=Sight.ASSIGNED)
    make_application(position)
    sign_in(client, make_seat(position).person)
    assert re.findall(r'data-label="Applications">(?:<a[^>]*>)?(\d+)', client.get("/desk/positions").text) == ["0"]


@pytest.mark.parametrize("path", ["/desk/positions", "/desk/rubrics"])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(app: Flask, client: Any, path: str) -> None:
    make_application(make_position(themes=[make_theme()]))
    sign_in(client, make_hr())
    with counted_statements() as one:
        client.get(path)
    for _ in range(2):
        make_application(make_position(themes=[make_theme()]))
    with counted_statements() as three:
        client.get(path)
    assert len(three) == len(one) <= 8


def test_the_committee_page_takes_as_many_queries_for_three_seats_as_for_one(app: Flask, client: Any) -> None:
    position = make_position()
    make_seat(position)
    sign_in(client, make_hr())
    address = f"/desk/positions/{position.id}/committee"
    with counted_statements() as one:
        client.get(address)
    make_seat(position)
    make_seat(position)
    with counted_statements() as three:
        client.get(address)
    assert len(three) == len(one)


SEATS = {"hr": 303, "chair": 303, "member": 403, "observer": 403, "coordinator": 403, "stranger": 404}


@pytest.mark.parametrize("who", SEATS)
def test_who_gives_seats(app: Flask, client: Any, who: str) -> None:
    position, newcomer = make_position(), make_staff()
    people: dict[str, Person] = {role.value: make_seat(position, role=role).person for role in PositionRole}
    sign_in(client, (people | {"hr": make_hr(), "stranger": make_staff()})[who])
    data = {"person": f"{newcomer.name} <{newcomer.email}>", "role": "member"}
    page = client.post(f"/desk/positions/{position.id}/committee", data=data)
    db.session.expire_all()
    seated = newcomer.id in {seat.person_id for seat in position.seats}
    assert (page.status_code, seated) == (SEATS[who], SEATS[who] == 303)


def test_a_seat_counts_at_the_next_request_and_no_longer_once_it_is_taken(
    app: Flask, client: Any, now: datetime
) -> None:
    position, hr, member = make_position(), make_hr(), make_staff()
    sign_in(client, member)
    address = f"/desk/positions/{position.id}"
    assert client.get(address).status_code == 404
    committee.seat(position, member, PositionRole.MEMBER, by=hr, now=now)
    assert client.get(address).status_code == 200
    committee.unseat(position, member.id, by=hr, now=now)
    assert client.get(address).status_code == 404


def test_a_published_position_keeps_a_chair(app: Flask, now: datetime) -> None:
    position, hr = make_position(), make_hr()
    chair = make_seat(position, role=PositionRole.CHAIR).person
    changes: list[Callable[[], object]] = [
        lambda: committee.unseat(position, chair.id, by=hr, now=now),
        lambda: committee.seat(position, chair, PositionRole.MEMBER, by=hr, now=now),
    ]
    for change in changes:
        with pytest.raises(NotAllowedNow):
            change()
    committee.seat(position, make_staff(), PositionRole.CHAIR, by=hr, now=now)
    committee.unseat(position, chair.id, by=hr, now=now)
    assert chair.id not in {seat.person_id for seat in position.seats}


def test_a_seat_one_has_is_not_given_twice(app: Flask, now: datetime) -> None:
    position, hr = make_position(), make_hr()
    member = make_seat(position).person
    with pytest.raises(Invalid):
        committee.seat(position, member, PositionRole.MEMBER, by=hr, now=now)


@pytest.mark.parametrize("typed", ["Nobody Known", "nobody@example.org", "", "\x00"])
def test_whoever_is_not_on_the_staff_gets_no_seat(app: Flask, client: Any, typed: str) -> None:
    position = make_position()
    candidate = make_person("Cand Idate", email="cand@example.org")
    sign_in(client, make_hr())
    address = f"/desk/positions/{position.id}/committee"
    assert client.post(address, data={"person": typed, "role": "member"}).status_code == 422
    assert client.post(address, data={"person": candidate.email, "role": "member"}).status_code == 422
    assert position.seats == []


def test_somebody_new_is_invited_and_seated_at_once(app: Flask, client: Any) -> None:
    position = make_position()
    sign_in(client, make_seat(position, role=PositionRole.CHAIR).person)
    data = {"name": "Nguyễn Thị Minh Khai", "email": "khai@example.org", "invited_role": "member"}
    assert client.post(f"/desk/positions/{position.id}/committee/invite", data=data).status_code == 303
    invited = db.session.query(Person).filter_by(email="khai@example.org").one()
    assert (invited.is_staff, invited.id in {seat.person_id for seat in position.seats}) == (True, True)


@pytest.mark.parametrize("path", ["/desk/rubrics", "/desk/rubrics/new", "/desk/rubrics/reasons"])
def test_rubrics_and_reasons_are_for_hr(app: Flask, client: Any, path: str) -> None:
    sign_in(client, make_seat(make_position(), role=PositionRole.CHAIR).person)
    assert client.get(path).status_code == 403


@pytest.mark.engines
def test_beyond_the_most_a_list_of_positions_says_how_many_at_least(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr, few, many = standing_of(make_hr()), make_position("Few"), make_position("Many")
    for position, number in ((few, 2), (many, 3)):
        for _ in range(number):
            make_review(make_application(position))
    make_conflict(make_application(few), db.session.get_one(Person, hr.person_id), ConflictKind.FAMILY)
    monkeypatch.setattr("tracker.positions.desk_list.MANY", 1)
    found = {row.id: (row.applications, row.reviews) for row in desk_page(hr, DeskFilter())}
    assert found == {few.id: (2, 2), many.id: (2, 2)}
    monkeypatch.setattr("tracker.positions.desk_list.MANY", 1_000)
    found = {row.id: (row.applications, row.reviews) for row in desk_page(hr, DeskFilter())}
    assert found == {few.id: (2, 2), many.id: (3, 3)}

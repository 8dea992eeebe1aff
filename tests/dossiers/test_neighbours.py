"""Previous and next follow the list one came from, filtered and sorted as it was, and every way leads back to it."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.dossiers.world import blind_world
from tests.factories import (
    make_application,
    make_conflict,
    make_hr,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_staff,
)
from tests.visitor import Visitor
from tracker.dossiers.around import around
from tracker.dossiers.board import cards
from tracker.dossiers.filters import Filters, Sort
from tracker.dossiers.trail import Face, Trail
from tracker.dossiers.walking import page_of_lines
from tracker.models import Application, ConflictKind, Person, Position, PositionRole
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.standing import standing_of

STAGES = ("intake", "review", "review", "shortlist", "review")


def six_in(position: Position, now: datetime) -> list[Application]:
    """Two of them the same in everything one sorts by."""
    found = []
    for number, stage in enumerate((*STAGES, STAGES[-1])):
        twin = min(number, len(STAGES) - 1)
        at = now - timedelta(hours=twin)
        one = make_application(position, make_person(name=f"Name {twin * 3 % 5}"), stage=stage, now=at)
        one.score, one.reviews_in = Decimal(twin * 2 % 5), twin % 3
        found.append(one)
    db.session.flush()
    return found


def walked(who: Person, trail: Trail, start: str, now: datetime) -> list[str]:
    """By "next" from there to the end, each time finding the one before by "previous"."""
    found = [start]
    while True:
        here = around(standing_of(who), db.session.get_one(Application, found[-1]), trail, now)
        assert here.previous == (found[-2] if len(found) > 1 else None)
        if here.next is None:
            return found
        found.append(here.next)


@pytest.mark.engines
def test_the_way_by_next_is_the_list_in_every_order(app: Flask, now: datetime) -> None:
    hr, position = make_hr(), make_position(closes_at=now + timedelta(days=3))
    six_in(position, now)
    for closes_at in (None, position.closes_at):
        six_in(make_position(closes_at=closes_at), now)
    for sort in Sort:
        for downwards in (True, False):
            for face, within in ((Face.LIST, position), (Face.ACROSS, None)):
                filters = Filters(sort=sort, downwards=downwards)
                listed = [one.id for one in page_of_lines(standing_of(hr), filters, now=now, within=within)]
                assert walked(hr, Trail(face, filters), listed[0], now) == listed, (sort, downwards, face)


@pytest.mark.engines
def test_the_way_by_next_is_the_list_where_the_order_is_known_in_part(app: Flask, now: datetime) -> None:
    member, position = make_staff(), make_position(blind=True)
    make_seat(position, member, PositionRole.MEMBER)
    made = six_in(position, now)
    make_review(made[1], member)
    for sort in (Sort.NAME, Sort.SCORE, Sort.REVIEWS):
        for downwards in (True, False):
            filters = Filters(sort=sort, downwards=downwards)
            listed = [one.id for one in page_of_lines(standing_of(member), filters, now=now, within=position)]
            assert walked(member, Trail(Face.LIST, filters), listed[0], now) == listed, (sort, downwards)


@pytest.mark.engines
def test_filters_narrow_the_way_and_a_conflict_still_subtracts(app: Flask, now: datetime) -> None:
    member, position = make_staff(), make_position()
    make_seat(position, member, PositionRole.MEMBER)
    made = six_in(position, now)
    make_conflict(made[2], member, ConflictKind.FAMILY)
    trail = Trail(Face.LIST, Filters(stages=("review",)))
    assert walked(member, trail, made[1].id, now)[0] == made[1].id
    assert set(walked(member, trail, made[1].id, now)) == {made[1].id, made[4].id, made[5].id}
    outside = around(standing_of(member), made[3], trail, now)  # no longer in the list, and yet between two of it
    assert (outside.previous, outside.next) == (made[1].id, max(made[4].id, made[5].id))


def test_from_a_board_one_goes_down_the_column(app: Flask, now: datetime) -> None:
    hr, position = make_hr(), make_position()
    six_in(position, now)
    column = [one.id for one in cards(standing_of(hr), Filters(), now=now, within=position, each=40)["review"]]
    assert walked(hr, Trail(Face.BOARD), column[0], now) == column


def links(page: str, *, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_filters_stay_in_the_address_from_the_list_through_a_review_and_back(
    app: Flask, signed_in: Any, now: datetime
) -> None:
    world = blind_world(now)
    older, _ = world.others
    client: Visitor = signed_in(world.member)
    where = f"/desk/positions/{world.position.id}/applications"
    listed = client.get(f"{where}?stage=review&sort=submitted").text
    first = f"/desk/applications/{older.id}?list=stage%3Dreview%26sort%3Dsubmitted"
    assert f'href="{first}"' in listed
    page = client.get(first).text
    carried = "list=stage%3Dreview%26sort%3Dsubmitted"
    assert links(page, rel="next") == f"/desk/applications/{world.application.id}?{carried}"
    assert links(page, rel="prev") == ""
    assert f'href="{where}?stage=review&amp;sort=submitted"' in page
    review = re.search(r'action="(/desk/applications/\w+/review\?[^"]+)"', page)
    assert review is not None
    saved = client.post(review[1], data={"act": "save", "version": "0"})
    assert (saved.status_code, saved.location) == (303, f"/desk/applications/{older.id}?{carried}#review")


def test_the_door_keeps_the_way_too(app: Flask, signed_in: Any, now: datetime) -> None:
    member = make_staff()
    position = make_position(members=[member])
    application = make_application(position)
    client: Visitor = signed_in(member)
    door = client.get(f"/desk/applications/{application.id}?list=sort%3Dname").location
    page = client.get(door).text
    back = f"/desk/positions/{position.id}/applications?sort=name"
    assert f'name="next" value="/desk/applications/{application.id}?list=sort%3Dname"' in page
    assert f'name="back" value="{back}"' in page
    hidden = client.post(
        f"/desk/applications/{application.id}/open", data={"kind": "family", "note": "x", "back": back}
    )
    assert (hidden.status_code, hidden.location) == (303, back)
    abroad = {"kind": "family", "note": "x", "back": "https://elsewhere.example/"}
    other = make_application(position)
    assert client.post(f"/desk/applications/{other.id}/open", data=abroad).location == back.partition("?")[0]


@pytest.mark.parametrize("word", ["list=", "list=stage%3Dreview%26sort%3D-score", "across=sort%3Dname", "board="])
def test_a_way_costs_no_query_more(app: Flask, signed_in: Any, now: datetime, word: str) -> None:
    world = blind_world(now)
    client: Visitor = signed_in(world.hr)
    address = f"/desk/applications/{world.application.id}"
    client.get(address)
    with counted_statements() as plain:
        client.get(address)
    with counted_statements() as statements:
        assert client.get(f"{address}?{word}").status_code == 200
    assert statements.count == plain.count


def test_a_made_up_way_is_the_whole_list(app: Flask, signed_in: Any, now: datetime) -> None:
    world = blind_world(now)
    client: Visitor = signed_in(world.hr)
    for word in ("list=sort%3Dnothing%26stage%3D%22%3E", "across=" + "x" * 5000, "board=after%3Dxyz"):
        page = client.get(f"/desk/applications/{world.application.id}?{word}")
        assert (page.status_code, '">&' in page.text) == (200, False)

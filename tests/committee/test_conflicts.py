"""Conflicts are declared before a dossier opens; a blocking one takes the application out of sight at once."""

import re
from copy import deepcopy
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.dossiers.world import blind_world
from tests.factories import (
    FORM,
    make_admin,
    make_answer,
    make_application,
    make_assignment,
    make_conflict,
    make_form,
    make_opening,
    make_position,
    make_review,
    make_seat,
    make_staff,
    move_to,
)
from tests.visitor import SignedIn, Visitor
from tracker.committee.conflicts import BLOCKING, Declaration, declare
from tracker.committee.gates import gate
from tracker.models import Application, Conflict, ConflictKind, Entry, Notice, PositionRole, Review, ReviewState, Sight
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.standing import standing_of
from tracker.rules.refusals import Forbidden, Invalid


def sees(browser: Visitor, application: Application) -> int:
    return browser.get(f"/desk/applications/{application.id}").status_code


def test_the_door_is_shut_until_a_reader_declares(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    browser = signed_in(member)
    answer = browser.get(f"/desk/applications/{application.id}")
    door = f"/desk/applications/{application.id}/open"
    assert (answer.status_code, answer.location.startswith(door)) == (302, True)
    onwards = browser.post(door, data={"kind": "none", "next": f"/desk/applications/{application.id}"})
    assert (onwards.status_code, onwards.location) == (303, f"/desk/applications/{application.id}")
    assert sees(browser, application) == 200


def test_a_place_that_gives_away_is_told_of_those_alone_whose_name_shows(
    app: Flask, signed_in: SignedIn, now: datetime
) -> None:
    member, content = make_staff(), deepcopy(FORM)
    studies = {"key": "studies", "type": "degrees", "label": {"en": "Studies", "nl": "Studie"}, "identifying": True}
    content["sections"][1]["questions"].append(studies)
    position = make_position(form=make_form(content, frozen=True), members=[member], blind=True)
    for stage, place in (("shortlist", "Uppsala"), ("review", "Leiden")):
        application = make_application(position, stage=stage, now=now - timedelta(days=len(place)))
        make_answer(application, "studies", [{"institution": place}])
    page = signed_in(member).get(f"/desk/positions/{position.id}/conflicts").get_data(as_text=True)
    assert ("Uppsala" in page, "Leiden" in page) == (True, False)


def test_the_way_onwards_stays_on_this_site(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    answer = signed_in(member).post(
        f"/desk/applications/{application.id}/open", data={"kind": "none", "next": "https://evil.example/"}
    )
    assert answer.location == f"/desk/applications/{application.id}"


@pytest.mark.parametrize("kind", sorted(BLOCKING))
def test_a_blocking_kind_hides_the_application_at_once(app: Flask, signed_in: SignedIn, kind: ConflictKind) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    browser = signed_in(member)
    browser.post(f"/desk/applications/{application.id}/open", data={"kind": kind.value})
    assert sees(browser, application) == 404


def test_another_kind_is_told_to_hr_in_words_and_hides_nothing(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    declared = Declaration(world.application, ConflictKind.OTHER, "We share a funder.")
    assert declare([declared], by=world.member, now=now) == 0
    notices = db.session.scalars(select(Notice).where(Notice.kind == "conflict_told")).all()
    assert [one.person_id for one in notices] == [world.hr.id]
    with pytest.raises(Invalid):
        declare([Declaration(world.application, ConflictKind.OTHER, "  ")], by=world.member, now=now)


def test_entries_about_conflicts_hold_no_words(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    declare([Declaration(world.application, ConflictKind.FAMILY, "My cousin Oluwaseun")], by=world.member, now=now)
    entry = db.session.scalars(
        select(Entry).where(Entry.thing_id == world.application.id, Entry.by_id == world.member.id)
    ).one()
    assert entry.data == {"kind": "family", "blocks": True}


def test_whoever_has_no_seat_does_not_declare(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    with pytest.raises(Forbidden):
        declare([Declaration(world.application, ConflictKind.NONE)], by=world.hr, now=now)


def test_one_button_declares_none_for_all_the_rest(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    position = make_position(members=[member])
    first, second, third = (make_application(position) for _ in range(3))
    unseen = make_application(make_position())
    address = f"/desk/positions/{position.id}/conflicts"
    answer = signed_in(member).post(
        address,
        data={
            "shown": [first.id, second.id, unseen.id],
            f"kind-{first.id}": "coauthor",
            f"kind-{second.id}": "",
            f"kind-{unseen.id}": "coauthor",
            "act": "rest",
        },
    )
    kinds = {one.application_id: one.kind for one in db.session.scalars(select(Conflict))}
    assert answer.status_code == 303
    assert kinds == {first.id: ConflictKind.COAUTHOR, second.id: ConflictKind.NONE}
    assert third.id not in kinds


def test_a_refused_page_keeps_what_was_chosen(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    position = make_position(members=[member])
    one, two = make_application(position), make_application(position)
    answer = signed_in(member).post(
        f"/desk/positions/{position.id}/conflicts",
        data={"shown": [one.id, two.id], f"kind-{one.id}": "other", f"kind-{two.id}": "family", "act": "save"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="family" selected' in page
    assert db.session.scalars(select(Conflict)).all() == []


def shown_on(page: str) -> list[str]:
    return re.findall(r'name="shown" value="(\w+)"', page)


def test_who_goes_on_leaves_others_open_and_loses_nothing_chosen(
    app: Flask, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.committee.views.PAGE", 2)
    member = make_staff()
    position = make_position(members=[member])
    first, second, third, fourth, fifth = (
        make_application(position, now=now + timedelta(minutes=number)).id for number in range(5)
    )
    address, browser = f"/desk/positions/{position.id}/conflicts", signed_in(member)

    def send(*shown: str, **filled: str) -> str:
        return str(browser.post(address, data={"shown": [*shown], **filled}).location)

    assert send(first, second, act="next", **{f"kind-{first}": "family"}) == f"{address}?after={second}"
    page = browser.get(f"{address}?after={second}").text
    assert (shown_on(page), "left open" in page) == ([third, fourth], True)
    data = {"shown": [third, fourth], "act": "next", "more": "1", f"kind-{fourth}": "other"}
    refused = browser.post(address, data=data)
    assert (refused.status_code, shown_on(refused.text)) == (422, [third, fourth])
    assert send(third, fourth, act="rest", after=second) == f"{address}?after={fourth}"
    assert send(fifth, act="rest", after=fourth) == address
    assert send(second, act="rest") == f"/desk/positions/{position.id}/applications"


@pytest.mark.engines
def test_an_application_one_does_not_reach_marks_no_place_in_the_list(
    app: Flask, signed_in: SignedIn, now: datetime
) -> None:
    """Or who learned an id would learn by it when that application was sent in."""
    member = make_staff()
    position = make_position(members=[member], members_see=Sight.ASSIGNED)
    mine, hidden, last = (make_application(position, now=now + timedelta(minutes=number)) for number in range(3))
    elsewhere = make_application(make_position(), now=now)
    for one in (mine, last):
        make_assignment(one, member)
    address, browser = f"/desk/positions/{position.id}/conflicts", signed_in(member)
    behind = {one.id: shown_on(browser.get(f"{address}?after={one.id}").text) for one in (mine, hidden, elsewhere)}
    assert behind == {mine.id: [last.id], hidden.id: [], elsewhere.id: []}


def test_what_was_said_before_is_not_said_again(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    position = make_position(members=[member])
    same, other = make_application(position), make_application(position)
    for one in (same, other):
        make_conflict(one, member)
    data = {"shown": [same.id, other.id], "show": "declared", "act": "save", f"kind-{same.id}": "none"}
    data |= {f"kind-{other.id}": "other", f"note-{other.id}": "We share a funder."}
    answer = signed_in(member).post(f"/desk/positions/{position.id}/conflicts", data=data)
    assert answer.location == f"/desk/positions/{position.id}/conflicts?show=declared"
    said = db.session.scalars(select(Entry.thing_id).where(Entry.what == "conflict_declared")).all()
    assert said == [other.id]


def test_a_blind_declaration_is_asked_again_once_the_name_shows(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    declare([Declaration(world.application, ConflictKind.NONE)], by=world.member, now=now)
    standing = standing_of(world.member)
    assert gate(standing, world.application, now) is None
    move_to(world.application, "shortlist")
    assert gate(standing, world.application, now) == "declare"
    declare([Declaration(world.application, ConflictKind.NONE)], by=world.member, now=now)
    assert gate(standing, world.application, now) is None


def test_an_administrator_without_a_seat_gives_a_reason_that_holds_an_hour(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    admin = make_admin()
    application = make_application()
    browser = signed_in(admin)
    assert browser.get(f"/desk/applications/{application.id}").status_code == 302
    assert browser.post(f"/desk/applications/{application.id}/open", data={"reason": "why"}).status_code == 422
    reason = "The candidate reports that a file does not open."
    assert browser.post(f"/desk/applications/{application.id}/open", data={"reason": reason}).status_code == 303
    assert sees(browser, application) == 200
    whats = db.session.scalars(select(Entry.what).where(Entry.thing_id == application.id, Entry.by_id == admin.id))
    assert list(whats) == ["opened_with_reason", "viewed"]
    db.session.expire_all()
    assert gate(standing_of(admin), application, now + timedelta(hours=2)) == "reason"


def test_nobody_but_an_administrator_opens_by_a_reason(app: Flask, signed_in: SignedIn) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    answer = signed_in(member).post(f"/desk/applications/{application.id}/open", data={"reason": "I would like to."})
    assert answer.status_code == 403


def test_an_administrator_on_the_committee_declares_instead(app: Flask, now: datetime) -> None:
    admin, position = make_admin(), make_position()
    make_seat(position, admin, PositionRole.MEMBER)
    application = make_application(position)
    make_opening(application, admin)
    assert gate(standing_of(admin), application, now) == "declare"


def test_declaring_later_sets_the_review_aside_and_takes_the_assignment(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    make_assignment(world.application, world.colleague)
    declare([Declaration(world.application, ConflictKind.COAUTHOR)], by=world.colleague, now=now)
    review = db.session.scalars(select(Review).where(Review.reviewer_id == world.colleague.id)).one()
    db.session.refresh(world.application)
    assert review.state is ReviewState.ABSTAINED
    assert (world.application.reviews_in, world.application.score) == (0, None)
    assert world.application.assignments == []


def test_a_draft_of_somebody_in_conflict_is_gone(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    make_review(world.application, world.member, state=ReviewState.DRAFT)
    declare([Declaration(world.application, ConflictKind.FAMILY)], by=world.member, now=now)
    assert db.session.scalars(select(Review).where(Review.reviewer_id == world.member.id)).all() == []


def test_hr_alone_takes_a_declaration_back(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    make_conflict(world.others[0], make_seat(world.position).person, ConflictKind.FAMILY)
    conflict = db.session.scalars(select(Conflict).where(Conflict.kind == ConflictKind.FAMILY)).one()
    address = f"/desk/applications/{conflict.application_id}/conflicts/{conflict.person_id}/lift"
    assert signed_in(world.chair).post(address).status_code == 403
    assert signed_in(world.hr).post(address).status_code == 303
    assert db.session.scalars(select(Conflict).where(Conflict.kind == ConflictKind.FAMILY)).all() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_conflicts_takes_as_many_queries_for_one_as_for_three(
    app: Flask, signed_in: SignedIn, count: int
) -> None:
    member = make_staff()
    position = make_position(members=[member], blind=True)
    for _ in range(count):
        make_application(position, stage="review")
    browser = signed_in(member)
    address = f"/desk/positions/{position.id}/conflicts"
    browser.get(address)
    with counted_statements() as statements:
        assert browser.get(address).status_code == 200
    assert statements.count == 6, "\n".join(one[:150] for one in statements.seen)

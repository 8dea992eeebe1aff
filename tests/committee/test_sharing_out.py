"""Reviews are shared out evenly, around every conflict; whoever is asked is told once."""

import re
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.dossiers.world import blind_world
from tests.factories import make_application, make_assignment, make_conflict, make_position, make_staff
from tests.visitor import SignedIn
from tracker.committee.assignment import assign, remind, suggestion
from tracker.committee.balance import Share, shared_out
from tracker.committee.queries import loads_of
from tracker.models import Assignment, ConflictKind, Message
from tracker.plumbing.database import db
from tracker.rules.refusals import Forbidden, NotAllowedNow

PEOPLE = ("ann", "bob", "cy", "dee")
shares = st.lists(
    st.builds(
        Share,
        id=st.uuids().map(str),
        has=st.frozensets(st.sampled_from(PEOPLE), max_size=2),
        cannot=st.frozensets(st.sampled_from(PEOPLE), max_size=2),
    ),
    max_size=20,
    unique_by=lambda share: share.id,
)


@given(shares, st.integers(1, 4), st.randoms())
def test_a_plan_keeps_every_rule_whatever_the_order(found: list[Share], wanted: int, order: Random) -> None:
    plan = shared_out(found, PEOPLE, wanted, {})
    shuffled = list(found)
    order.shuffle(shuffled)
    assert shared_out(shuffled, PEOPLE, wanted, {}) == plan
    for share in found:
        given_now = {person for application, person in plan.pairs if application == share.id}
        possible = set(PEOPLE) - share.has - share.cannot
        assert given_now <= possible
        assert len(given_now) == min(max(wanted - len(share.has), 0), len(possible))


def test_without_conflicts_nobody_has_more_than_one_above_another() -> None:
    plan = shared_out([Share(str(number)) for number in range(31)], PEOPLE, 3, {})
    counts = [sum(person == one for _, person in plan.pairs) for one in PEOPLE]
    assert (sum(counts), max(counts) - min(counts)) == (93, 1)


def test_who_has_much_already_gets_less() -> None:
    plan = shared_out([Share(str(number)) for number in range(6)], ("ann", "bob"), 1, {"ann": 4})
    assert [person for _, person in plan.pairs].count("bob") == 5


def test_three_thousand_by_three_is_quick() -> None:
    plan = shared_out([Share(str(number)) for number in range(3000)], [str(one) for one in range(40)], 3, {})
    assert (len(plan.pairs), plan.short) == (9000, [])


def test_the_suggestion_leaves_out_whoever_is_in_conflict(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    conflict = next(one for one in world.application.conflicts if one.person_id == world.member.id)
    conflict.kind, conflict.blocks = ConflictKind.FAMILY, True
    db.session.flush()
    plan = suggestion(world.position, 3, by=world.hr)
    assert (world.application.id, world.member.id) not in plan.pairs
    assert plan.short == [world.application.id]


def test_each_reviewer_is_mailed_once_without_a_name(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    pairs = [(one.id, world.member.id) for one in (world.application, *world.others)]
    assert assign(world.position, give=pairs, by=world.hr, now=now).given == 3
    messages = db.session.scalars(select(Message).where(Message.kind == "reviews_assigned")).all()
    assert [one.to_id for one in messages] == [world.member.id]
    assert "oluwaseun" not in (messages[0].text + messages[0].html).casefold()
    assert assign(world.position, give=pairs, by=world.hr, now=now).given == 0


def test_a_reviewer_in_conflict_cannot_be_asked(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    next(one for one in world.application.conflicts if one.person_id == world.member.id).blocks = True
    with pytest.raises(NotAllowedNow):
        assign(world.position, give=[(world.application.id, world.member.id)], by=world.hr, now=now)


def test_a_member_shares_out_nothing(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    with pytest.raises(Forbidden):
        assign(world.position, give=[(world.application.id, world.member.id)], by=world.member, now=now)
    assert signed_in(world.member).get(f"/desk/positions/{world.position.id}/reviewers").status_code == 403


def test_the_grid_gives_and_takes_only_what_it_showed(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    one, two, three = world.application, *world.others
    make_assignment(one, world.member)
    make_assignment(three, world.member)
    pair = {each.id: f"{each.id} {world.member.id}" for each in (one, two, three)}
    answer = signed_in(world.chair).post(
        f"/desk/positions/{world.position.id}/reviewers",
        data={"was": [pair[one.id]], "pair": [pair[two.id]], "due_on": ""},
    )
    assigned = set(db.session.scalars(select(Assignment.application_id)))
    assert (answer.status_code, assigned) == (303, {two.id, three.id})


def test_who_goes_on_to_the_next_page_of_the_grid_has_saved_this_one(
    app: Flask, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.committee.sharing_views.MOST_ROWS", 1)
    monkeypatch.setattr("tracker.committee.sharing_views.FEWEST_ROWS", 1)
    chair, member = make_staff(), make_staff()
    position = make_position(chair=chair, members=[member])
    first, second = (make_application(position, stage="review", now=now + timedelta(days=day)) for day in range(2))
    for application in (first, second):
        make_conflict(application, chair)
    address, browser = f"/desk/positions/{position.id}/reviewers", signed_in(chair)
    page = browser.get(address).text
    assert ("Save and go on" in page, first.id in page, second.id in page) == (True, True, False)
    answer = browser.post(address, data={"pair": [f"{first.id} {member.id}"], "next": first.id})
    assert answer.location == f"{address}?after={first.id}"
    page = browser.get(answer.location).text
    assert (f"/desk/applications/{second.id}" in page, "Save and go on" in page) == (True, False)
    assert browser.post(address, data={"after": first.id}).location == answer.location
    assert db.session.scalars(select(Assignment.application_id)).all() == [first.id]


def test_loads_are_counted_to_a_limit_but_for_a_suggestion(
    app: Flask, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.committee.sharing_views.MANY", 1)
    world = blind_world(now)
    for application in (world.application, *world.others):
        make_assignment(application, world.member)
    browser, address = signed_in(world.chair), f"/desk/positions/{world.position.id}/reviewers"
    page, planned = browser.get(address).text, browser.get(f"{address}?suggest=2").text
    assert ("0 done, 1+ to do" in page, "0/3" in page) == (True, False)
    more = Counter(person for _, person in suggestion(world.position, 2, by=world.chair).pairs)
    then = [str(one.assigned + more[one.id]) for one in loads_of(world.position) if more[one.id]]
    assert re.findall(r"load-plan\">then (\d+)<", planned) == then != []


def test_reminders_reach_those_with_open_reviews_alone(app: Flask, now: datetime) -> None:
    world = blind_world(now)
    make_assignment(world.application, world.member)
    make_assignment(world.application, world.colleague)
    loads = {one.id: (one.assigned, one.done, one.open) for one in loads_of(world.position)}
    assert (loads[world.member.id], loads[world.colleague.id]) == ((1, 0, 1), (1, 1, 0))
    assert remind(world.position, by=world.chair, now=now) == 1
    mailed = db.session.scalars(select(Message.to_id).where(Message.kind == "reviews_reminder")).all()
    assert mailed == [world.member.id]

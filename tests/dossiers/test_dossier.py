"""The dossier page: constant in queries, noted once an hour, its neighbours those of the list."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.dossiers.world import blind_world, coordinator_of
from tests.factories import (
    make_application,
    make_comment,
    make_conflict,
    make_position,
    make_review,
    make_seat,
    make_staff,
)
from tests.visitor import SignedIn
from tracker.models import Entry, ReviewState
from tracker.plumbing.database import counted_statements, db


@pytest.mark.parametrize("reviews", [1, 6])
@pytest.mark.parametrize("reader", ["member", "chair", "hr"])
def test_the_page_takes_the_same_few_queries_whatever_it_holds(
    app: Flask, now: datetime, signed_in: SignedIn, reader: str, reviews: int
) -> None:
    world = blind_world(now)
    for _ in range(reviews):
        make_review(world.application)
        make_comment(world.application)
    browser, address = signed_in(getattr(world, reader)), f"/desk/applications/{world.application.id}"
    browser.get(address)
    with counted_statements() as statements:
        assert browser.get(address).status_code == 200
    assert statements.count == 5, "\n".join(one[:160] for one in statements.seen)


def test_a_visit_is_an_entry_once_an_hour(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    browser, address = signed_in(world.member), f"/desk/applications/{world.application.id}"
    views = select(Entry).where(Entry.what == "viewed", Entry.by_id == world.member.id)
    browser.get(address)
    browser.get(address)
    browser.get(f"{address}?view=history")
    assert len(db.session.scalars(views).all()) == 1
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        browser.get(address)
    assert len(db.session.scalars(views).all()) == 2


def test_a_reader_who_is_sent_to_the_door_leaves_no_visit(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]))
    signed_in(member).get(f"/desk/applications/{application.id}")
    assert db.session.scalars(select(Entry).where(Entry.what == "viewed")).all() == []


def test_neighbours_are_those_of_the_list(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    older, newer = world.others
    page = signed_in(world.hr).get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
    assert f'rel="prev" href="/desk/applications/{newer.id}"' in page
    assert f'rel="next" href="/desk/applications/{older.id}"' in page


def test_a_draft_review_of_another_is_nowhere(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    make_review(world.application, world.member, state=ReviewState.DRAFT, strengths="DRAFT-WORDS")
    assert "DRAFT-WORDS" not in signed_in(world.hr).get(f"/desk/applications/{world.application.id}").get_data(True)


def test_a_coordinator_knows_the_name_and_reads_no_hr_comment(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    coordinator = coordinator_of(world.position)
    make_conflict(world.application, coordinator)
    page = signed_in(coordinator).get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
    assert ("Oluwaseun" in page, "HR-SECRET" in page, "CHAIR-SECRET" in page) == (True, False, False)


def test_readers_of_another_position_find_nothing(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    stranger = make_seat(make_position()).person
    browser = signed_in(stranger)
    real = browser.get(f"/desk/applications/{world.application.id}")
    made_up = browser.get("/desk/applications/0123456789abcdef")
    assert (real.status_code, made_up.status_code) == (404, 404)
    assert len(real.get_data()) == len(made_up.get_data())


def test_documents_of_another_application_are_not_served_under_this_one(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    world = blind_world(now)
    document = world.application.documents[0]
    address = f"/desk/applications/{world.others[0].id}/documents/{document.id}"
    assert signed_in(world.hr).get(address).status_code == 404


def test_a_document_is_shown_in_a_frame_that_can_do_nothing(app: Flask, now: datetime, signed_in: SignedIn) -> None:
    world = blind_world(now)
    document = world.application.documents[0]
    answer = signed_in(world.hr).get(f"/desk/applications/{world.application.id}/documents/{document.id}")
    headers = answer.headers
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline")

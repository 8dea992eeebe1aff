"""Moves of one application: only the workflow's, with their reason and message, undone while it waits."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from tests.dossiers.world import World, blind_world
from tests.factories import make_application, make_conflict, make_letter, make_position, make_staff, move_of
from tests.visitor import SignedIn, Visitor
from tracker.applications.moving import facts_about_all
from tracker.dossiers.parts import Extra, parts_of
from tracker.messages.actions import install_shipped
from tracker.models import Application, Entry, LetterState, Message, MessageState, MessageTemplate, Transition
from tracker.plumbing.database import counted_statements, db


def move_address(world: World, key: str, source: str = "review") -> str:
    assert world.position.workflow is not None
    return f"/desk/applications/{world.application.id}/moves/{move_of(world.position.workflow, key, source).id}"


def order(world: World, **more: str) -> dict[str, str]:
    return {
        "version": str(world.application.version),
        "subject": "About it",
        "body": "Dear {candidate},\n\n{reason}",
    } | more


def where(world: World) -> str:
    db.session.expire_all()
    return db.session.get_one(Application, world.application.id).stage.key


@pytest.fixture
def world(app: Flask, now: datetime) -> World:
    install_shipped(now)
    return blind_world(now)


def test_the_message_is_shown_as_the_candidate_will_read_it(world: World, signed_in: SignedIn) -> None:
    page = signed_in(world.hr).get(move_address(world, "reject")).get_data(as_text=True)
    assert "Dear Oluwaseun" in page
    assert "{reason}" in page


def test_a_blind_chair_writes_without_the_name_and_the_candidate_reads_it(world: World, signed_in: SignedIn) -> None:
    browser: Visitor = signed_in(world.chair)
    page = browser.get(move_address(world, "reject")).get_data(as_text=True)
    assert ("{candidate}" in page, "luwaseun" in page) == (True, False)
    answer = browser.post(move_address(world, "reject"), data=order(world, reason="research_match"))
    message = db.session.scalars(select(Message).where(Message.kind == "not_selected")).one()
    assert (answer.status_code, where(world)) == (303, "rejected")
    assert "Dear Oluwaseun" in message.text
    assert "Your research differs from ours." in message.text
    assert message.send_after > message.created_at


def test_an_application_is_written_before_the_message_of_its_move_and_says_itself_that_it_was_told(
    world: World, signed_in: SignedIn
) -> None:
    browser: Visitor = signed_in(world.chair)
    with counted_statements() as statements:
        browser.post(move_address(world, "reject"), data=order(world, reason="research_match"))
    deeds = ("UPDATE application ", "INSERT INTO message ")
    assert [deed for one in statements.seen for deed in deeds if one.startswith(deed)] == [*deeds]
    message = db.session.scalars(select(Message).where(Message.kind == "not_selected")).one()
    assert world.application.told_at == message.created_at


def test_a_move_whose_template_is_gone_sends_nothing_whatever_is_posted(world: World, signed_in: SignedIn) -> None:
    db.session.execute(delete(MessageTemplate).where(MessageTemplate.key == "not_selected"))
    browser: Visitor = signed_in(world.chair)
    answer = browser.post(move_address(world, "reject"), data=order(world, reason="research_match"))
    assert (answer.status_code, where(world)) == (303, "rejected")
    assert db.session.scalars(select(Message).where(Message.kind == "not_selected")).all() == []


def test_a_reason_is_asked_and_what_was_typed_is_kept(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.chair).post(move_address(world, "reject"), data=order(world, body="My careful words"))
    assert (answer.status_code, "My careful words" in answer.get_data(as_text=True)) == (422, True)
    assert where(world) == "review"
    assert db.session.scalars(select(Message).where(Message.kind == "not_selected")).all() == []


OTHER = {"key": "anything", "label": {"en": "Another reason"}, "applicant": {}, "kinds": ["rejected"], "explain": True}


def test_a_reason_that_says_nothing_alone_asks_for_a_text_whatever_its_name(world: World, signed_in: SignedIn) -> None:
    world.position.reasons = [*world.position.reasons, OTHER]
    browser: Visitor = signed_in(world.chair)
    wanted = order(world, reason="anything", reason_text="  \n", body="My careful words")
    answer = browser.post(move_address(world, "reject"), data=wanted)
    assert answer.status_code == 422
    said = "This reason says nothing by itself. Write in the explanation what it is."
    assert (answer.text.count(said), 'id="reason_text-error"' in answer.text) == (2, True)
    assert all(kept in answer.text for kept in ("My careful words", 'value="anything" checked'))
    assert where(world) == "review"
    again = browser.post(
        move_address(world, "reject"), data=order(world, reason="anything", reason_text="Withdrawn grant")
    )
    assert (again.status_code, where(world)) == (303, "rejected")


def test_in_bulk_it_asks_too_and_keeps_what_was_typed(world: World, signed_in: SignedIn) -> None:
    world.position.reasons = [
        *world.position.reasons,
        OTHER,
        {"key": "elsewhere", "label": {"en": "For others"}, "kinds": ["ineligible"]},
    ]
    address = f"/desk/positions/{world.position.id}/applications/bulk"
    chosen = {"application": [one.id for one in (world.application, *world.others)], "move": "reject"}
    browser: Visitor = signed_in(world.hr)
    preview = browser.post(address, data=chosen).text
    assert ("Needs an explanation below." in preview, "For others" in preview) == (True, False)
    typed = {"reason": "anything", "reason_text": "", "subject-en": "My subject", "body-en": "My careful words"}
    versions = {f"version-{one.id}": str(one.version) for one in (world.application, *world.others)}
    refused = browser.post(f"{address}/move", data=chosen | typed | versions)
    assert (refused.status_code, 'id="reason_text-error"' in refused.text) == (422, True)
    assert all(kept in refused.text for kept in ("My subject", "My careful words", 'value="anything" checked'))
    assert where(world) == "review"
    done = browser.post(f"{address}/move", data=chosen | typed | versions | {"reason_text": "Withdrawn grant"})
    assert (done.status_code, where(world)) == (303, "rejected")
    stored = db.session.scalars(select(Transition.reason_text).where(Transition.reason_code == "anything")).all()
    assert stored == ["Withdrawn grant"] * 3


def test_a_way_back_that_the_list_has_no_reason_for_asks_for_one_in_words(
    app: Flask, now: datetime, signed_in: SignedIn
) -> None:
    world = blind_world(now, stage="shortlist")
    address = move_address(world, "back_to_review", "shortlist")
    browser: Visitor = signed_in(world.hr)
    page = browser.get(address).text
    assert ('type="radio"' in page, 'for="reason_text">Reason</label>' in page) == (False, True)
    refused = browser.post(address, data={"version": str(world.application.version), "reason_text": "  "})
    assert (refused.status_code, refused.text.count("Write the reason.")) == (422, 2)
    typed = {"version": str(world.application.version), "reason_text": "A letter came late"}
    assert (browser.post(address, data=typed).status_code, where(world)) == (303, "review")
    stored = db.session.scalars(select(Transition).where(Transition.reason_text == "A letter came late")).one()
    assert (stored.reason_code, stored.to_stage.key) == ("", "review")


def test_an_older_version_gets_409_with_both_and_moves_nothing(world: World, signed_in: SignedIn) -> None:
    data = order(world, reason="research_match", version=str(world.application.version - 1), body="Kept words")
    answer = signed_in(world.hr).post(move_address(world, "reject"), data=data)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Kept words" in page, "As it is now" in page) == (409, True, True)
    assert where(world) == "review"


def test_a_member_makes_no_move_of_the_chair(world: World, signed_in: SignedIn) -> None:
    browser = signed_in(world.member)
    assert browser.get(move_address(world, "reject")).status_code == 403
    assert browser.post(move_address(world, "reject"), data=order(world, reason="research_match")).status_code == 403


def test_a_move_from_another_stage_is_refused_with_its_reason(world: World, signed_in: SignedIn) -> None:
    answer = signed_in(world.hr).post(move_address(world, "start_review", "intake"), data=order(world))
    assert answer.status_code == 409
    assert where(world) == "review"


def test_undo_puts_it_back_and_stops_the_message(world: World, signed_in: SignedIn) -> None:
    browser = signed_in(world.chair)
    browser.post(move_address(world, "shortlist"), data=order(world))
    transition = db.session.scalars(select(Transition)).one()
    page = browser.get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
    assert f"/undo/{transition.id}" in page
    answer = browser.post(f"/desk/applications/{world.application.id}/undo/{transition.id}")
    message = db.session.scalars(select(Message).where(Message.kind == "shortlisted")).one()
    assert (answer.status_code, where(world), message.state) == (303, "review", MessageState.CANCELLED)
    again = browser.post(f"/desk/applications/{world.application.id}/undo/{transition.id}")
    assert again.status_code == 409
    whats = db.session.scalars(select(Entry.what).where(Entry.what.in_(("moved", "move_undone")))).all()
    assert sorted(whats) == ["move_undone", "moved"]


def test_nobody_undoes_the_move_of_another(world: World, signed_in: SignedIn) -> None:
    signed_in(world.chair).post(move_address(world, "shortlist"), data=order(world))
    transition = db.session.scalars(select(Transition)).one()
    answer = signed_in(world.hr).post(f"/desk/applications/{world.application.id}/undo/{transition.id}")
    assert (answer.status_code, where(world)) == (404, "shortlist")


def test_the_way_back_closes_with_the_undo_time(world: World, now: datetime, signed_in: SignedIn) -> None:
    browser = signed_in(world.chair)
    browser.post(move_address(world, "shortlist"), data=order(world))
    transition = db.session.scalars(select(Transition)).one()
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        page = browser.get(f"/desk/applications/{world.application.id}").get_data(as_text=True)
        answer = browser.post(f"/desk/applications/{world.application.id}/undo/{transition.id}")
    assert (f"/undo/{transition.id}" in page, answer.status_code) == (False, 409)


def test_a_double_click_moves_once_and_mails_once(world: World, signed_in: SignedIn) -> None:
    browser, data = signed_in(world.chair), order(world)
    codes = [browser.post(move_address(world, "shortlist"), data=data).status_code for _ in range(2)]
    assert (codes, len(db.session.scalars(select(Message).where(Message.kind == "shortlisted")).all())) == (
        [303, 409],
        1,
    )


@pytest.mark.engines
@pytest.mark.parametrize("blind", [True, False])
def test_who_declared_about_another_applicant_has_not_declared_about_this_one(
    app: Flask, now: datetime, blind: bool
) -> None:
    member = make_staff()
    position = make_position(members=[member], blind=blind)
    one, other = (make_application(position, stage="review") for _ in range(2))
    make_conflict(one, member)
    gate = SimpleNamespace(conditions=["conflicts_declared"])
    facts = facts_about_all([one, other], [gate])
    assert (facts[one.id].undeclared, facts[other.id].undeclared) == (0, 1)


@pytest.mark.engines
@pytest.mark.parametrize("blind", [True, False])
@pytest.mark.parametrize("was_blind", [True, False])
def test_a_dossier_counts_for_its_moves_what_the_move_itself_counts(
    app: Flask, now: datetime, blind: bool, was_blind: bool
) -> None:
    member = make_staff()
    position = make_position(chair=make_staff(), members=[member], blind=blind)
    one, other = (make_application(position, stage="review") for _ in range(2))
    make_conflict(one, member).was_blind = was_blind
    make_letter(one, state=LetterState.RECEIVED)
    make_letter(other, state=LetterState.ASKED)
    db.session.flush()
    gate = SimpleNamespace(conditions=["conflicts_declared"])
    facts = facts_about_all([one, other], [gate])
    for application in (one, other):
        (part,) = parts_of(application, frozenset(), frozenset({Extra.COUNTS}))["counts"]
        told = facts[application.id]
        assert (int(part.a), int(part.b), int(part.c)) == (told.committee, told.undeclared, told.letters_in)
    assert {one.letters_in for one in facts.values()} == {0, 1}

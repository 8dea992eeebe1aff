"""What permits a thing is asked at the moment it is done; two who do one thing at once do it once."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.dossiers.world import blind_world
from tests.factories import (
    make_admin,
    make_application,
    make_conflict,
    make_export,
    make_hr,
    make_letter,
    make_person,
    make_position,
    make_seat,
    make_staff,
    make_workflow,
    move_of,
)
from tests.visitor import Visitor, sign_in
from tracker.accounts.links import make_link
from tracker.applications.moving import Reason
from tracker.dossiers.bulk import Wording
from tracker.dossiers.moves import move_one
from tracker.messages.actions import install_shipped
from tracker.models import (
    Application,
    Delivery,
    Letter,
    LetterState,
    LinkPurpose,
    Message,
    MessageState,
    Move,
    Person,
    PositionRole,
    Seat,
    Session,
    Stage,
    StageKind,
    Transition,
)
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.mail import TRYING
from tracker.plumbing.storage import new_key, put
from tracker.positions import steering


def rejected(now: datetime) -> tuple[Application, Person, Transition]:
    """A rejection by the chair a moment ago, whose message still waits."""
    install_shipped(now)
    chair = make_staff()
    application = make_application(make_position(chair=chair), stage="review")
    make_conflict(application, chair)
    assert application.position.workflow is not None
    move = move_of(application.position.workflow, "reject", "review")
    made = move_one(
        application,
        move,
        by=chair,
        now=now,
        version=application.version,
        reason=Reason("research_match"),
        wording=Wording("About it", "Dear {candidate}"),
    )
    made.batch_id = "batch"
    db.session.flush()
    return application, chair, made


def stage_of_it(application: Application) -> str:
    db.session.expire_all()
    return db.session.get_one(Application, application.id).stage.key


@pytest.mark.engines
def test_a_move_is_not_undone_while_its_letter_is_leaving(app: Flask, client: Visitor, now: datetime) -> None:
    application, chair, made = rejected(now)
    message = db.session.get_one(Message, made.message_id)
    message.deliveries.append(Delivery(at=clock_now(), outcome=TRYING))
    sign_in(client, chair)
    answer = client.post(f"/desk/applications/{application.id}/undo/{made.id}")
    assert (answer.status_code, stage_of_it(application)) == (409, "rejected")
    assert db.session.get_one(Message, made.message_id).state is MessageState.QUEUED
    together = client.post(f"/desk/positions/{application.position_id}/applications/moved/batch/undo")
    assert (together.status_code, stage_of_it(application)) == (409, "rejected")


@pytest.mark.parametrize("role", [None, PositionRole.OBSERVER])
def test_who_lost_the_role_undoes_no_move(
    app: Flask, client: Visitor, now: datetime, role: PositionRole | None
) -> None:
    application, chair, made = rejected(now)
    elsewhere = make_position(chair=chair)
    sign_in(client, chair)
    seat = db.session.scalars(
        select(Seat).where(Seat.person_id == chair.id, Seat.position_id == application.position_id)
    ).one()
    if role is None:
        db.session.delete(seat)
    else:
        seat.role = role
    one = client.post(f"/desk/applications/{application.id}/undo/{made.id}").status_code
    here = client.post(f"/desk/positions/{application.position_id}/applications/moved/batch/undo").status_code
    there = client.post(f"/desk/positions/{elsewhere.id}/applications/moved/batch/undo").status_code
    assert (one, here, there) == ((403, 409, 404) if role else (404, 404, 404))
    assert stage_of_it(application) == "rejected"


def test_a_role_that_was_taken_is_gone_at_the_next_request(app: Flask, client: Visitor, now: datetime) -> None:
    position, member = make_position(), make_staff()
    seat = make_seat(position, member)
    application = make_application(position, stage="review")
    make_conflict(application, member)
    key = new_key("exports")
    put(key, b"old rows")
    export = make_export(member, storage_key=key)
    sign_in(client, member)
    paths = [
        f"/desk/applications/{application.id}",
        f"/desk/positions/{position.id}",
        f"/desk/exports/{export.id}/file",
    ]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    db.session.delete(seat)
    assert [client.get(path).status_code for path in paths] == [404, 404, 403]


def test_a_session_that_was_ended_is_nobodys_at_the_next_request(app: Flask, client: Visitor, now: datetime) -> None:
    hr = make_hr()
    sign_in(client, hr)
    assert client.get("/desk").status_code == 200
    db.session.scalars(select(Session).where(Session.person_id == hr.id)).one().ended_at = now
    assert client.get("/desk").status_code == 302


def test_a_blind_chair_reads_no_name_in_the_example_of_a_bulk_message(
    app: Flask, client: Visitor, now: datetime
) -> None:
    install_shipped(now)
    world = blind_world(now)
    sign_in(client, world.chair)
    data = {"application": world.application.id, "move": "reject"}
    page = client.post(f"/desk/positions/{world.position.id}/applications/bulk", data=data)
    assert (page.status_code, "{candidate}" in page.text, "luwaseun" in page.text) == (200, True, False)


def cancellable(now: datetime) -> Application:
    """Under way in a workflow that knows the end of a cancelled position."""
    workflow = make_workflow(is_copy=True)
    end = Stage(
        workflow_id=workflow.id,
        key="cancelled",
        kind=StageKind.CANCELLED,
        label={"en": "Cancelled", "nl": "Ingetrokken"},
        applicant_label={"en": "Cancelled", "nl": "Ingetrokken"},
        next_words={"en": "", "nl": ""},
        place=9,
    )
    db.session.add(end)
    db.session.flush()
    review = next(stage for stage in workflow.stages if stage.key == "review")
    words = {"en": "Cancel", "nl": "Trek in"}
    db.session.add(
        Move(
            workflow_id=workflow.id,
            key="cancel",
            from_stage_id=review.id,
            to_stage_id=end.id,
            label=words,
            by=["hr"],
            conditions=["enough_reviews"],
            message_key="position_cancelled",
            style="reject",
        )
    )
    db.session.flush()
    db.session.refresh(workflow)
    return make_application(make_position(workflow=workflow), stage="review")


@pytest.mark.engines
@pytest.mark.parametrize("role", ["hr", "admin"])
def test_cancelling_a_position_ends_its_applications_and_tells_everyone(
    app: Flask, client: Visitor, now: datetime, role: str
) -> None:
    install_shipped(now)
    application = cancellable(now)
    other = make_application(application.position, stage="withdrawn")
    draft = make_application(application.position, submitted=False)
    letter = make_letter(application, state=LetterState.ASKED)
    person = make_hr() if role == "hr" else make_admin()
    steering.steer(application.position, steering.MOVES["cancel"], by=person, now=now, reason="No funds")
    assert stage_of_it(application) == "cancelled"
    made = db.session.scalars(select(Transition).where(Transition.application_id == application.id)).one()
    message = db.session.get_one(Message, made.message_id)
    assert (made.by_id, made.undo_until, message.to_id) == (person.id, None, application.candidate_id)
    assert db.session.get_one(Application, application.id).ended_at == now
    assert db.session.get_one(Letter, letter.id).state is LetterState.CANCELLED
    assert (stage_of_it(other), stage_of_it(draft)) == ("withdrawn", "draft")
    told = db.session.scalars(select(Message.application_id).where(Message.kind == "position_cancelled")).all()
    assert told == [application.id]


def in_threads(app: Flask, person: Person, posts: list[tuple[str, dict[str, str]]]) -> list[int]:
    """Posts of one person sent at the same moment, each from a browser of its own."""
    visitors = [Visitor(app, app.response_class, use_cookies=True) for _ in posts]
    tokens = []
    for visitor in visitors:
        sign_in(visitor, person)
        tokens.append(visitor.csrf_token())
    db.session.commit()
    found: list[int] = []
    gate = threading.Barrier(len(posts))

    def go(visitor: Visitor, token: str, path: str, data: dict[str, str]) -> None:
        gate.wait()
        answer = super(Visitor, visitor).open(path, method="POST", data=data, headers={"X-CSRFToken": token})
        found.append(answer.status_code)

    threads = [
        threading.Thread(target=go, args=(visitor, token, *post))
        for visitor, token, post in zip(visitors, tokens, posts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


@pytest.mark.engines
def test_two_moves_at_once_are_one_move_one_mail_and_a_409(app: Flask, now: datetime) -> None:
    install_shipped(now)
    chair = make_staff()
    application = make_application(make_position(chair=chair), stage="review")
    make_conflict(application, chair)
    assert application.position.workflow is not None
    move = move_of(application.position.workflow, "reject", "review")
    path = f"/desk/applications/{application.id}/moves/{move.id}"
    data = {"version": str(application.version), "reason": "research_match", "subject": "About", "body": "Dear you"}
    assert in_threads(app, chair, [(path, data)] * 4) == [303, 409, 409, 409]
    db.session.rollback()
    assert len(db.session.scalars(select(Transition)).all()) == 1
    assert len(db.session.scalars(select(Message).where(Message.kind == "not_selected")).all()) == 1


@pytest.mark.engines
def test_begun_twice_at_once_is_one_application(app: Flask, now: datetime) -> None:
    person, position = make_person(), make_position()
    answers = in_threads(app, person, [(f"/positions/{position.id}/apply", {})] * 4)
    db.session.rollback()
    assert set(answers) <= {302, 303}
    assert len(db.session.scalars(select(Application)).all()) == 1


@pytest.mark.parametrize(("seconds", "sent"), [(-1, True), (1, False)])
def test_the_servers_clock_decides_at_the_deadline(
    app: Flask, client: Visitor, now: datetime, seconds: int, sent: bool
) -> None:
    person = make_person()
    closes = now.replace(microsecond=0) + timedelta(hours=1)
    draft = make_application(make_position(closes_at=closes), person, submitted=False)
    with time_machine.travel(closes + timedelta(seconds=seconds), tick=False):
        sign_in(client, person)
        answer = client.post(f"/applications/{draft.id}/submit")
    late = "deadline" in answer.text.casefold()
    assert (answer.status_code == 409 and late) is not sent
    assert stage_of_it(draft) == "draft"  # incomplete: in time it is told what misses, after it that it is too late


def test_a_newer_link_and_a_used_one_open_nothing(app: Flask, client: Visitor, now: datetime) -> None:
    person = make_person(password="correct horse battery staple")
    old = make_link(LinkPurpose.RESET, now=now, person_id=person.id, email=person.email)
    new = make_link(LinkPurpose.RESET, now=now, person_id=person.id, email=person.email)
    data = {"password": "another fine long sentence", "again": "another fine long sentence"}
    answers = []
    for token in (old, new, new):
        browser = Visitor(app, app.response_class, use_cookies=True)
        answer = browser.get(f"/link/reset/{token}")
        assert (answer.status_code, token in answer.location) == (303, False)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        answers.append(browser.post("/reset/new", data=data).status_code)
    assert (answers[0] >= 400, answers[1] < 400, answers[2] >= 400) == (True, True, True)

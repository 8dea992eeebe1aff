"""What waits for somebody: counted among what they may see, and nothing of what they may not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy.orm import Session as DbSession

from tests.factories import (
    make_admin,
    make_application,
    make_assignment,
    make_conflict,
    make_hr,
    make_message,
    make_notice,
    make_person,
    make_position,
    make_review,
    make_seat,
    make_staff,
    make_theme,
    move_to,
)
from tests.factories.workflows import stage_of
from tests.visitor import Visitor, sign_in
from tracker.home.tasks import Urgency
from tracker.home.waiting import what_waits
from tracker.models import (
    ConflictKind,
    MessageState,
    Notice,
    Person,
    PositionRole,
    PositionState,
    Seat,
    ThemeSeat,
)
from tracker.plumbing.clock import now
from tracker.plumbing.database import counted_statements, db
from tracker.plumbing.standing import standing_of


@pytest.fixture
def waits(app: Flask) -> Callable[[Person], list[tuple[int, str]]]:
    """Number and words of each task of a person, in order."""

    def look(person: Person) -> list[tuple[int, str]]:
        db.session.flush()
        with app.test_request_context():
            return [(task.number, task.title) for task in what_waits(standing_of(person), now=now())]

    return look


Look = Callable[[Person], list[tuple[int, str]]]


def test_nothing_waits_for_who_has_no_role(waits: Look) -> None:
    make_application(stage="review")
    assert waits(make_staff()) == []


def test_a_member_declares_before_reading_and_then_reviews(waits: Look) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]), stage="review")
    assert waits(member) == [(1, "applicant to declare conflicts about"), (1, "review to write")]
    make_conflict(application, member)
    assert waits(member) == [(1, "review to write")]
    make_review(application, member)
    assert waits(member) == []


def test_what_was_declared_blind_is_asked_again_with_the_name(waits: Look) -> None:
    observer = make_staff()
    position = make_position()
    make_seat(position, observer, PositionRole.OBSERVER)
    application = make_application(position, stage="review")
    make_conflict(application, observer).was_blind = True
    assert waits(observer) == [(1, "applicant to declare conflicts about")]


def test_a_conflict_takes_the_applicant_out_of_every_number(waits: Look) -> None:
    member = make_staff()
    application = make_application(make_position(members=[member]), stage="review")
    make_assignment(application, member).due_at = now() - timedelta(days=1)
    make_notice(member, kind="mentioned", application=application)
    make_conflict(application, member, ConflictKind.FAMILY)
    assert waits(member) == []


@pytest.mark.engines
def test_reviews_of_several_stages_are_one_number_and_the_first_day(app: Flask) -> None:
    member, moment = make_staff(), now()
    position = make_position(members=[member])
    assert position.workflow is not None
    stage_of(position.workflow, "shortlist").takes_reviews = True
    days = {"review": 5, "shortlist": 2}
    for stage, day in days.items():
        application = make_application(position, stage=stage)
        make_conflict(application, member)
        make_assignment(application, member).due_at = moment + timedelta(days=day)
    make_conflict(make_application(position, stage="shortlist"), member)
    db.session.flush()

    def found() -> list[tuple[int, datetime | None]]:
        with app.test_request_context():
            return [(one.number, one.by) for one in what_waits(standing_of(member), now=moment)]

    assert found() == [(3, moment + timedelta(days=2))]
    make_review(application, member)
    assert found() == [(2, moment + timedelta(days=5))]


@pytest.mark.engines
def test_what_waits_follows_seats_and_time(app: Flask) -> None:
    """The statements that are kept for a reader are for these seats, and are asked at a moment."""
    chair, moment = make_staff(), now()
    first, second = (
        make_position(title, chair=chair, closes_at=moment + timedelta(days=30)) for title in ("One", "Two")
    )
    make_application(first)
    make_application(second)

    def found(days: int) -> list[tuple[int, str]]:
        with app.test_request_context():
            tasks = what_waits(standing_of(chair), now=moment + timedelta(days=days))
        return sorted((one.urgency, one.about) for one in tasks)

    declare, closing = Urgency.DECLARE, Urgency.CLOSING
    assert found(0) == [(declare, "One"), (declare, "Two")]
    assert found(25) == [(declare, "One"), (declare, "Two"), (closing, "One"), (closing, "Two")]
    db.session.delete(db.session.get_one(Seat, (second.id, chair.id)))
    db.session.flush()
    assert found(25) == [(declare, "One"), (closing, "One")]


def test_a_review_that_is_late_comes_first(waits: Look) -> None:
    member = make_staff()
    early, late = (make_position(title, members=[member]) for title in ("Early", "Late"))
    for position, days in ((early, 3), (late, -1)):
        application = make_application(position, stage="review")
        make_conflict(application, member)
        make_assignment(application, member).due_at = now() + timedelta(days=days)
    db.session.flush()
    assert waits(member) == [(1, "review to write"), (1, "review to write")]


def test_the_chair_hears_which_can_move(waits: Look) -> None:
    chair = make_staff()
    position = make_position(chair=chair)
    application = make_application(position, stage="review")
    make_conflict(application, chair)
    make_review(application, chair)
    application.reviews_in = application.stage.reviews_wanted
    assert waits(chair) == [(1, "application reviewed and ready to move")]


def test_a_draft_says_how_much_is_missing_to_its_chair_alone(waits: Look) -> None:
    chair, member = make_staff(), make_staff()
    make_position(state=PositionState.DRAFT, chair=chair, members=[member])
    found = waits(chair)
    assert len(found) == 1
    assert "missing in your draft" in found[0][1]
    assert waits(member) == []


def test_hr_hears_of_the_undecided_the_untold_and_of_mail_that_failed(waits: Look) -> None:
    hr = make_hr()
    position = make_position(state=PositionState.CLOSED)
    make_application(position, stage="review")
    told, untold = (make_application(position, stage="rejected") for _ in range(2))
    make_message(application=told)
    make_message(application=untold).state = MessageState.CANCELLED
    failed = make_application(position, stage="review")
    make_message(application=failed).state = MessageState.FAILED
    words = waits(hr)
    assert (1, "message could not be delivered") in words
    assert (1, "applicant not told of the outcome") in words
    assert (2, "applications to decide; the position has closed") in words


@pytest.mark.engines
def test_a_message_tells_until_it_is_cancelled_or_the_application_moves_on(session: DbSession) -> None:
    hr, application = make_hr(), make_application(stage="rejected")

    def untold() -> int:
        session.flush()
        return len([task for task in what_waits(standing_of(hr), now=now()) if task.urgency is Urgency.UNTOLD])

    with current_app.test_request_context():
        assert untold() == 1
        message = make_message(application=application)
        assert untold() == 0
        message.state = MessageState.CANCELLED
        assert untold() == 1
        message.state = MessageState.SENT
        assert untold() == 0
        move_to(application, "rejected", now=now() + timedelta(hours=1))
        assert untold() == 1
        later = make_message(application=application, now=now() + timedelta(hours=2))
        assert untold() == 0
        session.delete(later)
        assert untold() == 1


@pytest.mark.engines
def test_an_application_was_told_when_the_latest_of_its_messages_was_made(session: DbSession) -> None:
    application, told = make_application(stage="rejected"), []
    first, second, latest = (now() + timedelta(hours=after) for after in (1, 2, 3))
    for made in (latest, first, second):
        make_message(application=application, now=made)
        session.flush()
        session.refresh(application)
        told.append(application.told_at)
    assert told == [latest, latest, latest]


@pytest.mark.engines
def test_what_is_to_declare_is_counted_at_every_seat_and_theme(waits: Look) -> None:
    reader, theme = make_staff(), make_theme()
    db.session.add(ThemeSeat(theme_id=theme.id, person_id=reader.id, since=now()))
    positions = [make_position(themes=[theme]), make_position(themes=[theme])]
    positions += [make_position() for _ in range(2)]
    for position in positions[1:]:
        make_seat(position, reader, PositionRole.OBSERVER)
    for number, position in enumerate(positions, 1):
        for _ in range(number):
            make_application(position, stage="review")
        make_conflict(make_application(position, stage="review"), reader)
    found = [task for task in waits(reader) if "declare" in task[1]]
    assert sorted(number for number, _ in found) == [1, 2, 3, 4]


@pytest.mark.engines
def test_counting_stops_one_beyond_the_most(waits: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.home.counting.ENOUGH", 2)
    member = make_staff()
    position = make_position(members=[member])
    for _ in range(4):
        make_application(position, stage="review")
    assert waits(member) == [(3, "applicants to declare conflicts about"), (3, "reviews to write")]


def test_a_mention_waits_until_it_is_put_aside(client: Visitor, session: DbSession) -> None:
    hr = make_hr()
    application = make_application()
    notice = make_notice(hr, kind="mentioned", application=application)
    sign_in(client, hr)
    assert "mention of you in a comment" in client.get("/desk").text
    assert client.post(f"/desk/notices/{notice.id}/read").status_code == 303
    assert "mention of you in a comment" not in client.get("/desk").text


def test_the_notice_of_another_cannot_be_put_aside(client: Visitor, session: DbSession) -> None:
    notice = make_notice(make_hr(), kind="mentioned", application=make_application())
    sign_in(client, make_hr())
    assert client.post(f"/desk/notices/{notice.id}/read").status_code == 404
    client.post("/desk/notices/read")
    session.rollback()
    assert session.get_one(Notice, notice.id).read_at is None


def test_a_blind_reader_reads_the_code_and_not_the_name(client: Visitor) -> None:
    member = make_staff()
    position = make_position(members=[member], blind=True)
    application = make_application(position, make_person("Zarathustra"), stage="intake")
    make_notice(member, kind="mentioned", application=application)
    sign_in(client, member)
    page = client.get("/desk").text
    is_blind = application.stage.is_blind
    assert ("Zarathustra" in page, application.code in page) == (not is_blind, is_blind)


def test_the_desk_takes_as_many_queries_for_one_as_for_three(client: Visitor) -> None:
    hr = make_hr()
    sign_in(client, hr)

    def fill() -> None:
        position = make_position(state=PositionState.CLOSED)
        make_seat(position, hr, PositionRole.CHAIR)
        make_application(position, stage="review")
        make_application(position, stage="rejected")

    def queries() -> int:
        client.get("/desk")
        with counted_statements() as seen:
            assert client.get("/desk").status_code == 200
        return seen.count

    fill()
    one = queries()
    fill()
    fill()
    assert queries() == one
    assert one <= 10


def test_drafts_and_failed_mail_of_many_take_no_more_than_ten_queries(client: Visitor) -> None:
    hr = make_hr()
    sign_in(client, hr)
    for _ in range(3):
        make_seat(make_position(state=PositionState.DRAFT), hr, PositionRole.CHAIR)
        make_message(application=make_application(stage="review")).state = MessageState.FAILED
    client.get("/desk")
    with counted_statements() as seen:
        page = client.get("/desk").text
    assert page.count("missing in your draft") == 3
    assert page.count("message could not be delivered") == 3
    assert seen.count <= 10, "\n".join(seen.seen)


@pytest.mark.parametrize(("make", "status"), [(make_person, 403), (make_staff, 200), (make_hr, 200), (make_admin, 200)])
def test_the_desk_is_for_staff(client: Visitor, make: Callable[[], Person], status: int) -> None:
    sign_in(client, make())
    assert client.get("/desk").status_code == status


def test_visitors_are_asked_to_sign_in(client: Visitor) -> None:
    assert client.get("/desk").location == "/sign-in?next=/desk"

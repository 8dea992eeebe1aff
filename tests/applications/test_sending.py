"""Sent once, before the deadline, complete, by a reachable candidate; and what is refused with a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.applications.phd import candidate, fill, make_phd, pdf, start, upload
from tests.factories import make_application, make_hr, make_seat, make_staff
from tests.visitor import Visitor
from tracker.models import Application, Entry, Message, Position, PositionState, StageKind, Transition
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due
from tracker.rules.deadlines import instant


def ready(client: Visitor, position: Position) -> Application:
    application = start(client, position)
    fill(client, application)
    return application


def submit(client: Visitor, application: Application) -> Any:
    answer = client.post(f"/applications/{application.id}/submit")
    db.session.expire_all()
    return answer


AUTUMN = instant(datetime(2026, 10, 25, 2, 30), "Europe/Amsterdam").utc
SPRING = instant(datetime(2027, 3, 28, 2, 30), "Europe/Amsterdam").utc


@pytest.mark.parametrize("deadline", [AUTUMN, SPRING, datetime(2026, 12, 1, 22, 59, tzinfo=UTC)])
@pytest.mark.parametrize(("late", "status"), [(-1, 303), (0, 303), (1, 409)])
def test_the_second_of_the_deadline_still_counts_and_the_next_does_not(
    app: Flask, signed_in: Any, client: Visitor, deadline: datetime, late: int, status: int
) -> None:
    with time_machine.travel(deadline - timedelta(hours=1), tick=False) as clock:
        signed_in(candidate(now=datetime.now(UTC)))
        application = ready(client, make_phd(closes_at=deadline, now=datetime.now(UTC)))
        clock.move_to(deadline + timedelta(seconds=late))
        answer = submit(client, application)
        assert answer.status_code == status
        assert (application.submitted_at is None) is (status == 409)
        if status == 409:
            assert "Your draft is kept" in answer.text
            assert "I dream of sleep" in answer.text


def test_extra_time_counts_for_one_candidate_alone(app: Flask, signed_in: Any, client: Visitor) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    deadline = now + timedelta(hours=1)
    position = make_phd(closes_at=deadline)
    signed_in(candidate(email="late@example.org"))
    application = ready(client, position)
    other = make_application(position, submitted=False)
    signed_in(make_hr())
    until = (deadline + timedelta(days=3)).astimezone().strftime("%Y-%m-%dT%H:%M")
    given = client.post(
        f"/desk/positions/{position.id}/extra-time",
        data={"email": "LATE@example.org", "until": until, "reason": "A storm cut the line."},
    )
    assert given.status_code == 303, given.text
    db.session.expire_all()
    assert application.extra_until is not None
    assert other.extra_until is None
    entry = db.session.scalars(select(Entry).where(Entry.what == "given_extra_time")).one()
    assert entry.data["reason"] == "A storm cut the line."
    with time_machine.travel(deadline + timedelta(days=1), tick=False):
        signed_in(application.candidate)
        assert submit(client, application).status_code == 303


@pytest.mark.parametrize("reason", ["", "   "])
def test_extra_time_needs_a_reason_and_hr(app: Flask, signed_in: Any, client: Visitor, reason: str) -> None:
    position = make_phd()
    person = candidate()
    make_application(position, person, submitted=False)
    data = {"email": person.email, "until": "2027-01-01T12:00", "reason": reason}
    signed_in(make_hr())
    assert client.post(f"/desk/positions/{position.id}/extra-time", data=data).status_code == 422
    signed_in(make_staff())
    assert client.post(f"/desk/positions/{position.id}/extra-time", data=data).status_code == 403


def test_what_is_missing_is_named_with_a_way_to_it(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    application = start(client, make_phd())
    answer = submit(client, application)
    assert answer.status_code == 422
    assert f"/applications/{application.id}/sections/motivation?check=1#q-motivation-field" in answer.text
    assert application.stage_kind is StageKind.DRAFT
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_an_unconfirmed_address_may_write_but_not_send(app: Flask, signed_in: Any, client: Visitor) -> None:
    person = candidate(verified=False)
    signed_in(person)
    application = ready(client, make_phd())
    answer = submit(client, application)
    assert answer.status_code == 409
    assert "Confirm your e-mail address first" in answer.text
    person.email_verified_at = datetime.now(UTC)
    assert submit(client, application).status_code == 303


def test_a_document_that_is_still_checked_is_said_so(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    application = ready(client, make_phd())
    upload(client, application, pdf(3))
    answer = submit(client, application)
    assert answer.status_code == 409
    assert "still being checked" in answer.text
    run_due()
    assert submit(client, application).status_code == 303


def test_sent_twice_is_one_move_one_message_and_one_entry(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    application = ready(client, make_phd())
    assert [submit(client, application).status_code for _ in range(3)] == [303, 303, 303]
    assert db.session.scalar(select(func.count()).select_from(Transition)) == 1
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert db.session.scalar(select(func.count()).select_from(Entry).where(Entry.what == "submitted")) == 1


@pytest.mark.parametrize("state", [PositionState.CLOSED, PositionState.CANCELLED, PositionState.DECIDED])
def test_a_position_that_no_longer_takes_applications_refuses(
    app: Flask, signed_in: Any, client: Visitor, state: PositionState
) -> None:
    signed_in(candidate())
    position = make_phd()
    application = ready(client, position)
    position.state = state
    assert submit(client, application).status_code == 409
    assert application.submitted_at is None


def test_nobody_applies_where_they_judge(app: Flask, signed_in: Any, client: Visitor) -> None:
    position, colleague = make_phd(), make_staff()
    make_seat(position, colleague)
    signed_in(colleague)
    assert "committee of this position" in client.get(f"/positions/{position.id}/apply").text
    assert client.post(f"/positions/{position.id}/apply").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0


def test_an_employee_by_own_word_is_internal(app: Flask, signed_in: Any, client: Visitor) -> None:
    from tracker.models import Origin
    from tracker.rules.candidate_facts import origin_of

    assert origin_of({"employed_here": "yes", "residence_country": "DE"}, home="NL") is Origin.INTERNAL
    assert origin_of({"employed_here": "no", "residence_country": "NL"}, home="NL") is Origin.COUNTRY
    assert origin_of({"residence_country": "DE"}, home="NL") is Origin.ABROAD
    assert origin_of({}, home="NL") is Origin.UNKNOWN


def test_withdrawing_says_what_it_means_and_happens_once(app: Flask, signed_in: Any, client: Visitor) -> None:
    signed_in(candidate())
    application = ready(client, make_phd())
    submit(client, application)
    assert "cannot undo this yourself" in client.get(f"/applications/{application.id}/withdraw").text
    left = [client.post(f"/applications/{application.id}/withdraw", data={"text": "I have a place."}) for _ in range(2)]
    assert [answer.status_code for answer in left] == [303, 303]
    db.session.expire_all()
    assert application.stage_kind is StageKind.WITHDRAWN
    assert [one.to_stage.key for one in application.transitions] == ["intake", "withdrawn"]
    assert client.get(f"/applications/{application.id}").status_code == 200

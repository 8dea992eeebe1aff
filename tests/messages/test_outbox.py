"""The administrator reads the ledger; what a conflict hides is not in it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_admin, make_application, make_conflict, make_hr, make_message, make_person, make_staff
from tests.visitor import Visitor
from tracker.messages.queries import counts
from tracker.models import ConflictKind, Delivery, Entry, Job, MessageState
from tracker.plumbing.database import counted_statements
from tracker.plumbing.settings import Smtp
from tracker.plumbing.standing import standing_of


def test_the_ledger_shows_state_and_the_answer_of_the_server(signed_in: Any, session: Session, now: datetime) -> None:
    message = make_message(subject="To be found")
    message.state = MessageState.FAILED
    message.deliveries.append(Delivery(at=now, outcome="refused", detail="550 no such mailbox"))
    client: Visitor = signed_in(make_admin())
    page = client.get("/desk/outbox?state=failed").get_data(as_text=True)
    assert "To be found" in page
    assert "550 no such mailbox" in page
    assert "To be found" not in client.get("/desk/outbox?state=sent").get_data(as_text=True)
    assert "To be found" in client.get("/desk/outbox?text=to+be").get_data(as_text=True)
    assert client.get("/desk/outbox?state=nonsense&before=x").status_code == 200


def test_the_page_and_the_mail_are_shown_and_the_reading_is_remembered(
    signed_in: Any, session: Session, now: datetime
) -> None:
    admin = make_admin()
    message = make_message(subject="Read me", paragraphs=("<script>alert(1)</script>",))
    client: Visitor = signed_in(admin)
    assert "Read me" in client.get(f"/desk/outbox/{message.id}").get_data(as_text=True)
    html = client.get(f"/desk/outbox/{message.id}/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert "<script>" not in html.get_data(as_text=True)
    entry = session.scalars(select(Entry).where(Entry.thing == "message")).one()
    assert (entry.what, entry.by_id, entry.thing_id) == ("read", admin.id, str(message.id))


def test_secret_links_are_masked_where_a_mail_server_delivers_them(app: Flask, signed_in: Any) -> None:
    message = make_message(paragraphs=("Go to http://localhost/link/reset/SeCrEt-ToKeN_123 now.",))
    client: Visitor = signed_in(make_admin())
    assert "SeCrEt-ToKeN_123" in client.get(f"/desk/outbox/{message.id}").get_data(as_text=True)
    app.config["TRACKER"] = replace(app.config["TRACKER"], smtp=Smtp("localhost", 2525))
    for path in (f"/desk/outbox/{message.id}", f"/desk/outbox/{message.id}/html"):
        page = client.get(path).get_data(as_text=True)
        assert "SeCrEt-ToKeN_123" not in page
        assert "/link/reset/…" in page


def test_a_conflict_takes_the_mail_of_that_application_out_of_sight(signed_in: Any) -> None:
    admin = make_admin()
    application = make_application(candidate=make_person(name="Hidden Harriet"))
    message = make_message(application.candidate, subject="Secret subject", application=application)
    client: Visitor = signed_in(admin)
    assert "Secret subject" in client.get("/desk/outbox").get_data(as_text=True)
    make_conflict(application, admin, ConflictKind.FAMILY)
    ledger = client.get("/desk/outbox?text=secret").get_data(as_text=True)
    assert "Secret subject" not in ledger
    assert "Hidden Harriet" not in ledger
    for path in ("", "/html"):
        assert client.get(f"/desk/outbox/{message.id}{path}").status_code == 404
    assert client.post(f"/desk/outbox/{message.id}/cancel").status_code == 404


def test_what_was_given_up_can_be_tried_again_and_what_waits_stopped(
    signed_in: Any, session: Session, now: datetime
) -> None:
    failed, waiting = make_message(), make_message(send_after=now + timedelta(minutes=5))
    failed.state, failed.attempts = MessageState.FAILED, 10
    client: Visitor = signed_in(make_admin())
    assert client.post(f"/desk/outbox/{failed.id}/retry").status_code == 303
    assert client.post(f"/desk/outbox/{waiting.id}/cancel").status_code == 303
    session.expire_all()
    assert (failed.state, failed.attempts) == (MessageState.QUEUED, 0)
    assert waiting.state is MessageState.CANCELLED
    jobs = [job.arguments["message"] for job in session.scalars(select(Job).where(Job.name == "send_message"))]
    assert jobs.count(failed.id) == 2
    assert client.post(f"/desk/outbox/{waiting.id}/retry").status_code == 409
    assert client.post(f"/desk/outbox/{waiting.id}/cancel").status_code == 409


@pytest.mark.parametrize("maker", [make_staff, make_hr])
def test_only_the_administrator_has_an_outbox(signed_in: Any, maker: Any) -> None:
    message = make_message()
    client: Visitor = signed_in(maker())
    for path in ("/desk/outbox", f"/desk/outbox/{message.id}", f"/desk/outbox/{message.id}/html"):
        assert client.get(path).status_code == 403


def test_the_ledger_asks_as_many_questions_for_three_rows_as_for_one(signed_in: Any, session: Session) -> None:
    client: Visitor = signed_in(make_admin())
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            make_message()
        session.commit()
        with counted_statements() as statements:
            assert client.get("/desk/outbox").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_pages_follow_one_another_without_gap_or_double(signed_in: Any, session: Session) -> None:
    for number in range(60):
        make_message(subject=f"Number {number:03}")
    client: Visitor = signed_in(make_admin())
    first = client.get("/desk/outbox").get_data(as_text=True)
    mark = first.split("before=")[1].split('"')[0]
    second = client.get(f"/desk/outbox?before={mark}").get_data(as_text=True)
    seen = [[n for n in range(60) if f"Number {n:03}" in page] for page in (first, second)]
    assert seen == [list(range(10, 60)), list(range(10))]


@pytest.mark.engines
def test_states_are_counted_to_one_beyond_the_most_and_without_what_a_conflict_hides(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, hidden = make_admin(), make_application()
    for _ in range(3):
        make_message()
    make_message(application=hidden).state = MessageState.FAILED
    session.flush()
    seen = dict.fromkeys(MessageState, 0) | {MessageState.QUEUED: 3}
    assert counts(standing_of(admin)) == seen | {MessageState.FAILED: 1}
    make_conflict(hidden, admin, ConflictKind.FAMILY)
    assert counts(standing_of(admin)) == seen
    monkeypatch.setattr("tracker.messages.queries.MANY", 1)
    assert counts(standing_of(admin)) == seen | {MessageState.QUEUED: 2}

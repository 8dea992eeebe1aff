"""Deadline ± 1 second, daylight saving, a wrong clock in the browser: the server's clock decides, drafts are kept."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.applications.phd import pdf
from tests.factories import make_application, make_document, make_person, make_position
from tests.faults.book import Finding, write_down
from tests.visitor import Visitor, sign_in
from tracker.messages.actions import install_shipped
from tracker.models import Answer, Application, Message
from tracker.plumbing.database import db

FAULT = "deadline ± 1 second"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DEADLINES = {
    "a day like others": datetime(2027, 2, 10, 23, 59, tzinfo=AMSTERDAM),
    "the evening before the clocks go forward": datetime(2027, 3, 27, 23, 59, tzinfo=AMSTERDAM),
    "an hour that is skipped": datetime(2027, 3, 28, 2, 30, tzinfo=AMSTERDAM),
    "an hour that comes twice, the first time": datetime(2027, 10, 31, 2, 30, fold=0, tzinfo=AMSTERDAM),
    "an hour that comes twice, the second time": datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=AMSTERDAM),
}


@pytest.mark.engines
@pytest.mark.parametrize("when", DEADLINES)
def test_a_second_before_is_in_time_and_a_second_after_is_not(
    app: Flask, client: Visitor, engine_name: str, when: str
) -> None:
    closes = DEADLINES[when].astimezone(UTC)
    install_shipped(closes - timedelta(days=9))
    position = make_position(closes_at=closes, now=closes - timedelta(days=8))
    sent: dict[int, tuple[int, bool]] = {}
    for seconds in (-1, 0, 1):
        with time_machine.travel(closes + timedelta(seconds=seconds), tick=False):
            person = make_person()
            draft = make_application(position, person, submitted=False)
            make_document(draft, data=pdf())
            sign_in(client, person)
            early = {"Date": "Mon, 01 Jan 2024 00:00:00 GMT"}  # what the browser believes
            answer = client.post(f"/applications/{draft.id}/submit", headers=early)
            words = db.session.scalar(select(func.count()).where(Answer.application_id == draft.id))
            mails = db.session.scalar(select(func.count()).where(Message.application_id == draft.id))
            is_sent = db.session.get_one(Application, draft.id, populate_existing=True).submitted_at is not None
            sent[seconds] = (answer.status_code, is_sent)
            assert (words, mails) == (3, int(is_sent))
    wrong = [one for one in (-1, 1) if sent[one] != ((303, True) if one < 0 else (409, False))]
    write_down(Finding(FAULT, when, engine_name, 1, 3, len(wrong), f"to the second itself: {sent[0][0]}"))
    assert wrong == []

"""Mail: a row first, sent once to each recipient, tried again when the server asks for patience."""

import re
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_message, make_person, make_staff
from tests.mail_server import MailServer
from tracker.models import Delivery, Job, JobState, Message, MessageState
from tracker.plumbing import mail
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.jobs import enqueue, run_due
from tracker.plumbing.settings import Smtp

MINH_KHAI = "Nguyễn Thị Minh Khai"


def ledger(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(one.outcome, one.detail) for one in session.scalars(select(Delivery).order_by(Delivery.id))]


def outcomes(session: Session) -> list[str]:
    return [outcome for outcome, _detail in ledger(session)]


@pytest.mark.engines
def test_a_letter_arrives_once_with_its_text_and_its_page(smtp_server: MailServer, session: Session) -> None:
    person = make_person(MINH_KHAI, email="khai@example.org")
    message = make_message(person, subject="Je sollicitatie is binnen ✓", paragraphs=("Bedankt, Þóra & <co>.",))
    assert run_due() == 1
    assert run_due() == 0
    (letter,) = smtp_server.letters
    assert smtp_server.recipients == ["khai@example.org"]
    assert letter["Subject"] == "Je sollicitatie is binnen ✓"
    assert letter["To"].addresses[0].display_name == MINH_KHAI
    assert letter["Message-ID"] == message.message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    text, page = letter.iter_parts()
    assert "Dear Nguyễn Thị Minh Khai,\n\nBedankt, Þóra & <co>." in text.get_content().replace("\r\n", "\n")
    assert "<p>Bedankt, Þóra &amp; &lt;co&gt;.</p>" in page.get_content()
    assert (message.state, message.attempts, outcomes(session)) == (MessageState.SENT, 1, ["accepted"])


def test_a_button_is_a_link_and_its_address_is_written_out(app: Flask, session: Session, now: datetime) -> None:
    link = "https://jobs.example.org/verify/abc?x=1&y=2"
    letter = mail.Mail(
        "Subject", ("One.", "Two."), button=("Verify", link), facts=(("Position", "PHD-1"),), closing=("Ignore it.",)
    )
    message = mail.queue(letter, kind="verify", to_email="a@example.org", to_name="A", language="en", now=now)
    assert f"Verify:\n{link}\n" in message.text
    assert "Position: PHD-1" in message.text
    assert "Ignore it." in message.text
    assert message.html.count('href="https://jobs.example.org/verify/abc?x=1&amp;y=2"') == 2
    assert "\n\n\n\n" not in message.text


def test_the_layout_speaks_the_readers_language(app: Flask, session: Session, now: datetime) -> None:
    message = mail.queue(mail.Mail("S", ()), kind="k", to_email="a@example.org", to_name="A", language="nl", now=now)
    assert '<html lang="nl">' in message.html


@pytest.mark.parametrize("evil", ["Hello\r\nBcc: all@example.org", "Hello\nX: y", "Hello\x00\u2028there", "a\ud800b"])
def test_a_subject_cannot_become_another_header(smtp_server: MailServer, session: Session, evil: str) -> None:
    make_message(make_person("Jan\r\nBcc: all@example.org"), subject=evil)
    run_due()
    (letter,) = smtp_server.letters
    assert letter["Bcc"] is None
    assert letter["X"] is None
    assert "\n" not in letter["Subject"]
    assert len(smtp_server.recipients) == 1


def test_an_address_that_is_no_address_is_refused_for_good(smtp_server: MailServer, session: Session) -> None:
    person = make_person()
    person.email = "a@example.org\r\nRCPT TO:<b@example.org>"
    message = make_message(person)
    run_due()
    assert (message.state, outcomes(session), smtp_server.letters) == (MessageState.FAILED, ["refused"], [])


def test_an_address_in_another_script_is_written_to(smtp_server: MailServer, session: Session) -> None:
    make_message(make_person(email="用户@例え.example"))
    run_due()
    assert smtp_server.recipients == ["用户@例え.example"]


@pytest.mark.engines
def test_a_server_that_asks_for_patience_gets_it(smtp_server: MailServer, session: Session, now: datetime) -> None:
    smtp_server.answers += ["451 Greylisted, come back", "RCPT 450 Busy"]
    message = make_message(now=now)
    session.commit()
    for minutes in (0, 0.5, 1.5, 3, 7):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            run_due()
    assert ledger(session) == [("deferred", "451 Greylisted, come back"), ("deferred", "450 Busy"), ("accepted", "")]
    assert (message.state, message.attempts, len(smtp_server.letters)) == (MessageState.SENT, 3, 1)
    assert session.scalars(select(Job.state)).all() == [JobState.DONE]


@pytest.mark.parametrize("answer", ["550 No such person", "RCPT 550 No such person"])
def test_a_refusal_is_final(smtp_server: MailServer, session: Session, now: datetime, answer: str) -> None:
    smtp_server.answers.append(answer)
    message = make_message()
    session.commit()
    for hours in (0, 10, 60):
        with time_machine.travel(now + timedelta(hours=hours)):
            run_due()
    assert (message.state, ledger(session)) == (MessageState.FAILED, [("refused", "550 No such person")])
    assert smtp_server.letters == []


def test_a_server_that_is_down_is_tried_for_two_days_and_then_given_up(
    app: Flask, session: Session, now: datetime
) -> None:
    app.config["TRACKER"] = replace(app.config["TRACKER"], smtp=Smtp("127.0.0.1", 1))
    message = make_message()
    session.commit()
    tries_after = []
    for quarter in range(4 * 72):
        with time_machine.travel(now + timedelta(minutes=15 * quarter, seconds=1)):
            if run_due():
                tries_after.append(quarter / 4)
    assert message.state is MessageState.FAILED
    assert message.attempts == 10
    assert 40 < tries_after[-1] < 54
    assert set(outcomes(session)) == {"deferred"}


def test_a_server_that_comes_back_gets_the_letter(
    app: Flask, smtp_server: MailServer, session: Session, now: datetime
) -> None:
    working = app.config["TRACKER"]
    app.config["TRACKER"] = replace(working, smtp=Smtp("127.0.0.1", 1))
    message = make_message()
    run_due()
    app.config["TRACKER"] = working
    with time_machine.travel(now + timedelta(minutes=2)):
        run_due()
    assert (outcomes(session), message.state) == (["deferred", "accepted"], MessageState.SENT)


@pytest.mark.engines
def test_two_jobs_for_one_message_send_it_once(
    app: Flask, smtp_server: MailServer, session: Session, now: datetime
) -> None:
    message = make_message()
    for _ in range(3):
        enqueue("send_message", now=now, message=message.id)
    session.commit()

    def work() -> None:
        with app.app_context():
            run_due()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with time_machine.travel(now + timedelta(hours=1)):
        run_due()
    assert len(smtp_server.letters) == 1
    assert outcomes(session) == ["accepted"]


def test_a_worker_that_died_between_the_try_and_its_outcome_sends_the_same_letter_again(
    smtp_server: MailServer, session: Session, now: datetime
) -> None:
    """The one case where a letter can come twice: it has the same Message-ID, by which mail systems know it."""
    message = make_message()
    session.commit()
    assert mail._begin_try(message.id) is not None
    run_due()
    assert smtp_server.letters == []
    with time_machine.travel(now + timedelta(minutes=1)):
        run_due()
    assert [letter["Message-ID"] for letter in smtp_server.letters] == [message.message_id]
    assert outcomes(session) == ["trying", "accepted"]


@pytest.mark.engines
def test_a_message_that_waits_can_be_cancelled(smtp_server: MailServer, session: Session, now: datetime) -> None:
    message = make_message(send_after=now + timedelta(minutes=5))
    assert run_due() == 0
    assert mail.cancel(message, now)
    session.commit()
    with time_machine.travel(now + timedelta(minutes=6)):
        run_due()
    assert (message.state, smtp_server.letters) == (MessageState.CANCELLED, [])


def test_a_message_that_has_left_cannot_be_cancelled(smtp_server: MailServer, session: Session, now: datetime) -> None:
    message = make_message()
    run_due()
    assert not mail.cancel(message, now)
    assert message.state is MessageState.SENT


def test_a_message_that_is_just_leaving_cannot_be_cancelled(app: Flask, session: Session, now: datetime) -> None:
    message = make_message()
    session.commit()
    mail._begin_try(message.id)
    assert not mail.cancel(message, clock_now())


def test_without_a_server_letters_lie_in_a_folder(app: Flask, session: Session) -> None:
    message = make_message(make_person(MINH_KHAI))
    run_due()
    (file,) = app.config["TRACKER"].outbox_dir.iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (file.suffix, letter["Message-ID"]) == (".eml", message.message_id)
    assert message.state is MessageState.SENT


def test_a_full_disk_defers(app: Flask, session: Session) -> None:
    outbox: Path = app.config["TRACKER"].outbox_dir
    outbox.rmdir()
    outbox.write_text("in the way")
    try:
        message = make_message()
        run_due()
        assert (message.state, outcomes(session)) == (MessageState.QUEUED, ["deferred"])
    finally:
        outbox.unlink()
        outbox.mkdir()


def test_a_message_rolled_back_is_never_sent(smtp_server: MailServer, session: Session) -> None:
    make_message()
    session.rollback()
    run_due()
    assert smtp_server.letters == []


def test_every_message_has_its_own_id(app: Flask, session: Session) -> None:
    ids = {make_message(make_staff()).message_id for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{32}@127\.0\.0\.1>", one) for one in ids)
    assert db.session.scalars(select(Message.message_id)).all()

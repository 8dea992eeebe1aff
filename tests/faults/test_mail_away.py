"""The mail server is down, asks for patience, refuses, hangs: nobody waits for it, and each letter is one letter.

What each answer of the server does to a letter is in tests/plumbing/test_mail.py.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import make_message
from tests.faults.book import Finding, rounds, write_down
from tests.faults.deeds import comment, submit
from tests.faults.institute import Institute
from tests.mail_server import MailServer, free_port
from tests.servers import served
from tracker.models import Delivery, Job, JobState, Message, MessageState
from tracker.plumbing import post
from tracker.plumbing.clock import now as clock_now
from tracker.plumbing.database import db
from tracker.plumbing.jobs import LEASE, claim_next, run_due
from tracker.plumbing.mail import TRYING, _begin_try
from tracker.plumbing.settings import Smtp

FAULT = "SMTP down, 451, 550, hanging"


@contextmanager
def dripping() -> Iterator[int]:
    """A server that says one letter of its greeting every tenth of a second, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip() -> None:
            with suppress(OSError):
                guest, _ = door.accept()
                with guest:
                    guest.sendall(b"220-")
                    while True:
                        guest.sendall(b"x")
                        time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        yield door.getsockname()[1]


def test_a_server_that_drips_holds_nobody_for_ever(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "WHOLE_TRY", 0.5)
    letter = post.Letter(1, "<a@b>", "A", "a@example.org", "S", "en", "text", "<p>text</p>", clock_now())
    with dripping() as port:
        settings = replace(app.config["TRACKER"], smtp=Smtp("127.0.0.1", port))
        assert post.deliver(letter, settings).word == post.DEFERRED


@pytest.mark.engines
def test_a_letter_in_the_hand_of_a_killed_worker_goes_within_a_minute(
    smtp_server: MailServer, session: Session, now: datetime
) -> None:
    message = make_message(now=now)
    session.commit()
    with time_machine.travel(now, tick=False):
        assert claim_next(now) is not None
        assert _begin_try(message.id) is not None  # and here it is killed
    for seconds in range(0, 61, 5):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            run_due()
    session.expire_all()
    assert (message.state, len(smtp_server.letters)) == (MessageState.SENT, 1)
    assert sorted(session.scalars(select(Delivery.outcome))) == ["accepted", TRYING]
    assert timedelta(seconds=60) > LEASE


def test_no_form_waits_for_the_mail_server_and_every_letter_comes_once(tmp_path: Path) -> None:
    """Down at first; then it hangs, asks for patience, and accepts; one address it refuses for good."""
    times = rounds(1) * 6
    port = free_port()
    with Institute.opened(tmp_path / "data", SMTP_URL=f"smtp://127.0.0.1:{port}") as here:
        deeds = [make(here) for make in (comment, submit) for _ in range(times)]
        here.close_up()
        slowest = 0.0
        with served(here.folder, **here.names) as (server, address):
            for deed in deeds:
                begun = time.monotonic()
                assert deed.send(address).is_yes
                slowest = max(slowest, time.monotonic() - begun)
            server.kill()
        with MailServer.running() as mails:
            mails.serve(here.app)
            mails.answers += ["451 Greylisted", "RCPT 450 Busy", "550 No such person"]
            for minutes in (0, 2, 8, 30, 100, 300):
                with time_machine.travel(clock_now() + timedelta(minutes=minutes)):
                    db.session.execute(update(Job).values(run_after=clock_now()).where(Job.state == JobState.WAITING))
                    run_due()
            came = Counter(str(letter["Message-ID"]) for letter in mails.letters)
        states = Counter(db.session.scalars(select(Message.state)))
        db.session.rollback()
        doubled = sum(number - 1 for number in came.values())
        lost = 2 * times - len(came) - states[MessageState.FAILED]
        figures = f"slowest form {slowest:.2f} s; {states[MessageState.FAILED]} refused for good and shown as such"
        write_down(Finding(FAULT, "letters of forms", "sqlite", 1, 2 * times, lost + doubled, figures))
    assert (lost, doubled, states[MessageState.FAILED]) == (0, 0, 1)

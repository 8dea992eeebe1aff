"""What a running process must survive: being told to stop, and being killed at any moment."""

import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.databases import PostgreSql, make_app, migrate
from tests.engines import wait_for_port
from tests.factories import make_message
from tests.mail_server import MailServer, free_port
from tests.servers import Gunicorn, Server, environ, served, status_of
from tracker.bench.processes import children_of
from tracker.models import Job, JobState, Message, MessageState
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer.running() as server:
        yield server


@pytest.fixture
def installed(engine_name: str, tmp_path: Path, mail_server: MailServer, request: pytest.FixtureRequest) -> Flask:
    """An application of ours on a database that other processes use, too."""
    names = {"SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}"}
    if engine_name == "postgresql":
        server: PostgreSql = request.getfixturevalue("postgresql")
        names["DATABASE_URL"] = server.create("processes")
    app = make_app(tmp_path / "data", **names)
    migrate(app)
    app.config["NAMES"] = names
    return app


@pytest.mark.engines
def test_workers_killed_at_any_moment_lose_no_letter(installed: Flask, mail_server: MailServer, tmp_path: Path) -> None:
    mail_server.delay = 0.02
    with installed.app_context():
        for _ in range(60):
            make_message()
        db.session.commit()
        wanted = set(db.session.scalars(select(Message.message_id)))
        db.session.commit()
        for _ in range(3):
            seen = len(mail_server.letters)
            with Server("work", folder=tmp_path / "data", **installed.config["NAMES"]) as worker:
                worker.wait_for("Doing jobs")
                wait_until(lambda seen=seen: len(mail_server.letters) > seen + 5)
                worker.kill()
        for minutes in (2, 4):
            with time_machine.travel(now() + timedelta(minutes=minutes)):
                run_due()
        assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
        assert set(db.session.scalars(select(Job.state))) == {JobState.DONE}
        db.session.rollback()
        db.engine.dispose()
    came = Counter(letter["Message-ID"] for letter in mail_server.letters)
    assert set(came) == wanted
    assert sum(came.values()) - len(came) <= 3 * 2  # a letter in each hand of each killed worker, with the same id


def wait_until(true: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(true) and true():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def test_a_worker_told_to_stop_finishes_the_letter_in_hand(
    tmp_path: Path, mail_server: MailServer, engine_name: str, installed: Flask
) -> None:
    mail_server.delay = 1.0
    with installed.app_context():
        for _ in range(10):
            make_message()
        db.session.commit()
    with Server("work", folder=tmp_path / "data", **installed.config["NAMES"]) as worker:
        worker.wait_for("Doing jobs")
        wait_until(lambda: mail_server.begun > 0)
        assert worker.stop() == 0
    with installed.app_context():
        states = Counter(db.session.scalars(select(Message.state)))
        running = db.session.scalars(select(Job.id).where(Job.state == JobState.RUNNING)).all()
        db.session.rollback()
        db.engine.dispose()
    assert states[MessageState.SENT] == len(mail_server.letters) > 0
    assert running == []


def test_a_killed_server_serves_again_within_five_seconds(tmp_path: Path) -> None:
    with served(tmp_path) as (server, address):
        assert status_of(f"{address}/sign-in") == 200
        server.kill()
    before = seconds_of_children()
    with served(tmp_path) as (server, address):
        assert status_of(f"{address}/sign-in") == 200
        server.kill()
    assert seconds_of_children() - before < 5


def seconds_of_children() -> float:
    """Time of the processor, which does not depend on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_server_told_to_stop_fails_no_request_that_was_begun(tmp_path: Path) -> None:
    with served(tmp_path) as (server, address):
        place = urlsplit(address).netloc
        outcomes: Counter[str] = Counter()
        threads = [threading.Thread(target=ask_until_refused, args=(place, outcomes)) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: outcomes["200"] > 20)
        assert server.stop() == 0
        for thread in threads:
            thread.join(30)
        assert "what was in hand is finished" in server.printed()
    assert set(outcomes) == {"200", "refused"}


def ask_until_refused(place: str, outcomes: Counter[str]) -> None:
    while not outcomes["refused"]:
        connection = HTTPConnection(place, timeout=30)
        try:
            connection.connect()
        except ConnectionRefusedError:
            outcomes["refused"] += 1
            return
        try:
            connection.request("GET", "/sign-in")
            answer = connection.getresponse()
            answer.read()
            outcomes[str(answer.status)] += 1
        except OSError as error:
            outcomes[type(error).__name__] += 1
        finally:
            connection.close()


def held_by(pid: int) -> set[str]:
    """What a process has open of sockets and of the database's files: a socket by its number."""
    held = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            target = str(file.readlink())
            held |= (
                {target} if target.startswith("socket:") else {f"{pid} {target}"} if "tracker.db" in target else set()
            )
    return held


@pytest.mark.engines
def test_workers_forked_from_one_program_share_no_connection_to_the_database(installed: Flask, tmp_path: Path) -> None:
    port = free_port()
    names = installed.config["NAMES"]
    with Gunicorn("-b", f"127.0.0.1:{port}", folder=tmp_path / "data", **names) as server:
        wait_for_port(port)
        connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(8)]
        for one in connections * 2:
            one.request("GET", "/positions")
            answer = one.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)
        mother = server.process.pid
        of_the_mother, (first, second) = held_by(mother), [held_by(one) for one in children_of(mother)]
        assert len(of_the_mother) == 1  # the door
        assert first & second == of_the_mother
        assert len(first | second) > 1 + len(connections)
        for one in connections:
            one.close()


NOT_AT_FIRST = {"alembic", "authlib", "flask_migrate", "mako", "pikepdf", "redis", "requests", "typst", "webauthn"}


def test_a_web_process_starts_without_what_few_requests_need(tmp_path: Path) -> None:
    asked = f"import sys, wsgi; print(sorted({NOT_AT_FIRST} & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environ(tmp_path), capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "[]"

"""The database held by another, or away: requests wait or get a 503 that says when to come back; never a 500."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tests.faults.book import Finding, rounds, write_down
from tests.faults.caller import Answer
from tests.faults.deeds import Deed, comment
from tests.faults.institute import Institute
from tests.faults.own_postgresql import OwnPostgresql
from tests.servers import served
from tests.visitor import Visitor
from tracker.models import Session
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

FAULT = "database locked or away"


def is_patient(answer: Answer) -> bool:
    return answer.status == 503 and answer.headers.get("Retry-After", "").isdecimal()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program writes, and does not come to its end."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_while_another_program_writes_pages_are_read_and_forms_wait(tmp_path: Path) -> None:
    """Held for two seconds a form waits; held for longer than ten it is told to come back, and then it is done."""
    with Institute.opened(tmp_path / "data") as here:
        short, long = comment(here), comment(here)
        db.session.execute(update(Session).values(seen_at=now() - timedelta(hours=1)))
        here.close_up()
        with served(here.folder, **here.names) as (_, address):
            with held(here.folder / "tracker.db"):
                waiting = threading.Thread(target=short.send, args=(address,))
                waiting.start()
                assert here.chairing.get(address, "/positions").status == 200
                time.sleep(2)
                assert waiting.is_alive()
            waiting.join(30)
            with held(here.folder / "tracker.db"):
                refused = long.send(address)
                desk = here.chairing.get(address, "/desk")  # notes that its session was used, where it can
            again = long.send(address)
        assert (short.is_answered, is_patient(refused), desk.status, again.status) == (True, True, 200, 303)
        counted = [short.times(), long.times()]
        write_down(Finding(FAULT, "another program writes", "sqlite", 2, 4, counted.count(0) + counted.count(2)))
        assert counted == [1, 1]


def test_postgresql_stopped_felled_and_started_again_is_waited_for(tmp_path: Path) -> None:
    times = rounds(1)
    with (
        OwnPostgresql.running() as postgresql,
        Institute.opened(tmp_path / "data", DATABASE_URL=postgresql.url) as here,
    ):
        deeds = [comment(here) for _ in range(24 * 2 * times)]
        here.close_up()
        seen: Counter[str] = Counter()
        problems: list[str] = []
        ready = []
        with served(here.folder, **here.names) as (server, address):
            for number in range(2 * times):
                mine = deeds[number * 24 : (number + 1) * 24]
                people = [threading.Thread(target=send, args=(mine[n::3], address, seen, problems)) for n in range(3)]
                for one in people:
                    one.start()
                time.sleep(0.2)
                postgresql.stop("fast" if number % 2 else "immediate")
                ready.append(here.chairing.get(address, "/readyz").status)
                send(deeds[:1], address, seen, problems)
                postgresql.start()
                for one in people:
                    one.join(120)
                answer = here.chairing.get(address, "/desk")  # by itself, at once
                problems += [] if answer.status == 200 else [f"the desk says {answer.status}"]
            for deed in deeds:
                if not deed.is_answered:
                    assert deed.send(address).status == 303
            assert server.stop() == 0
        counted = Counter(deed.times() for deed in deeds)
        db.session.rollback()
        problems += [f"{number} comments are there {times} times" for times, number in counted.items() if times != 1]
        problems += here.torn()
        figures = ", ".join(f"{number} × {what}" for what, number in sorted(seen.items()))
        write_down(
            Finding(
                FAULT, "PostgreSQL stopped or felled, and started", "postgresql", 2 * times, len(deeds), len(problems),
                f"answers meanwhile: {figures}",
            )
        )  # fmt: skip
    assert problems == []
    assert set(ready) == {503}


def send(deeds: list[Deed], address: str, seen: Counter[str], problems: list[str]) -> None:
    for deed in deeds:
        answer = deed.send(address)
        seen[str(answer.status)] += 1
        if not (answer.status == 303 or is_patient(answer)):
            problems.append(f"{answer.status} while the database is away")


def test_no_connection_free_in_time_is_a_503(app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*args: object) -> None:
        raise PoolExhausted("QueuePool limit of size 10 overflow 40 reached, connection timed out")

    monkeypatch.setitem(app.view_functions, "home.landing", taken)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")

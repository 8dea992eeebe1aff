"""Redis: wakes workers elsewhere at once, and is done without while it is away."""

import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask

from tests.databases import make_app, migrate
from tests.engines import Gate, port_of, sealed
from tracker.models import Job, JobState
from tracker.plumbing import jobs
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.redis_line import LineState, RedisLine
from tracker.plumbing.runner import Runner


def line_to(url: str, folder: Path, settings_from: Any) -> RedisLine:
    return RedisLine(settings_from(folder, REDIS_URL=url))


def test_without_a_setting_nothing_is_asked(tmp_path: Path, settings_from: Any) -> None:
    line = line_to("", tmp_path, settings_from)
    assert line.state() is LineState.UNSET
    line.tell("jobs")
    line.listen("jobs", lambda: None, threading.Event())


def test_while_redis_is_away_nobody_waits_and_afterwards_it_is_used_again(
    valkey: str, tmp_path: Path, settings_from: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tracker.plumbing.redis_line.PAUSE", 0.2)
    with Gate.to(port_of(valkey)) as gate:
        line = line_to(f"redis://127.0.0.1:{gate.port}/0", tmp_path, settings_from)
        assert line.state() is LineState.ANSWERS
        gate.shut()
        assert line.state() is LineState.AWAY
        begun = time.process_time()
        for _ in range(1000):
            line.tell("jobs")
        assert time.process_time() - begun < 0.5
        gate.open()
        time.sleep(0.3)
        assert line.state() is LineState.ANSWERS


def test_who_listens_hears_each_word_and_comes_back_after_the_line_was_cut(
    valkey: str, tmp_path: Path, settings_from: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tracker.plumbing.redis_line.PAUSE", 0.1)
    heard, ending = threading.Semaphore(0), threading.Event()
    with Gate.to(port_of(valkey)) as gate:
        line = line_to(f"redis://127.0.0.1:{gate.port}/0", tmp_path, settings_from)
        thread = threading.Thread(target=line.listen, args=("jobs", heard.release, ending))
        thread.start()
        assert heard.acquire(timeout=10)  # once, for what was missed before
        line_to(valkey, tmp_path, settings_from).tell("jobs")
        assert heard.acquire(timeout=10)
        gate.shut()
        time.sleep(0.1)
        gate.open()
        assert heard.acquire(timeout=10)
        ending.set()
        thread.join(10)
    assert not thread.is_alive()


def test_over_tls_only_a_server_whose_certificate_holds_is_spoken_to(
    valkey: str, tmp_path: Path, settings_from: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(known))
    with sealed(port_of(valkey), context) as port:
        url = f"rediss://127.0.0.1:{port}/0"
        assert line_to(url, tmp_path, settings_from).state() is LineState.AWAY
        monkeypatch.setenv("SSL_CERT_FILE", str(known))
        assert line_to(url, tmp_path, settings_from).state() is LineState.ANSWERS
        assert line_to(f"rediss://localhost:{port}/0", tmp_path, settings_from).state() is LineState.AWAY


def test_two_sites_on_one_server_do_not_wake_each_other(tmp_path: Path, settings_from: Any) -> None:
    one, other = (
        RedisLine(settings_from(tmp_path, BASE_URL=f"https://{name}.example.org")).prefix for name in ("one", "other")
    )
    assert one != other


def test_a_worker_elsewhere_is_woken_by_the_commit_that_asks_for_a_job(
    valkey: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """It would look by itself only after a minute here."""
    monkeypatch.setattr("tracker.plumbing.runner.LOOK_EVERY", 60.0)
    apps = [make_app(tmp_path, REDIS_URL=valkey) for _ in range(2)]
    migrate(apps[0])
    done = threading.Event()
    jobs.handler("ring")(done.set)
    runner = Runner(apps[1], 1)
    runner._unlisten()  # as if in another process, where the commit itself cannot be heard
    monkeypatch.setattr(runner, "_unlisten", lambda: None)
    runner.start()
    try:
        wait_for_listener(apps[0])
        with apps[0].app_context():
            jobs.enqueue("ring", now=now())
            db.session.commit()
            assert done.wait(20)
            wait_until_done(apps[0])
    finally:
        runner.stop()
        del jobs.HANDLERS["ring"]
        for app in apps:
            with app.app_context():
                db.engine.dispose()


def wait_for_listener(app: Flask) -> None:
    line: RedisLine = app.extensions["tracker.redis"]
    end = time.monotonic() + 20
    while not line.client.pubsub_numsub(f"{line.prefix}:{jobs.CHANNEL}")[0][1]:
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(0.3)  # the look that follows a new connection is over


def wait_until_done(app: Flask) -> None:
    end = time.monotonic() + 20
    while db.session.query(Job).one().state is not JobState.DONE:
        assert time.monotonic() < end
        db.session.rollback()
        time.sleep(0.02)

"""What machines ask: whether to send people here, and what to draw on the wall of those who watch."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.databases import make_app, migrate
from tests.factories import make_message
from tests.visitor import Visitor
from tracker.home import health
from tracker.models import Job, JobState
from tracker.plumbing import logs, schema
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.redis_line import RedisLine

TOKEN = "token-of-the-watchers"
WELL = {"database": True, "migrations": True, "storage": True, "jobs": True, "redis": "unset"}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    health._storage_answers.cache_clear()
    yield
    health._storage_answers.cache_clear()


def ready(client: Visitor) -> tuple[int, Any]:
    answer = client.get("/readyz")
    return answer.status_code, answer.get_json()


@pytest.mark.engines
def test_it_is_ready_when_everything_answers(client: Visitor) -> None:
    assert ready(client) == (200, {"ready": True, "degraded": False} | WELL)


@pytest.mark.engines
def test_it_is_not_ready_while_the_database_is_behind_the_program(client: Visitor) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json() == {"ready": False, "degraded": False} | WELL | {"migrations": False}


def test_it_is_ready_while_an_upgrade_has_gone_ahead_of_it(client: Visitor) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert ready(client) == (200, {"ready": True, "degraded": False} | WELL)
    assert not schema.knows("9999")


def test_it_is_not_ready_while_the_storage_is_away(app: Flask, client: Visitor) -> None:
    folder = app.config["TRACKER"].files_dir
    folder.rmdir()
    folder.write_text("in the way")
    try:
        assert ready(client) == (503, {"ready": False, "degraded": False} | WELL | {"storage": False})
    finally:
        folder.unlink()


def test_while_nobody_does_the_jobs_it_is_ready_and_says_what_waits(client: Visitor) -> None:
    moment = now() - timedelta(hours=1)
    db.session.add(Job(name="send_message", arguments={}, created_at=moment, run_after=moment))
    assert ready(client) == (200, {"ready": True, "degraded": True} | WELL | {"jobs": False})


def test_while_redis_is_away_it_is_ready_and_says_so(app: Flask, client: Visitor) -> None:
    line: RedisLine = app.extensions["tracker.redis"]
    line.url = "redis://127.0.0.1:1/0"
    try:
        assert ready(client) == (200, {"ready": True, "degraded": True} | WELL | {"redis": "away"})
    finally:
        line.url, line._client, line._dead_until = "", None, 0.0


def test_where_no_token_is_set_there_are_no_metrics(client: Visitor) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path, METRICS_TOKEN=TOKEN)
    migrate(app)
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.parametrize("given", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_without_the_token_nothing_is_told(watched: Flask, given: str | None) -> None:
    answer = watched.test_client().get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"], answer.text) == (
        401,
        "Bearer",
        "A token is needed.\n",
    )


def test_who_has_the_token_is_told_of_requests_jobs_and_mails(watched: Flask) -> None:
    make_message()
    moment = now() - timedelta(minutes=3)
    db.session.add(Job(name="x", arguments={}, created_at=moment, run_after=moment, state=JobState.WAITING))
    db.session.commit()
    client = watched.test_client()
    client.get("/healthz")
    client.get("/there/is/<b>no</b>/such/page")
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    assert re.search(
        r'^tracker_request_seconds_count\{method="GET",route="home.alive",status="200"\} \d', told.text, re.M
    )
    assert re.search(r'^tracker_request_seconds_count\{method="GET",route="none",status="404"\} \d', told.text, re.M)
    assert "such" not in told.text
    assert 'tracker_jobs{job="x",state="waiting"} 1.0' in told.text
    assert 'tracker_mails{state="queued"} 1.0' in told.text
    age = re.search(r"^tracker_jobs_oldest_due_seconds (\S+)", told.text, re.M)
    assert age is not None
    assert 180 <= float(age.group(1)) < 240
    assert "tracker_database_up 1.0" in told.text
    assert "tracker_database_connections " in told.text


def test_metrics_say_that_the_database_is_away(watched: Flask) -> None:
    with watched.app_context():
        db.session.execute(text("DROP TABLE delivery"))
        db.session.execute(text("DROP TABLE message"))
        db.session.commit()
    told = watched.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (told.status_code, "tracker_database_up 0.0" in told.text) == (200, True)


def test_a_request_id_is_given_back_and_taken_only_from_a_trusted_proxy(app: Flask, client: Visitor) -> None:
    def id_of(given: str) -> str:
        return client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{16}", id_of("from-a-stranger"))
    log_settings = replace(app.config["TRACKER"], trusted_proxies=1)
    for given, taken in (("proxy-id-1234", True), ("<script>alert", False), ("short", False), ("x" * 65, False)):
        with app.test_request_context(headers={"X-Request-ID": given}):
            assert (logs.request_id(log_settings) == given) is taken

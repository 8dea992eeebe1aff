"""The doctor: finds nothing on a healthy installation, and names each trouble that is put there."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.engines import S3
from tests.factories import make_application, make_document, make_message
from tests.mail_server import MailServer
from tests.servers import run
from tracker.models import Job, JobState, MessageState
from tracker.operation.doctor import Finding, Word, examine
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.redis_line import RedisLine
from tracker.plumbing.settings import Smtp


def findings(*, at: datetime | None = None, has_assets: bool = True) -> dict[str, Finding]:
    db.session.commit()
    return {one.what: one for one in examine(now=at or now(), has_assets=has_assets)}


def bad(found: dict[str, Finding]) -> dict[str, Word]:
    """What is not well, but for the disk of this machine and the settings of a test."""
    return {
        name: one.word for name, one in found.items() if one.word is not Word.OK and name not in {"disk", "settings"}
    }


@pytest.mark.engines
def test_a_healthy_installation_is_well(app: Flask, smtp_server: MailServer) -> None:
    make_document(make_application())
    found = findings()
    assert bad(found) == {}
    assert set(found) == {
        "settings", "static files", "disk", "database", "storage", "redis", "mail server", "migrations", "clock",
        "workers", "failed jobs", "mails", "rows without file", "files without row", "history",
    }  # fmt: skip
    assert found["mail server"].sentence == "127.0.0.1 lets us in."


def test_the_clock_of_a_bucket_is_asked(app: Flask, s3: S3, settings_from: Any, tmp_path: Path) -> None:
    storage.init_app(app, settings_from(tmp_path, STORAGE_URL=s3.bucket()))
    try:
        assert findings()["clock"].sentence == "It agrees with the storage."
        assert list(storage.keys()) == []
    finally:
        storage.init_app(app, app.config["TRACKER"])


def test_each_trouble_is_named(app: Flask) -> None:
    lost, kept = (make_document(make_application()) for _ in range(2))
    storage.delete(lost.storage_key)
    moment = now() - timedelta(hours=1)
    db.session.add(Job(name="send_message", arguments={}, created_at=moment, run_after=moment))
    db.session.add(Job(name="check", arguments={}, created_at=moment, run_after=moment, state=JobState.FAILED))
    make_message().state = MessageState.FAILED
    found = findings(has_assets=False)
    assert bad(found) == {
        "static files": Word.WRONG,
        "workers": Word.WRONG,
        "failed jobs": Word.WARNING,
        "mails": Word.WARNING,
        "rows without file": Word.WRONG,
    }
    assert lost.storage_key in found["rows without file"].sentence
    assert kept.storage_key not in found["rows without file"].sentence


def test_a_file_that_no_row_names_is_named_once_it_is_old(app: Flask) -> None:
    stray = storage.new_key("documents")
    storage.put(stray, b"nobody's")
    assert bad(findings()) == {}
    later = findings(at=now() + timedelta(days=2))["files without row"]
    assert (later.word, stray in later.sentence) == (Word.WARNING, True)


@pytest.mark.parametrize(("revision", "what_to_do"), [("0001", "tracker db upgrade"), ("9999", "renew it")])
def test_a_database_of_another_time_is_named_and_what_depends_on_it_left_out(
    app: Flask, revision: str, what_to_do: str
) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    found = findings()
    assert bad(found) == {"migrations": Word.WRONG}
    assert what_to_do in found["migrations"].sentence
    assert "history" not in found


@pytest.fixture
def engines_away(app: Flask) -> Iterator[None]:
    line: RedisLine = app.extensions["tracker.redis"]
    line.url = "redis://127.0.0.1:1/0"
    app.config["TRACKER"] = replace(app.config["TRACKER"], smtp=Smtp("127.0.0.1", 1))
    yield
    line.url, line._client, line._dead_until = "", None, 0.0


def test_engines_that_are_away_are_named(app: Flask, engines_away: None) -> None:
    assert bad(findings()) == {"redis": Word.WARNING, "mail server": Word.WRONG}


def test_a_forged_history_is_found(app: Flask) -> None:
    db.session.execute(
        text(
            "INSERT INTO entry (thing, thing_id, number, at, what, data, previous, hash)"
            " VALUES ('application', 'a1', 1, '2026-01-01 00:00:00.000000', 'moved', '{}', '', 'forged')"
        )
    )
    found = findings()
    assert bad(found) == {"history": Word.WRONG}
    assert "application a1, entry 1: it was changed after it was written" in found["history"].sentence


def test_the_command_ends_with_an_error_where_something_is_wrong(tmp_path: Path) -> None:
    done = run("doctor", "--json", folder=tmp_path)
    found = {one["what"]: one["word"] for one in json.loads(done.stdout)}
    assert (done.returncode, found["database"], found["migrations"]) == (1, "ok", "wrong")

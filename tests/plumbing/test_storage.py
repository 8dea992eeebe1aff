"""Files: kept whole under keys nobody guesses, never overwritten, in a folder or a bucket."""

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.engines import S3, Gate
from tests.visitor import Visitor
from tracker.models import Job, JobState
from tracker.plumbing import jobs, storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.settings import Bucket

PLACES = ("folder", "bucket")
in_a_folder = pytest.mark.parametrize("place", ["folder"], indirect=True)


def keep_in(app: Flask, bucket: Bucket | None) -> None:
    storage.init_app(app, replace(app.config["TRACKER"], bucket=bucket))


@pytest.fixture(params=PLACES, autouse=True)
def place(request: pytest.FixtureRequest, app: Flask, settings_from: Any, tmp_path: Path) -> Iterator[None]:
    """Every promise holds in a folder and in an S3 bucket."""
    if request.param == "bucket":
        s3: S3 = request.getfixturevalue("s3")
        keep_in(app, settings_from(tmp_path, STORAGE_URL=s3.bucket()).bucket)
    yield
    keep_in(app, None)


@pytest.fixture
def gate(s3: S3, app: Flask, settings_from: Any, tmp_path: Path) -> Iterator[Gate]:
    """Files are kept in a bucket behind this gate."""
    with Gate.to(s3.port) as gate:
        keep_in(app, settings_from(tmp_path, STORAGE_URL=s3.bucket(through=gate.port)).bucket)
        yield gate


def test_what_is_put_is_read_back_byte_for_byte(app: Flask) -> None:
    key, data = storage.new_key("documents"), os.urandom(3_000_000)
    storage.put(key, data)
    assert storage.read(key) == data
    assert b"".join(storage.open_stream(key)) == data
    assert max(len(piece) for piece in storage.open_stream(key)) < 2_000_000
    assert storage.size(key) == 3_000_000
    assert storage.exists(key)


def test_an_empty_file_is_a_file(app: Flask) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"")
    assert storage.read(key) == b""


def test_a_stored_file_is_never_overwritten(app: Flask) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"first")
    with pytest.raises(storage.Taken):
        storage.put(key, b"second")
    assert storage.read(key) == b"first"


def test_what_is_not_there_is_missing_at_the_call(app: Flask) -> None:
    key = storage.new_key("documents")
    with pytest.raises(storage.Missing):
        storage.open_stream(key)
    with pytest.raises(storage.Missing):
        storage.size(key)
    assert not storage.exists(key)
    storage.delete(key)


def test_deleted_is_gone(app: Flask) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"data")
    storage.delete(key)
    assert list(storage.keys()) == []


@pytest.mark.parametrize(
    "key", ["../secret_key", "/etc/passwd", "documents/../../x", "documents//x", "documents", "documents/a\x00b", ""]
)
def test_a_key_that_is_a_way_out_is_refused(app: Flask, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        storage.put(key, b"data")
    with pytest.raises(ValueError, match="not a storage key"):
        storage.read(key)


def test_keys_of_a_folder_and_of_an_age(app: Flask) -> None:
    letters = [storage.new_key("letters") for _ in range(2)]
    exports = [storage.new_key("exports")]
    for key in letters + exports:
        storage.put(key, b"data")
    assert sorted(storage.keys("letters")) == sorted(letters)
    assert sorted(storage.keys()) == sorted(letters + exports)
    assert list(storage.keys(before=now() - timedelta(hours=1))) == []
    assert sorted(storage.keys(before=now() + timedelta(hours=1))) == sorted(letters + exports)


@in_a_folder
def test_two_keys_are_never_the_same_and_fit_their_column() -> None:
    keys = {storage.new_key("documents") for _ in range(1000)}
    assert len(keys) == 1000
    assert max(len(key) for key in keys) <= 120


@in_a_folder
def test_a_folder_that_cannot_be_written_to_is_told_as_storage_away(app: Flask) -> None:
    folder = app.config["TRACKER"].files_dir
    folder.rmdir()
    folder.write_text("in the way")
    try:
        with pytest.raises(storage.StorageAway):
            storage.put(storage.new_key("documents"), b"data")
        assert not storage.answers()
    finally:
        folder.unlink()


def test_a_storage_that_can_be_written_to_answers_and_leaves_nothing(app: Flask) -> None:
    assert storage.answers()
    assert list(storage.keys()) == []


def _read_in_child(app: Flask, key: str, answers: "multiprocessing.Queue[str]") -> None:
    with app.app_context():
        try:
            answers.put(storage.read(key).decode())
        except RuntimeError as error:
            answers.put(str(error))


@in_a_folder
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_process_forked_too_late_is_told_so_and_does_not_hang(app: Flask) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"data")
    fork = multiprocessing.get_context("fork")
    answers = fork.Queue()
    child = fork.Process(target=_read_in_child, args=(app, key, answers))
    child.start()
    assert answers.get(timeout=10).startswith("this process was forked after")
    child.join()


@in_a_folder
def test_a_bucket_that_is_away_is_told_as_such_and_is_used_again_when_it_is_back(app: Flask, gate: Gate) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"data")
    gate.shut()
    for act in (
        lambda: storage.put(storage.new_key("documents"), b"data"),
        lambda: storage.read(key),
        lambda: storage.size(key),
        lambda: storage.delete(key),
        lambda: list(storage.keys()),
    ):
        with pytest.raises(storage.StorageAway):
            act()
    assert not storage.answers()
    gate.open()
    assert storage.answers()
    assert storage.read(key) == b"data"


@in_a_folder
def test_a_bucket_that_does_not_exist_is_away(app: Flask, s3: S3, settings_from: Any, tmp_path: Path) -> None:
    url = s3.bucket().replace("bucket-", "none-")
    keep_in(app, settings_from(tmp_path, STORAGE_URL=url).bucket)
    with pytest.raises(storage.StorageAway):
        storage.put(storage.new_key("documents"), b"data")
    assert not storage.answers()


@in_a_folder
def test_a_job_waits_for_a_bucket_that_is_away_and_that_counts_as_no_failure(app: Flask, gate: Gate) -> None:
    key = storage.new_key("documents")
    storage.put(key, b"data")
    jobs.handler("read_a_file")(lambda key: storage.read(key))
    gate.shut()
    jobs.enqueue("read_a_file", now=now(), key=key)
    jobs.run_due()
    waiting = db.session.query(Job).one()
    assert (waiting.state, waiting.attempts, waiting.run_after > now()) == (JobState.WAITING, 0, True)
    del jobs.HANDLERS["read_a_file"]


@in_a_folder
def test_a_page_that_needs_a_bucket_that_is_away_says_so_and_when_to_come_again(
    app: Flask, gate: Gate, client: Visitor
) -> None:
    app.view_functions["home.robots"], kept = (
        lambda: storage.read(storage.new_key("x")),
        app.view_functions["home.robots"],
    )
    gate.shut()
    try:
        answer = client.get("/robots.txt")
    finally:
        app.view_functions["home.robots"] = kept
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")

"""What a process that is killed leaves behind: parts of files, work in hand; and rows that name a file that is gone."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.factories import make_export, make_hr
from tests.visitor import Visitor, sign_in
from tracker.models import Export
from tracker.plumbing import scratch, storage
from tracker.plumbing.database import db
from tracker.plumbing.jobs import run_due
from tracker.plumbing.scratch import scratch as work_in_hand
from tracker.plumbing.storage import StorageAway
from tracker.plumbing.upkeep import sweep_files


def test_a_part_of_a_file_whose_writer_was_killed_is_swept_after_a_day(app: Flask, now: datetime) -> None:
    """As the library leaves it: beside its place, with a number, and in no list."""
    key = storage.new_key("documents")
    storage.put(key, b"whole")
    part = app.config["TRACKER"].files_dir / f"{key}#1"
    part.write_bytes(b"ha")
    sweep_files()
    assert part.exists()
    with time_machine.travel(now + timedelta(days=2)):
        sweep_files()
    assert not part.exists()


def test_work_in_hand_of_a_killed_worker_goes_after_a_day(app: Flask, now: datetime) -> None:
    folder = app.config["TRACKER"].data_dir / "scratch"
    with work_in_hand() as mine:
        (mine / "original").write_bytes(b"%PDF- a curriculum vitae")
        left = folder / "left"
        left.mkdir()
        (left / "original").write_bytes(b"%PDF- another")
        os.utime(left, times=(now.timestamp() - 90_000,) * 2)
        scratch.clear(now)
        assert [path.name for path in folder.iterdir()] == [mine.name]
    assert list(folder.iterdir()) == []


def test_work_that_would_fill_the_disk_waits(app: Flask) -> None:
    with pytest.raises(StorageAway), work_in_hand(room=2**60):
        pass


def exported() -> tuple[Export, Path]:
    hr = make_hr()
    key = storage.new_key("exports")
    storage.put(key, b"rows")
    return make_export(hr, storage_key=key), Path(key)


def test_an_export_that_is_deleted_loses_its_file_only_after_the_commit(app: Flask, client: Visitor) -> None:
    export, key = exported()
    hr = make_hr()
    export.person_id = hr.id
    sign_in(client, hr)
    assert client.post(f"/desk/exports/{export.id}/delete").status_code == 303
    assert storage.exists(str(key))
    run_due()
    assert (storage.exists(str(key)), db.session.scalar(select(Export.id))) == (False, None)


def test_a_row_whose_file_is_gone_is_a_page_that_says_so_and_no_fault(app: Flask, client: Visitor) -> None:
    export, key = exported()
    hr = make_hr()
    export.person_id = hr.id
    storage.delete(str(key))
    sign_in(client, hr)
    assert client.get(f"/desk/exports/{export.id}/file").status_code == 404

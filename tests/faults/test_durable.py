"""Power loss: an answer is given after the commit has been synced to the disk."""

import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.faults.book import Finding, rounds, write_down
from tests.faults.deeds import comment, upload
from tests.faults.institute import Institute
from tests.servers import served
from tracker.plumbing.database import db

FAULT = "power loss"


@pytest.mark.engines
def test_the_database_is_told_to_sync_before_it_says_done(app: Flask, engine_name: str) -> None:
    """Whatever the server itself is set to: the one of the tests does not sync for others."""
    if engine_name == "postgresql":
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
        return
    kept = [db.session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode")]
    assert kept == [2, "wal"]


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_every_acknowledged_form_was_synced_before_its_answer_left(tmp_path: Path) -> None:
    """Seen in the calls to the kernel: since the answer before, the log of the database was synced."""
    times = rounds(6)
    with Institute.opened(tmp_path / "data") as here:
        deeds = [make(here) for make in (comment, upload) for _ in range(times)]
        here.close_up()
        with served(here.folder, **here.names, WORKERS="1") as (server, address):
            calls = tmp_path / "calls"
            watched = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync,sendto,write,writev", "-o", str(calls)]
            with subprocess.Popen([*watched, "-p", str(server.process.pid)], stderr=subprocess.DEVNULL) as watch:
                try:
                    here.chairing.get(address, "/healthz")
                    if watch.poll() is not None:
                        pytest.skip("this machine does not allow a process to be watched")
                    statuses = [deed.send(address).status for deed in deeds]
                    assert server.stop() == 0
                    # It ends with what it watches. Told to let go of what lives, it waits for every thread of it
                    watch.wait(60)
                finally:
                    watch.kill()
        assert set(statuses) == {303}
        unsynced = answers_without_sync(calls.read_text("utf-8", "replace"))
        files = sum("/files/documents" in line and "fsync" in line for line in calls.read_text().splitlines())
        write_down(
            Finding(
                FAULT,
                "calls of the server to the kernel watched",
                "sqlite",
                len(deeds),
                len(deeds),
                len(unsynced),
                f"{files} syncs of files and their folders",
            )
        )
        assert unsynced == []
        assert files >= 2 * times


def answers_without_sync(calls: str) -> list[str]:
    synced, found = False, []
    for line in calls.splitlines():
        if "fdatasync" in line or "fsync" in line:
            synced = synced or "tracker.db-wal" in line
        elif "HTTP/1.1 303" in line:
            if not synced:
                found.append(line[:200])
            synced = False
    return found

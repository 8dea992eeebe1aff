"""The disk is full: writing is refused cleanly, reading goes on, and with room again everything goes on by itself."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.faults.book import Finding, rounds, write_down
from tests.faults.deeds import KINDS, Deed
from tests.faults.institute import Institute
from tests.servers import served
from tracker.models import Session
from tracker.plumbing.clock import now
from tracker.plumbing.database import db

FAULT = "disk full"
SIZE = "24m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, too small for much."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow a small disk to be mounted")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    """To the last byte."""
    with (place / "ballast").open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_a_full_disk_refuses_forms_shows_pages_and_is_over_when_there_is_room(small_disk: Path) -> None:
    """Database, files, mails and the server's own temporary files stand on it."""
    times = rounds(2)
    (small_disk / "tmp").mkdir()
    with Institute.opened(small_disk / "data") as here:
        deeds = [make(here) for make in KINDS.values() for _ in range(times)]
        db.session.execute(update(Session).values(seen_at=now() - timedelta(hours=1)))
        here.close_up()
        seen: Counter[int] = Counter()
        problems: list[str] = []
        os.environ["TMPDIR"] = str(small_disk / "tmp")
        try:
            with served(here.folder, **here.names) as (server, address):
                for number in range(times):
                    fill(small_disk)
                    for deed in deeds[number::times]:
                        problems += refused(deed, address, seen)
                    for path in ("/", "/positions", "/healthz"):
                        status = here.chairing.get(address, path).status
                        problems += [] if status == 200 else [f"{path} says {status} on a full disk"]
                    (small_disk / "ballast").unlink()
                    for deed in deeds[number::times]:
                        status = deed.send(address).status
                        problems += [] if status < 400 else [f"{deed.kind} says {status} with room again"]
                assert server.stop() == 0
        finally:
            del os.environ["TMPDIR"]
        problems += [f"{deed.kind} is there {deed.times()} times" for deed in deeds if deed.times() != 1]
        problems += here.finish_jobs() + here.torn() + here.posted() + here.after_the_sweep()
        answers = ", ".join(f"{number} × {status}" for status, number in sorted(seen.items()))
        write_down(
            Finding(FAULT, f"a disk of {SIZE}", "sqlite", times, len(deeds), len(problems), f"answers: {answers}")
        )
    assert problems == []


def refused(deed: Deed, address: str, seen: Counter[int]) -> list[str]:
    """What it says on a full disk: come back, or, where a little room was left, that it is done."""
    answer = deed.send(address)
    seen[answer.status] += 1
    if answer.status == 503 and "Retry-After" in answer.headers:
        return []
    return [] if answer.is_yes else [f"{deed.kind} says {answer.status} on a full disk"]

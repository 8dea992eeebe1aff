"""Room for work in hand, beside the data of this machine; what a killed process left there goes after a day."""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from tracker.plumbing.storage import StorageAway

KEPT = timedelta(days=1)
"""Longer than any work takes."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def _place() -> Path:
    place: Path = current_app.config["TRACKER"].data_dir / "scratch"
    return place


@contextmanager
def scratch(*, room: int = 0) -> Iterator[Path]:
    """A folder of one's own, gone afterwards; StorageAway where the disk has not that many bytes left, or runs full.

    Asked beforehand, since a program that fails for want of room may well find fault with the file it reads.
    """
    place = _place()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(place).free < room:
            raise StorageAway("no room for work in hand")
        with tempfile.TemporaryDirectory(dir=place) as folder:
            yield Path(folder)
    except OSError as error:
        if error.errno in FULL:
            raise StorageAway("no room for work in hand") from error
        raise


def clear(now: datetime) -> None:
    for left in _place().glob("*"):
        if datetime.fromtimestamp(left.stat().st_mtime, UTC) < now - KEPT:
            shutil.rmtree(left, ignore_errors=True)

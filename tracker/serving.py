"""The embedded server: the web and the jobs in one process, which ends when it is told to, after what is in hand."""

import ctypes
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from tracker.plumbing import memory
from tracker.plumbing.runner import Runner, start_embedded
from tracker.plumbing.settings import Settings

THREADS = 20
"""More than can work at once: those that wait for the database's one writer must not keep pages from being served."""
PATIENCE = 15.0
"""Seconds that requests and jobs in hand may take to finish once we are told to stop."""
LAST_WORDS = 0.5
"""Seconds in which who was already let in may still say what they came for."""
QUEUED = 32
PIECE = 256 * 1024
"""Bytes of a body that are taken at a time; by the few that waitress takes of itself, a file costs a core."""
SO_ATTACH_FILTER = 26
"""Of Linux; the socket module has no name for it."""


class WebServer:
    """Waitress, with an end in which no request that was begun fails: stop listening, answer, close."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        settings: Settings = app.config["TRACKER"]
        self._map: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._map,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            connection_limit=1000,
            channel_timeout=60,
            recv_bytes=PIECE,
            inbuf_overflow=2 * PIECE,
            asyncore_use_poll=True,
            max_request_body_size=2 * app.config["MAX_CONTENT_LENGTH"],
            clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
            url_scheme=urlsplit(settings.base_url).scheme,
        )
        self._ending = threading.Event()

    def stop(self) -> None:
        """Begin the end; safe to call from a signal handler."""
        self._ending.set()
        for listener in self._listeners():
            listener.pull_trigger()

    def run(self) -> None:
        """Serve until `stop`."""
        while not self._ending.is_set():
            self._turn()
        self._drain()

    def _turn(self, timeout: float = 1.0) -> None:
        wasyncore.loop(timeout=timeout, use_poll=True, map=self._map, count=1)

    def _drain(self) -> None:
        for listener in self._listeners():
            let_nobody_in(listener.socket)
        for _ in range(QUEUED):  # each turn takes in one connection that waits
            self._turn(0.0)
        for listener in list(self._listeners()):
            wasyncore.dispatcher.close(listener)
        begun = time.monotonic()
        while (self._busy() or time.monotonic() < begun + LAST_WORDS) and time.monotonic() < begun + PATIENCE:
            self._turn(0.05)
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map, ignore_all=True)

    def _listeners(self) -> Iterator[Any]:
        return (one for one in list(self._map.values()) if isinstance(one, BaseWSGIServer))

    def _busy(self) -> bool:
        channels = [one for one in list(self._map.values()) if isinstance(one, HTTPChannel)]
        return any(one.requests or one.request is not None or one.total_outbufs_len for one in channels)


def let_nobody_in(listener: socket.socket) -> None:
    """Have the kernel overlook whoever comes from now on, while those who wait at the door can still be taken in.

    To close a socket that listens resets every connection that waits in it, and one more may come between the last
    look and the closing. A filter that drops all makes newcomers knock again, and hear that the door is closed.
    """
    if sys.platform != "linux":
        return
    drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(drop_all)))


def on_signal_to_stop(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM and on Ctrl+C; a second Ctrl+C ends at once."""

    def told(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def serve(app: Flask, *, host: str, port: int, ready: Callable[[], None]) -> None:
    """Web and jobs until told to stop; `ready` is called once requests are answered."""
    web = WebServer(app, host=host, port=port)
    runner = start_embedded(app)
    memory.settle()
    on_signal_to_stop(web.stop)
    ready()
    try:
        web.run()
    finally:
        runner.stop(PATIENCE)


def work(app: Flask, *, ready: Callable[[], None]) -> None:
    """Jobs alone, until told to stop; the jobs in hand are finished first."""
    settings: Settings = app.config["TRACKER"]
    told = threading.Event()
    on_signal_to_stop(told.set)
    runner = Runner(app, settings.workers).start()
    memory.settle()
    ready()
    while not told.wait(1.0):
        pass
    runner.stop()

"""The line to Redis, which machines share: used where one is set, and done without while it does not answer."""

import hashlib
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app

from tracker.plumbing.later import redis
from tracker.plumbing.settings import Settings

NAME = "tracker.redis"
PATIENCE = 0.5
"""Seconds for each answer: nobody's request may wait for what it can do without."""
PAUSE = 5.0
"""Seconds in which a line that was found dead is not tried again."""
T = TypeVar("T")
log = structlog.get_logger("tracker.redis")


class LineState(StrEnum):
    UNSET = "unset"
    ANSWERS = "answers"
    AWAY = "away"


class RedisLine:
    """Opened at first use; safe to share among threads, and over a fork."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.redis_url
        self.prefix = "tracker:" + hashlib.sha256(settings.base_url.encode()).hexdigest()[:8]
        """So that two sites can share one server."""
        self._dead_until = 0.0
        self._client: redis.Redis | None = None

    @property
    def client(self) -> "redis.Redis":
        if self._client is None:
            self._client = redis.Redis.from_url(
                self.url,
                socket_connect_timeout=PATIENCE,
                socket_timeout=PATIENCE,
                retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
            )
        return self._client

    @property
    def is_worth_trying(self) -> bool:
        return bool(self.url) and time.monotonic() >= self._dead_until

    def ask(self, what: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """What Redis says to `what`; `otherwise` where there is none or it does not answer."""
        if self.is_worth_trying:
            try:
                return what()
            except (redis.RedisError, OSError) as error:
                self._dead_until = time.monotonic() + PAUSE
                log.warning("redis is away; done without for now", kind=type(error).__name__)
        return otherwise()

    def state(self) -> LineState:
        if not self.url:
            return LineState.UNSET
        return self.ask(lambda: LineState.ANSWERS if self.client.ping() else LineState.AWAY, lambda: LineState.AWAY)

    def tell(self, channel: str) -> None:
        """Wake whoever listens on any machine; lost while Redis is away."""
        self.ask(lambda: self.client.publish(f"{self.prefix}:{channel}", "now"), lambda: 0)

    def listen(self, channel: str, heard: Callable[[], object], ending: threading.Event) -> None:
        """Call `heard` at each word, and once after each new connection, for what was missed; until `ending`."""
        while self.url and not ending.is_set():
            try:
                self._listen(channel, heard, ending)
            except (redis.RedisError, OSError) as error:
                log.warning("nothing is heard from redis", kind=type(error).__name__)
                ending.wait(PAUSE)

    def _listen(self, channel: str, heard: Callable[[], object], ending: threading.Event) -> None:
        with self.client.pubsub() as line:  # type: ignore[no-untyped-call]  # it has no types
            line.subscribe(f"{self.prefix}:{channel}")
            while not ending.is_set():
                if line.get_message(timeout=PATIENCE):
                    heard()


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions[NAME] = RedisLine(settings)


def line_of(app: Flask) -> RedisLine:
    line: RedisLine = app.extensions[NAME]
    return line


def the_line() -> RedisLine:
    app: Any = current_app
    return line_of(app)

"""Templates are compiled once in a process, however many requests want the same one at the same moment.

Jinja lets each of them compile it: after a start under load twenty threads did the same work, and nobody was answered.
"""

import threading
from typing import Any

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from jinja2 import BytecodeCache, Environment, Template
from jinja2.bccache import Bucket


class OneAtATime(DispatchingJinjaLoader):
    """Whoever waits for a template that another compiles finds it made."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._hand = threading.RLock()

    def load(self, environment: Environment, name: str, values: Any = None) -> Template:
        with self._hand:
            return super().load(environment, name, values)


class Made(BytecodeCache):
    """What was compiled, by the template and its source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def init_app(app: Flask) -> None:
    app.jinja_env.loader = OneAtATime(app)
    app.jinja_env.bytecode_cache = Made()

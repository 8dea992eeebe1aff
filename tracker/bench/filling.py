"""Makes the applications that the bench measures with: a demo by the rooms' own acts, then copies of it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog
from flask import Flask

from tracker import create_app, installing
from tracker.bench.copying import multiply
from tracker.demo import build
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.settings import load_settings

SEED = 1
ORIGINALS = 600
"""Applications that are made one by one; of every kind there are some."""
Progress = Callable[[int, int], object]


@contextmanager
def opened(environ: Mapping[str, str]) -> Iterator[Flask]:
    """An application with these settings, in its context; its log costs what it costs, and goes nowhere."""
    app = create_app(load_settings(environ))
    before = structlog.get_config()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        structlog.configure(logger_factory=lambda *names: structlog.PrintLogger(nowhere))
        try:
            with app.app_context():
                yield app
                db.session.rollback()
                db.engine.dispose()
        finally:
            structlog.configure(**before)


def bring_up_to_date() -> None:
    """Applications that were kept may be older than the program."""
    installing.prepare(now=now())


def fill(environ: Mapping[str, str], applications: int, progress: Progress) -> None:
    """Into an empty database."""
    with opened(environ):
        installing.prepare(now=now())
        build(applications=min(ORIGINALS, applications), seed=SEED, now=now(), progress=progress)
        if applications > ORIGINALS:
            multiply(applications, seed=SEED, progress=progress)

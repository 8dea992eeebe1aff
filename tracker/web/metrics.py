"""Measures of requests for Prometheus, taken only where a token is set with which somebody may ask for them."""

import hmac
import os
import time
from typing import Any

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from tracker.plumbing.database import db
from tracker.plumbing.engines import sides_of
from tracker.plumbing.settings import Settings

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OWN = CollectorRegistry()
"""Of this process. Under gunicorn all processes write to files in one folder instead (see gunicorn.conf.py)."""
REQUESTS = Histogram(
    "tracker_request_seconds",
    "Requests by route, method and status, and how long they took.",
    ("route", "method", "status"),
    buckets=SECONDS,
    registry=OWN,
)
CONNECTIONS = Gauge(
    "tracker_database_connections",
    "Connections to the database that are in use.",
    registry=OWN,
    multiprocess_mode="livesum",
)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


def registry() -> CollectorRegistry:
    """What to ask: every process of this server, or this one alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return OWN
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # it has no types
    return together


def may_ask() -> bool:
    """Whether the request carries the token."""
    settings: Settings = current_app.config["TRACKER"]
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return hmac.compare_digest(given, f"Bearer {settings.metrics_token}".encode())


def init_app(app: Flask, settings: Settings) -> None:
    if not settings.metrics_token:
        return

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "begun" in g:
            method = request.method if request.method in METHODS else "other"
            REQUESTS.labels(request.endpoint or "none", method, str(response.status_code)).observe(
                time.perf_counter() - g.begun
            )
            pools: Any = [side.pool for side in sides_of(db.engine)]
            CONNECTIONS.set(sum(pool.checkedout() for pool in pools))
        return response

"""Logs: one JSON line each, in UTC; who, what, on which id, from where. Never what a person wrote or a secret."""

import logging
import re
import secrets
import sys
import time
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, g, request
from sqlalchemy import inspect

from tracker.plumbing.settings import Settings

PRIVATE = re.compile("password|token|secret|email|name|text|cookie|authorization|letter|answer", re.IGNORECASE)
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
KEPT = frozenset({"logger_name", "job_name", "exception_name"})


def without_private(logger: object, method: str, line: Any) -> Any:
    """Whatever is called like something personal is not written, however it came here."""
    for key in line:
        if key not in KEPT and PRIVATE.search(key):
            line[key] = "[not logged]"
    return line


def only_where(logger: object, method: str, line: Any) -> Any:
    """An exception as its type and the places it passed: its message may hold what a person typed."""
    problem = line.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()
    if isinstance(problem, BaseException):
        problem = (type(problem), problem, problem.__traceback__)
    if problem and problem[0] is not None:
        line["error"] = problem[0].__name__
        line["at"] = _places(problem[2])
    return line


def _places(trace: Any) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    only_where,
    without_private,
]


class _Lines:
    """Standard error, which may be a file on a full disk: then a line is lost, and nothing else."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def configure(level: str) -> None:
    """Every line of the program and its libraries goes to stderr as JSON."""
    structlog.configure(
        processors=[*SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *names: structlog.PrintLogger(_Lines()),  # type: ignore[arg-type]  # has what is asked of a file
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_Lines())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not getattr(one, "is_trackers", False)] + [handler]
    handler.is_trackers = True  # type: ignore[attr-defined]  # a mark of ours
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))


def init_app(app: Flask, settings: Settings) -> None:
    configure("ERROR" if app.testing or app.config.get("TESTING") else settings.log_level)
    log = structlog.get_logger("tracker.web")

    @app.before_request
    def begin() -> None:
        g.request_id, g.asked_at = request_id(settings), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request=g.request_id, method=request.method, route=str(request.url_rule or "")
        )

    @app.after_request
    def end(response: Any) -> Any:
        if "request_id" not in g:
            return response
        response.headers["X-Request-ID"] = g.request_id
        took = round((time.perf_counter() - g.asked_at) * 1000, 1)
        log.info("answered", status=response.status_code, address=request.remote_addr, ms=took, person=who_asked())
        return response


def request_id(settings: Settings) -> str:
    """The proxy's, where one is trusted and its id is a plain one; else our own."""
    given = request.headers.get("X-Request-ID", "")
    if settings.trusted_proxies and PLAIN_ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def who_asked() -> str | None:
    """The id of the signed-in person, where the request found out who that is; without asking the database."""
    person = g.get("_login_user")
    state = inspect(person, raiseerr=False)
    identity = getattr(state, "identity", None)
    return str(identity[0]) if identity else None

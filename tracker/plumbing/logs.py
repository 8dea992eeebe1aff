"""Logs: one JSON line each, in UTC; who, what, on which id, from where. Never what a person wrote or a secret."""

import logging
import secrets
import sys
from typing import Any

import structlog
from flask import Flask, request

from tracker.plumbing.settings import Settings

PRIVATE = ("password", "token", "secret", "email", "name", "text", "cookie", "authorization", "letter", "answer")
KEPT = frozenset({"logger_name", "job_name", "exception_name"})


def without_private(logger: object, method: str, line: Any) -> Any:
    """Whatever is called like something personal is not written, however it came here."""
    for key in line:
        if key not in KEPT and any(part in key.lower() for part in PRIVATE):
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


def configure(level: str) -> None:
    """Every line of the program and its libraries goes to stderr as JSON."""
    structlog.configure(
        processors=[*SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
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
    handler.is_trackers = True  # type: ignore[attr-defined]
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))


def init_app(app: Flask, settings: Settings) -> None:
    configure("ERROR" if app.testing or app.config.get("TESTING") else settings.log_level)

    @app.before_request
    def begin() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request=secrets.token_hex(6), method=request.method, route=str(request.url_rule or "")
        )

    @app.after_request
    def end(response: Any) -> Any:
        structlog.get_logger("tracker.web").info("answered", status=response.status_code, address=request.remote_addr)
        return response

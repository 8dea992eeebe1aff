"""Errors in one hand: a domain refusal becomes its status and a plain sentence; a fault of ours a reference number."""

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.plumbing.database import db
from tracker.plumbing.i18n import spoken
from tracker.plumbing.storage import Missing, StorageAway
from tracker.rules.refusals import Refusal
from tracker.rules.sentences import say

log = structlog.get_logger(__name__)
PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def answer(status: int, message: str | None = None, reference: str | None = None) -> Response:
    """An error as the asker can read it: JSON for a script of the page, the page otherwise."""
    db.session.rollback()
    g.bare = status >= 500
    if wants_json():
        response = jsonify(message=message or HTTPStatus(status).phrase, reference=reference)
    else:
        page = status if status in PAGES else (500 if status >= 500 else 404)
        name = {400: 422, 401: 403, 405: 404}.get(page, page)
        response = make_response(render_template(f"errors/{name}.html", message=message, reference=reference))
    response.status_code = status
    return response


def refused(refusal: Refusal) -> Response:
    response = answer(refusal.status, spoken(refusal.sentence))
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    return response


def http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    said = (
        error.description
        if error.code in {400, 409, 413, 422} and error.description != type(error).description
        else None
    )
    return answer(error.code, said)


def stale(error: StaleDataError) -> Response:
    return answer(409, spoken(say("Somebody changed this in the meantime. Look at it as it is now, and try again.")))


def does_not_fit(error: DataError) -> Response:
    """A value no column takes, such as NUL in a text or a number beyond bounds: the sender's, no fault of ours."""
    log.warning("value does not fit", kind=type(error.orig).__name__)
    return answer(422, spoken(say("Something in this address or form is longer, larger or other than can be kept.")))


def database_away(error: DBAPIError) -> Response:
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return fault(error)
    log.error("database away", kind=type(error.orig).__name__)
    response = answer(503)
    response.headers["Retry-After"] = "5"
    return response


def too_busy(error: PoolExhausted) -> Response:
    """More requests at once than connections to the database, and none came free in time."""
    log.error("every connection to the database is taken")
    response = answer(503)
    response.headers["Retry-After"] = "5"
    return response


def file_missing(error: Missing) -> Response:
    """A row names a file that is not there: the doctor and the sweep look for those, the asker gets none."""
    log.error("file missing", key=str(error))
    return answer(404)


def storage_away(error: StorageAway) -> Response:
    log.error("storage away", kind=str(error))
    response = answer(503)
    response.headers["Retry-After"] = "30"
    return response


def fault(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, exc_info=error)
    return answer(500, reference=reference)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(DataError, does_not_fit)
    app.register_error_handler(DBAPIError, database_away)
    app.register_error_handler(PoolExhausted, too_busy)
    app.register_error_handler(Missing, file_missing)
    app.register_error_handler(StorageAway, storage_away)
    if not app.testing:
        app.register_error_handler(Exception, fault)

"""One request is one transaction: begun as reading or writing, committed at the edge, or rolled back whole."""

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from tracker.plumbing import database
from tracker.plumbing.database import db
from tracker.web import once
from tracker.web.sessions import SAFE


class OneTransaction(Flask):
    """Commits inside the dispatch, so that what the commit itself refuses meets the error handlers."""

    def dispatch_request(self) -> ResponseReturnValue:
        response: Response = self.make_response(super().dispatch_request())
        if response.status_code >= 400:
            db.session.rollback()
        elif request.method in SAFE:
            db.session.close()  # a rollback would mark all that was read as out of date, for nobody
        else:
            response = once.keep(response)
            db.session.commit()
        return response

    def finalize_request(self, rv: ResponseReturnValue | HTTPException, from_error_handler: bool = False) -> Response:
        response: Response = self.make_response(rv)
        if 400 <= response.status_code < 500:
            response = once.instead_of(response)
        return super().finalize_request(response, from_error_handler)


def begin() -> None:
    if "\x00" in request.path or any("\x00" in part for pair in request.args.items(multi=True) for part in pair):
        abort(404)  # no address of ours holds one, and engines differ in what they make of it
    if request.mimetype != "multipart/form-data":
        request.max_content_length = request.max_form_memory_size  # only what carries a file may be larger
    if request.method not in SAFE:
        database.writing(db.session)
        once.begin()


def init_app(app: Flask) -> None:
    app.before_request(begin)

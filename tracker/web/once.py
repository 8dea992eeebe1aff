"""A form sent twice is one thing: a double click, the back button, a retry after a time-out find the first answer.

Every form carries a key made with its page. What a form with a key has done and where its answer led are kept in one
transaction; the second sending, whether it comes later or at the same moment, is undone and led to the same place.
"""

import hashlib
import secrets
from typing import IO, Any, cast

from flask import Flask, Response, flash, g, redirect, request, session
from markupsafe import Markup
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from wtforms.widgets import HiddenInput

from tracker.models import SentForm, id_from, new_id
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, has_written, id_of
from tracker.web.access import me
from tracker.web.csrf import token
from tracker.web.sessions import SAFE

FIELD = "form_key"
LONGEST = 64
PIECE = 256 * 1024
_into_sent_forms = insert(db.metadata.tables[SentForm.__tablename__])
PASSING = frozenset({"_flashes", "csrf_token"})
"""What a session holds that says nothing of who is signed in."""


def form_key() -> Markup:
    """The hidden field, with the key of this page."""
    if "form_key" not in g:
        g.form_key = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, secrets.token_urlsafe(12))
    return cast(Markup, g.form_key)


def form_marks() -> Markup:
    """What every form of a page carries: the token against forgery, and the key."""
    if "form_marks" not in g:
        g.form_marks = Markup('<input type="hidden" name="csrf_token" value="{}">').format(token()) + form_key()
    return cast(Markup, g.form_marks)


class TokenAndKey(HiddenInput):
    """The token against forgery, and beside it the key."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        token: Markup = super().__call__(field, **kwargs)
        return token + form_key()


def begin() -> None:
    """Before the first statement: to read large files takes long, and nobody waits for that."""
    g.session_was = _lasting()
    g.hashes_of_files = [
        (name, file.filename or "", _hash_of(file.stream)) for name, file in request.files.items(multi=True)
    ]


def keep(response: Response) -> Response:
    """Keep where the answer leads, before the commit; where this form has an answer already, undo and give that."""
    mark = _mark()
    if mark is None or not response.location or _lasting() != g.get("session_was"):
        return response
    db.session.flush()
    if not has_written(db.session()):
        return response
    said = [{"category": category, "text": text} for category, text in session.get("_flashes", ())]
    try:
        _write(mark, response.location, said)
    except IntegrityError:
        db.session.rollback()
        return _first_answer(mark) or response
    return response


def instead_of(refusal: Response) -> Response:
    """A form that finds everything done by its own first sending is refused; its sender gets the first answer."""
    mark = _mark()
    return (_first_answer(mark) if mark is not None else None) or refusal


def id_to_make() -> str:
    """The id of what this very form makes: the same where it is sent again, so that the database refuses a second one.

    For a form that signs in: its answer is a session, which cannot be given a second time.
    """
    mark = _mark()
    return id_from(hashlib.sha256(f"thing {mark}".encode()).digest()) if mark is not None else new_id()


def _write(mark: str, location: str, said: list[dict[str, str]]) -> None:
    """Straight into the table, as every form does: by way of the session it takes three times as long."""
    row = {"mark": mark, "location": location, "said": said, "at": now()}
    db.session.connection().execute(_into_sent_forms, row)


def _first_answer(mark: str) -> Response | None:
    first = db.session.execute(select(SentForm.location, SentForm.said).where(SentForm.mark == mark)).first()
    db.session.rollback()
    if first is None:
        return None
    session.pop("_flashes", None)
    for one in first.said:
        flash(one["text"], one["category"])
    answer: Any = redirect(first.location, 303)
    return answer  # type: ignore[no-any-return]  # Flask's, from a function of werkzeug


def _mark() -> str | None:
    """What this sending is known by; None for one without a key, or that no page of ours sent."""
    if request.method in SAFE or not g.get("csrf_valid", False):
        return None
    key = request.form.get(FIELD, "")
    if not key or len(key) > LONGEST:
        return None
    person = me()
    sender = id_of(person) if person is not None else str(session.get("csrf_token", ""))
    digest = hashlib.sha256()
    for part in (sender, request.full_path, key, *_filled_in()):
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return digest.hexdigest()


def _filled_in() -> list[str]:
    """Names and values, with each file as the hash of its bytes; not the token, which changes by the second."""
    fields = [part for name, value in request.form.items(multi=True) if name != "csrf_token" for part in (name, value)]
    return fields + [part for file in g.hashes_of_files for part in file]


def _hash_of(stream: IO[bytes]) -> str:
    """Of the whole file, which is left as it was found."""
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def _lasting() -> dict[str, Any]:
    return {name: value for name, value in session.items() if name not in PASSING}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(form_key=form_key, form_marks=form_marks)

"""A browser for tests: each request in a context of its own, with the CSRF token that its session asks for."""

import hashlib
import secrets
from collections.abc import Callable
from contextvars import Context
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.factories.people import make_session
from tracker.models import Person
from tracker.plumbing.database import db

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Visitor(FlaskClient):
    """Rows the test has made are committed before each request, as another process would find them."""

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        db.session.commit()
        method = str(kwargs.get("method", "GET")).upper()
        if csrf and method not in SAFE:
            headers = dict(kwargs.get("headers") or {})
            headers.setdefault("X-CSRFToken", self.csrf_token())
            kwargs["headers"] = headers
        kwargs.setdefault("buffered", True)  # a stream is read inside its own context
        # The test's own application context would be taken for the request's, with its session and its person.
        return Context().run(super().open, *args, **kwargs)

    def csrf_token(self) -> str:
        """As the page would hold it."""

        def token() -> str:
            with self.session_transaction() as cookie:
                raw = cookie.setdefault("csrf_token", hashlib.sha1(secrets.token_bytes(32)).hexdigest())
            signed: str | bytes = URLSafeTimedSerializer(
                self.application.secret_key or "", salt="wtf-csrf-token"
            ).dumps(raw)
            return signed if isinstance(signed, str) else signed.decode()

        return Context().run(token)


SignedIn = Callable[[Person], Visitor]
"""The fixture `signed_in`: a visitor with an open session of that person."""


def sign_in(client: FlaskClient, person: Person, *, now: datetime | None = None, with_factor: bool = False) -> str:
    """Open a session for the person and hand its key to the client's cookie, as the sign-in page does."""
    key = make_session(person, now=now, with_factor=with_factor)
    db.session.commit()

    def set_cookie() -> None:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True

    Context().run(set_cookie)
    return key

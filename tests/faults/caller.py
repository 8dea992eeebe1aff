"""Somebody who is signed in and speaks to a served instance over a connection that may break at any moment."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from tests.factories.people import make_session
from tracker.models import Person

BOUNDARY = "wUZ7bqfG3cXy"


class Lost(Exception):
    """The connection broke; nobody knows what was done."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_yes(self) -> bool:
        return self.status < 400


class Caller:
    """Cookie and token are made with the key of the installation, as its own pages would hand them out."""

    def __init__(self, app: Flask, person: Person) -> None:
        raw = hashlib.sha1(secrets.token_bytes(32)).hexdigest()
        cookie = {"_user_id": make_session(person), "_fresh": True, "csrf_token": raw}
        signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        self.name = person.name
        self._headers = {
            "Cookie": f"session={signer.dumps(cookie)}",
            "X-CSRFToken": str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw)),
        }

    def get(self, address: str, path: str, *, patience: float = 60) -> Answer:
        return self._ask(address, "GET", path, None, {}, patience)

    def post(
        self,
        address: str,
        path: str,
        data: Mapping[str, str],
        *,
        file: tuple[str, bytes] | None = None,
        json: bool = False,
        patience: float = 60,
    ) -> Answer:
        """`file`: the name of its field, and its bytes."""
        headers = {"Accept": "application/json"} if json else {}
        if file is None:
            body, kind = urlencode(data).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = multipart(data, *file), f"multipart/form-data; boundary={BOUNDARY}"
        return self._ask(address, "POST", path, body, headers | {"Content-Type": kind}, patience)

    def _ask(
        self, address: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str], patience: float
    ) -> Answer:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=patience)
        try:
            connection.request(method, path, body, {**self._headers, **headers})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        except (OSError, HTTPException) as error:
            raise Lost(type(error).__name__) from error
        finally:
            connection.close()


def multipart(data: Mapping[str, str], field: str, content: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="CV.pdf"\r\n'
    parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()]
    return b"".join(parts)

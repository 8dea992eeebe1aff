"""A real OpenID provider in a process of its own, and a dishonest one that sits before it."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession
from werkzeug.test import TestResponse

from tests.mail_server import free_port
from tests.visitor import Visitor
from tracker.models import Identity
from tracker.plumbing.vouching import Provider as ProviderSettings

Claim = str | int | bool | list[str] | None


@dataclass
class Provider:
    issuer: str

    def knows(self, subject: str, **claims: Claim) -> None:
        """What it says of this person from now on."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def consents(self, address: str, subject: str) -> str:
        """Signs in there as the subject; gives the path to which it sends the browser back."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        return path_of(answer.headers["Location"])


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def enter_with(client: Visitor, provider: Provider, subject: str, key: str = "orcid", query: str = "") -> TestResponse:
    """There and back, as a browser goes."""
    there = client.get(f"/sign-in/with/{key}{query}")
    assert there.status_code == 303, there.text
    return client.get(provider.consents(there.location, subject))


@contextmanager
def running() -> Iterator[Provider]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{issuer}/jwks")
        yield Provider(issuer)
    finally:
        process.kill()
        process.wait(10)


def wait_for(address: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            requests.get(address, timeout=5).raise_for_status()
            return
        except requests.RequestException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@dataclass
class Forger(Provider):
    """Passes everything on to an honest provider, under its own name, and does as told to what comes back."""

    forge: Callable[[str, bytes], bytes] = field(default=lambda path, body: body)
    seen: list[dict[str, list[str]]] = field(default_factory=list)
    """The forms that were posted for a token."""


@contextmanager
def forging(honest: Provider) -> Iterator[Forger]:
    class Handler(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            path = urlsplit(self.path).path
            if path == "/oauth2/token":
                forger.seen.append(parse_qs(body.decode()))
            answer = requests.request(
                self.command,
                honest.issuer + self.path,
                data=body,
                headers=dict(self.headers),
                allow_redirects=False,
                timeout=10,
            )
            sent = forger.forge(path, answer.content)
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = handle_request  # noqa: N815 - the names that the library calls

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forger = Forger(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield forger
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def with_claims(**changed: object) -> Callable[[str, bytes], bytes]:
    """Claims changed after signing, so that the signature no longer holds."""

    def forge(path: str, body: bytes) -> bytes:
        if path != "/oauth2/token":
            return body
        token = json.loads(body)
        head, claims, signature = token["id_token"].split(".")
        plain = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | changed
        claims = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")
        return json.dumps(token | {"id_token": f"{head}.{claims}.{signature}"}).encode()

    return forge


def unsigned(path: str, body: bytes) -> bytes:
    """A token that says it needs no signature."""
    if path != "/oauth2/token":
        return body
    token = json.loads(body)
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return json.dumps(token | {"id_token": f"{head}.{token['id_token'].split('.')[1]}."}).encode()


def set_up(app: Flask, *those: ProviderSettings, **more: object) -> None:
    app.extensions.pop("providers", None)
    app.config["TRACKER"] = replace(app.config["TRACKER"], providers=those, **more)


def orcid(issuer: str) -> ProviderSettings:
    return ProviderSettings("orcid", "ORCID", issuer, "our-id", "our-secret", "openid")


def institution(issuer: str, *second_factor: str) -> ProviderSettings:
    name = "SURFconext"
    return ProviderSettings(
        "institution", name, issuer, "inst-id", "secret", "openid profile email", frozenset(second_factor)
    )


def linked(session: DbSession) -> list[tuple[str, str]]:
    session.rollback()
    return [(one.person_id, one.subject) for one in session.scalars(select(Identity).order_by(Identity.linked_at))]

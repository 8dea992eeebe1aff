"""A browser without scripts for the bench: signs in as people do, reads pages, sends forms with their token."""

import re
from contextvars import Context
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEY = re.compile(r'name="form_key"[^>]*value="([^"]+)"')


class Unexpected(Exception):
    """A page answered with another status than the bench counts on."""


class Visitor:
    """One person's browser; each request in a context of its own."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app, TestResponse)
        self.token = ""
        self.key: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> "Visitor":
        self.see("/sign-in")
        self.post("/sign-in", email=email, password=password)
        self.see("/account")
        return self

    def get(self, address: str, status: int = 200) -> TestResponse:
        return self._open(address, status, method="GET")

    def post(self, address: str, status: int = 303, /, **fields: Any) -> TestResponse:
        return self._open(address, status, method="POST", data=fields | {"csrf_token": self.token} | self.key)

    def read_on(self) -> None:
        """What a browser does after a form that was sent: the page that it is led to says what was done, and it is no
        longer kept in the session."""
        self.get("/account")

    def size(self, address: str) -> int:
        """Bytes of the page."""
        return len(self.get(address).data)

    def see(self, address: str) -> TestResponse:
        """A page with a form: its token, and the key of the form where it has one, go with what is sent from now on."""
        page = self.get(address)
        found = TOKEN.search(page.text)
        if found is None:
            raise Unexpected(f"{address} has no form")
        self.token = found.group(1)
        self.key = {"form_key": key[1]} if (key := KEY.search(page.text)) else {}
        return page

    @property
    def session(self) -> str:
        """What another browser sends to be this one."""
        cookie = self.client.get_cookie("session")
        return f"{cookie.key}={cookie.value}" if cookie is not None else ""

    def _open(self, address: str, status: int, **request: Any) -> TestResponse:
        answer = Context().run(self.client.open, address, buffered=True, **request)
        if answer.status_code != status:
            raise Unexpected(f"{request['method']} {address}: {answer.status_code}\n{answer.text[:2000]}")
        return answer

"""Signing in by steps, as a browser does it."""

from werkzeug.test import TestResponse

from tests.factories import PASSWORD
from tests.visitor import Visitor


def enter(client: Visitor, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": "noor@example.org", "password": PASSWORD, **more})


def show(client: Visitor, code: str, **more: str) -> TestResponse:
    return client.post("/sign-in/step", data={"code": code, **more})


def is_in(client: Visitor) -> bool:
    return client.get("/account").status_code == 200


def other_browser(client: Visitor) -> Visitor:
    return Visitor(client.application, client.response_wrapper, use_cookies=True)

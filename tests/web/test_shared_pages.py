"""The language switch on pages that visitors share: it needs no token, and still only this site can post it."""

from typing import Any

import pytest
from flask import Flask

FORM = {"language": "nl", "next": "/positions"}


def test_a_visitor_changes_the_language_on_a_shared_page(app: Flask, client: Any) -> None:
    page = client.get("/positions")
    assert 'action="/language"' in page.text
    done = client.post("/language", data=FORM, headers={"Origin": "http://localhost"}, csrf=False)
    assert (done.status_code, done.headers["Location"]) == (303, "/positions")
    assert '<html lang="nl"' in client.get("/positions").text


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://localhost.evil.example", "http://localhost:99"]
)
def test_another_site_cannot_post_it(app: Flask, client: Any, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert client.post("/language", data=FORM, headers=headers, csrf=False).status_code >= 400


def test_no_other_form_goes_without_a_token(app: Flask, client: Any) -> None:
    headers = {"Origin": "http://localhost"}
    assert client.post("/sign-in", data={}, headers=headers, csrf=False).status_code >= 400
    assert client.post("/language", data={**FORM, "csrf_token": "x"}, headers=headers, csrf=False).status_code >= 400

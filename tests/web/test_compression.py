"""Compression: files and pages for everybody are made small, what holds somebody's secret never."""

import brotli
import pytest
from flask import Flask

from tests.factories import make_hr
from tests.visitor import SignedIn, Visitor

BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize(
    "address", ["/positions", "/styles/paper.css", "/static/js/palette.js", "/static/css/base.css"]
)
def test_what_is_the_same_for_everybody_is_compressed_and_says_the_same(app: Flask, address: str) -> None:
    client = app.test_client()
    with (
        client.get(address, headers={"Accept-Encoding": "identity"}) as plain,
        client.get(address, headers=BROWSER) as small,
    ):
        assert (plain.status_code, plain.headers.get("Content-Encoding")) == (200, None)
        assert (small.status_code, small.headers["Content-Encoding"]) == (200, "br")
        assert brotli.decompress(small.data) == plain.data
        assert ["accept-encoding" in answer.headers["Vary"].lower() for answer in (plain, small)] == [True, True]


def test_a_cache_asks_by_the_mark_of_what_it_has_in_either_form(app: Flask) -> None:
    client = app.test_client()
    for encoding in ("identity", "br"):
        mark = client.get("/positions", headers={"Accept-Encoding": encoding}).headers["ETag"]
        again = client.get("/positions", headers={"Accept-Encoding": encoding, "If-None-Match": mark})
        assert (encoding, again.status_code, again.data) == (encoding, 304, b"")


def test_a_page_with_somebodys_token_goes_as_it_is(app: Flask, signed_in: SignedIn) -> None:
    browser: Visitor = signed_in(make_hr())
    for address in ("/positions", "/desk", "/account"):
        answer = browser.get(address, headers=BROWSER)
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)
    assert app.test_client().get("/sign-in", headers=BROWSER).headers.get("Content-Encoding") is None


def test_a_part_of_a_file_is_that_part(app: Flask) -> None:
    client, address = app.test_client(), "/static/css/base.css"
    with client.get(address) as whole, client.get(address, headers={**BROWSER, "Range": "bytes=100-899"}) as part:
        assert (part.status_code, part.headers.get("Content-Encoding")) == (206, None)
        assert part.data == whole.data[100:900]

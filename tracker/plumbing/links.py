"""Addresses in mails and feeds: always of the configured base, never of the request's Host header."""

from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from flask import current_app
from werkzeug.routing import Map, MapAdapter


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of a page; works in jobs, where there is no request."""
    base: str = current_app.config["TRACKER"].base_url
    return urljoin(base.rstrip("/") + "/", _pages_of(current_app.url_map).build(endpoint, values).lstrip("/"))


@lru_cache(1)
def _pages_of(addresses: Map) -> MapAdapter:
    return addresses.bind("localhost")

"""Addresses in mails and feeds: always of the configured base, never of the request's Host header."""

from typing import Any
from urllib.parse import urljoin

from flask import current_app
from werkzeug.routing import MapAdapter


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of a page; works in jobs, where there is no request."""
    base: str = current_app.config["TRACKER"].base_url
    adapter: MapAdapter = current_app.url_map.bind("localhost")
    return urljoin(base.rstrip("/") + "/", adapter.build(endpoint, values).lstrip("/"))

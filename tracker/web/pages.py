"""What views share: a page or its fragment, safe ways back, files to download."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, render_template, request, stream_with_context

PDF_VIEW = "navpanes=0&pagemode=none&view=FitH"
"""How a browser's reader opens a document inside a page: its width for the page, none for a list of pages."""


def is_fragment() -> bool:
    """htmx asks for a part of the page, not for a page in history."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def page_or_fragment(page: str, fragment: str, **values: Any) -> str:
    """The fragment alone for htmx; the page, which includes it, for everyone else."""
    return render_template(fragment if is_fragment() else page, **values)


def local_path(target: str | None, otherwise: str) -> str:
    """A path of this site to go back to; anything with a host, a scheme or a backslash is not followed."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in target):
        return otherwise
    return target


def attachment(data: bytes | Iterable[bytes], name: str, mimetype: str, *, inline: bool = False) -> Response:
    """A file to keep, or to look at in a sandbox; the name as RFC 6266 wants it, in any script."""
    body: Any = data if isinstance(data, bytes) else stream_with_context(iter_bytes(data))
    response = Response(body, mimetype=mimetype)
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_. ") else "_" for letter in name)
    way = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "private, no-store"
    if inline:
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def iter_bytes(parts: Iterable[bytes]) -> Iterator[bytes]:
    yield from parts

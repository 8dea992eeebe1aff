"""The token on every form, and the one form that does without: it stands on pages that are the same for everybody."""

from urllib.parse import urlsplit

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

WITHOUT_TOKEN = frozenset({"accounts.language"})
"""Stands on pages that visitors share from a cache, where no token can. The browser's Origin answers for it."""


class Protection(CSRFProtect):  # type: ignore[misc]  # it has no types
    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = token
        app.context_processor(lambda: {"csrf_token": token})

    def protect(self, *args: object, **kwargs: object) -> None:
        """Refuse a post without a valid token, unless the form needs none and was sent from a page of this site."""
        if request.endpoint in WITHOUT_TOKEN and "csrf_token" not in request.form and _from_this_site():
            g.csrf_valid = True
            return
        super().protect(*args, **kwargs)


def token() -> str:
    """The one of this request, which every form on its page asks for."""
    return g.csrf_token if "csrf_token" in g else str(generate_csrf())


def _from_this_site() -> bool:
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.host

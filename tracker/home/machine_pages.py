"""What programs ask of the site: is it alive, its colours, what may be crawled; and the page of pieces."""

import hashlib
from dataclasses import asdict
from functools import cache

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response as AnyResponse

from tracker.home.blueprint import blueprint
from tracker.home.brand import stylesheet
from tracker.home.health import health
from tracker.plumbing.clock import now
from tracker.web.access import public, standing

HIDDEN = ("/desk", "/account", "/applications", "/documents", "/link/", "/letter", "/reset", "/verification", "/design")


@blueprint.get("/healthz")
@public
def alive() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    found = health(now=now())
    response = jsonify(ready=found.is_ready, degraded=found.is_degraded, **asdict(found))
    if not found.is_ready:
        response.headers["Retry-After"] = "5"
    return response, 200 if found.is_ready else 503


@blueprint.get("/brand.css")
@public
def brand() -> Response:
    """The institute's colours; kept by browsers and proxies, since the address changes with them."""
    response = Response(_brand(), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.add_etag()
    response.make_conditional(request)
    return response


def _brand() -> str:
    return stylesheet(current_app.config["TRACKER"].accent)


@blueprint.app_template_global()
def brand_address() -> str:
    return url_for("home.brand", v=_mark(current_app.config["TRACKER"].accent))


@cache
def _mark(accent: str) -> str:
    """Another for each stylesheet."""
    return hashlib.sha256(stylesheet(accent).encode()).hexdigest()[:10]


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@blueprint.get("/favicon.ico")
@public
def favicon() -> AnyResponse:
    return redirect(url_for("static", filename="art/mark.svg"))


@blueprint.get("/design")
@public
def design() -> str:
    """Every piece that pages are made of: for developers, and for the administrator of an installation."""
    if not (current_app.debug or current_app.testing or standing().is_admin):
        abort(404)
    return render_template("design/page.html")

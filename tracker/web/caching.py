"""Pages that visitors share: the same for everybody who has not signed in, kept by caches, checked by ETag."""

from typing import Any

from flask import Response, g, make_response, render_template, request, session

from tracker.plumbing.links import absolute
from tracker.web.access import me

SECONDS = 30
"""How long a public page may be kept before it is asked for again; short, since deadlines pass."""


def shared_page(template: str, **values: Any) -> Response:
    """For visitors without token or session, public and with an ETag; for the signed-in a page as any other."""
    g.shared = me() is None and "_flashes" not in session
    response = make_response(render_template(template, url_of=absolute, **values))
    if not g.shared or session.modified:
        return response
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.vary.update(("Accept-Language", "HX-Request"))
    response.add_etag()
    response.make_conditional(request)
    return response

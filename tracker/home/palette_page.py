"""The command palette: whatever one may see, by a few letters."""

from typing import Any

from flask import render_template, request, url_for

from tracker.home.blueprint import blueprint
from tracker.home.palette import found
from tracker.plumbing.clock import now
from tracker.rules.permissions import May
from tracker.web.access import requires, standing
from tracker.web.pages import is_fragment

LONGEST = 100


@blueprint.get("/desk/palette")
@requires(May.SEE_DESK)
def palette() -> str:
    query = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
    groups: list[dict[str, Any]] = found(standing(), query, now=now())
    template = "home/_palette.html" if is_fragment() else "home/palette.html"
    return render_template(template, groups=groups, query=query, home=url_for("home.desk"))

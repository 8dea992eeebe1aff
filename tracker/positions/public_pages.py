"""What anyone may read: the list of positions, and the page of each."""

from typing import Any

from flask import Response, abort, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer, joinedload

from tracker.models import Application, Position
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import language, zone_of_request
from tracker.positions.blueprint import blueprint
from tracker.positions.criteria import criteria_of
from tracker.positions.forms import FUNDINGS, KINDS
from tracker.positions.journey import journey
from tracker.positions.posting import job_posting
from tracker.positions.public_list import Wanted, count_of, positions_page, theme_choices, themes_by_position
from tracker.positions.queries import public_positions
from tracker.rules.countries import country_name
from tracker.rules.deadlines import is_open, is_past
from tracker.web.access import me, public
from tracker.web.caching import shared_page


@blueprint.get("/positions")
@public
def index() -> Response:
    wanted, moment = Wanted.parse(request.args), now()
    page = positions_page(wanted, moment)
    response = shared_page(
        "positions/index.html",
        wanted=wanted,
        page=page,
        count=count_of(wanted, moment),
        themes=themes_by_position([row.id for row in page]),
        theme_choices=theme_choices(),
        kinds=KINDS,
        fundings=FUNDINGS[1:],
        now=moment,
    )
    response.status_code = 422 if wanted.mistaken else response.status_code
    return response


_sought = (
    public_positions()
    .where(Position.id == bindparam("position"))
    .options(joinedload(Position.themes), defer(Position.reasons))
)


@blueprint.get("/positions/<position_id>")
@public
def show(position_id: str) -> Response:
    found = db.session.scalars(_sought, {"position": position_id}).unique().one_or_none() or abort(404)
    return shared_page("positions/show.html", **page_of(found) | {"own": _own_application(found)})


def page_of(position: Position) -> dict[str, Any]:
    """What the public page shows of a position; the preview shows the same."""
    moment = now()
    return {
        "position": position,
        "is_open": position.state == "published" and is_open(position.opens_at, position.closes_at, moment),
        "is_past": is_past(position.closes_at, moment),
        "posting": job_posting(position, moment),
        "steps": journey(position, moment),
        "criteria": criteria_of(position),
        "zone_here": zone_of_request(),
        "country": country_name(position.country, language()),
        "now": moment,
        "preview": False,
        "own": None,
    }


def _own_application(position: Position) -> Any:
    """Id and when it was submitted of the reader's own application here, if there is one."""
    person = me()
    if person is None:
        return None
    mine = select(Application.id, Application.submitted_at).where(
        Application.position_id == position.id, Application.candidate_id == person.id
    )
    return db.session.execute(mine).first()

"""Where everybody begins: the landing for visitors and candidates, the desk for staff."""

from flask import redirect, render_template, url_for
from sqlalchemy import Select, select, update
from werkzeug.wrappers.response import Response

from tracker.home.blueprint import blueprint
from tracker.home.landing import landing_of
from tracker.home.waiting import what_waits
from tracker.models import Notice
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.keyset import ENOUGH
from tracker.rules.permissions import May
from tracker.rules.roles import Standing
from tracker.web.access import Thing, public, requires, somebody, standing


def own_notices(who: Standing) -> Select[Notice]:
    return select(Notice).where(Notice.person_id == (who.person_id or None))


@blueprint.get("/")
@public
def landing() -> str:
    moment = now()
    return render_template("home/landing.html", landing=landing_of(standing(), now=moment), now=moment)


@blueprint.get("/desk")
@requires(May.SEE_DESK)
def desk() -> str:
    tasks = what_waits(standing(), now=now())
    return render_template("home/desk.html", tasks=tasks, ENOUGH=ENOUGH, greeting=_("Desk"))


@blueprint.post("/desk/notices/<notice_id>/read")
@requires(May.SEE_DESK, Thing("notice", own_notices))
def put_aside(notice: Notice) -> Response:
    notice.read_at = now()
    return redirect(url_for("home.desk"), 303)


@blueprint.post("/desk/notices/read")
@requires(May.SEE_DESK)
def put_all_aside() -> Response:
    unread = update(Notice).where(Notice.person_id == somebody().id, Notice.read_at.is_(None))
    db.session.execute(unread.values(read_at=now()).execution_options(synchronize_session=False))
    return redirect(url_for("home.desk"), 303)

"""Exports: asked for, streamed or made by a job, fetched by their owner alone, gone in a day."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.wrappers.response import Response

from tracker.accounts.proving import recently
from tracker.models import Export, Job, Position, new_id
from tracker.plumbing import storage
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.engines import snapshot_of
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import in_language, language
from tracker.plumbing.standing import with_roles
from tracker.positions.queries import visible_positions
from tracker.reports import actions
from tracker.reports.blueprint import blueprint
from tracker.reports.files import csv_lines
from tracker.reports.funnel_views import XLSX
from tracker.reports.tables import What, table
from tracker.rules.permissions import May
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody, standing
from tracker.web.pages import attachment, page_or_fragment

SHOWN = 50


def own_exports(who: Standing) -> Select[Export]:
    """One's own that have not expired."""
    moment = bindparam("now", type_=Export.expires_at.type, callable_=now)  # asked anew whenever the statement is
    return select(Export).where(Export.person_id == who.person_id, Export.expires_at > moment)


EXPORT = Thing("export", own_exports)


@blueprint.get("/desk/exports")
@requires(May.EXPORT)
def exports() -> str:
    found = db.session.execute(
        select(Export, Job)
        .outerjoin(Job, Job.id == Export.job_id)
        .where(Export.id.in_(own_exports(standing()).with_only_columns(Export.id)))
        .order_by(Export.asked_at.desc(), Export.id.desc())
        .limit(SHOWN)
    ).all()
    positions = db.session.scalars(visible_positions(standing()).limit(300)).unique().all()
    return page_or_fragment(
        "reports/exports.html",
        "reports/_exports.html",
        exports=found,
        waiting=any(actions.is_coming(export, job) for export, job in found),
        is_coming=actions.is_coming,
        positions=positions,
        What=What,
        what_name=what_name,
    )


def what_name(what: str) -> str:
    names: dict[str, str] = {
        "applications": _("Applications"),
        "positions": _("Positions"),
        "reviews": _("Reviews"),
    }
    return names[what]


@blueprint.post("/desk/exports")
@requires(May.EXPORT)
@recently
def ask() -> Any:
    """CSV comes at once, as a stream; XLSX is made by a job."""
    what, file_format = request.form.get("what", ""), request.form.get("file_format", "")
    if what not in What._value2member_map_ or file_format not in {"csv", "xlsx"}:
        abort(422, _("Choose what to export, and as what kind of file."))
    position = chosen_position()
    query = request.form.get("query", "")[:4_000]
    if file_format == "csv":
        return stream(What(what), query, position)
    actions.ask(
        What(what),
        file_format=file_format,
        query=query,
        position=position,
        language=language(),
        by=somebody(),
        now=now(),
    )
    return redirect(url_for("reports.exports"), 303)


def chosen_position() -> Position | None:
    """The position named, among those one sees; 404 for any other."""
    position_id = request.form.get("position", "")
    if not position_id:
        return None
    found = db.session.scalars(visible_positions(standing()).where(Position.id == position_id)).unique().one_or_none()
    return found or abort(404)


def stream(what: What, query: str, position: Position | None) -> Response:
    """Line by line from a reading transaction of its own, after the entry is written."""
    person, moment, tongue = somebody(), now(), language()
    taken = Export(
        id=new_id(), person_id=person.id, what=what.value, file_format="csv", filters={"position": chosen_id(position)}
    )
    actions.note(taken, by=person, now=moment, is_new=True)
    name = f"{what.value}-{moment:%Y-%m-%d}.csv"
    bom = "bom" in request.form
    return attachment(
        written(what, query, chosen_id(position), person_id=person.id, tongue=tongue, moment=moment, bom=bom),
        name,
        "text/csv",
    )


def written(
    what: What, query: str, position_id: str | None, *, person_id: str, tongue: str, moment: datetime, bom: bool
) -> Iterator[bytes]:
    """The lines, read while they are sent, in a session of their own that only reads."""
    with Session(snapshot_of(db.engine)) as session, in_language(tongue):
        person = with_roles(person_id, session)
        scope = actions.scope_of(person, query, position_id, session=session, now=moment)
        if scope is not None:
            contents = table(what, scope, session)
            yield from csv_lines(contents.headings, contents.rows, bom=bom)


def chosen_id(position: Position | None) -> str | None:
    return position.id if position else None


@blueprint.get("/desk/exports/<export_id>/file")
@requires(May.EXPORT, EXPORT)
def export_file(export: Export) -> Response:
    """The file, to whoever asked for it and may still export."""
    if export.storage_key is None:
        abort(404)
    actions.refuse_outlived(export, standing(), db.session())
    name = f"{export.what}-{export.asked_at:%Y-%m-%d}.{export.file_format}"
    kind = XLSX if export.file_format == "xlsx" else "text/csv"
    return attachment(storage.read(export.storage_key), name, kind)


@blueprint.post("/desk/exports/<export_id>/again")
@requires(May.EXPORT, EXPORT)
@recently
def make_again(export: Export) -> Any:
    actions.make_again(export, by=somebody(), now=now())
    return redirect(url_for("reports.exports"), 303)


@blueprint.post("/desk/exports/<export_id>/delete")
@requires(May.EXPORT, EXPORT)
def delete_export(export: Export) -> Response:
    actions.delete(export, now=now())
    return redirect(url_for("reports.exports"), 303)

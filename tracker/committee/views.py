"""The committee's pages: conflicts of a position, the door to one dossier; sharing out stands in its own module."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers.response import Response

from tracker.applications.queries import sees, visible_application
from tracker.committee import conflicts, sharing_views
from tracker.committee.blueprint import blueprint
from tracker.committee.conflicts import Declaration
from tracker.committee.gates import gate
from tracker.committee.lines import ConflictLine, conflict_lines, kinds
from tracker.committee.queries import blocking_conflicts, count_declared, ids_declared, ids_to_declare, to_declare
from tracker.models import Application, Conflict, ConflictKind, Position
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import ngettext, spoken
from tracker.plumbing.keyset import ENOUGH
from tracker.positions.queries import visible_positions
from tracker.rules.permissions import May
from tracker.rules.policy import judges
from tracker.rules.refusals import Invalid
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody, standing
from tracker.web.pages import local_path

__all__ = ["blueprint", "sharing_views"]
PAGE = 25
"""Applicants on one page of conflicts: each is somebody to think about, not a row to glance at."""


def readable(who: Standing) -> Select[Application]:
    return visible_application(who).options(
        joinedload(Application.position), joinedload(Application.stage), joinedload(Application.candidate)
    )


POSITION = Thing("position", visible_positions)
APPLICATION = Thing("application", readable)


@dataclass(frozen=True)
class Refused:
    """What a page held that was not taken, and what is wrong with it."""

    shown: list[Application]
    typed: dict[str, tuple[str, str]]
    errors: dict[str, str]


@blueprint.get("/desk/positions/<position_id>/conflicts", endpoint="conflicts")
@requires(May.LIST_APPLICATIONS, POSITION)
def conflicts_page(position: Position) -> str:
    return _conflicts(position)


def _conflicts(position: Position, refused: Refused | None = None) -> str:
    who, is_asked = standing(), judges(standing(), position)
    show_declared, after = _is_of_declared(), request.values.get("after", "")[:16]
    waiting = ids_to_declare(who, position) if is_asked else []
    if refused:
        ids = [one.id for one in refused.shown]
    elif is_asked and show_declared:
        ids = ids_declared(who, position, limit=PAGE + 1, after=after)
    else:
        ids = ids_to_declare(who, position, limit=PAGE + 1, after=after) if is_asked and after else waiting
    page = to_declare(who, position, ids[:PAGE])
    return render_template(
        "committee/conflicts.html",
        position=position,
        lines=conflict_lines(who, page, refused.typed if refused else {}, refused.errors if refused else {}),
        judges=is_asked,
        show_declared=show_declared,
        waiting=len(waiting),
        left_open=bool(after and waiting and waiting[0] not in ids),
        done=count_declared(who, position, most=ENOUGH + 1 if show_declared else 1) if is_asked else 0,
        ENOUGH=ENOUGH,
        after=after,
        more=len(ids) > PAGE or bool(refused and request.form.get("more")),
        kinds=kinds(),
        told=_told(who, position),
        has_errors=refused is not None,
    )


def _is_of_declared() -> bool:
    return request.values.get("show") == "declared"


def _told(who: Standing, position: Position) -> list[tuple[ConflictLine, Conflict]]:
    """What others declared: for HR, who alone takes it back."""
    if not who.is_hr:
        return []
    rows = blocking_conflicts(who, position)
    lines = conflict_lines(who, [application for application, _conflict in rows], {}, {})
    return [(line, conflict) for line, (_application, conflict) in zip(lines, rows, strict=True)]


@blueprint.post("/desk/positions/<position_id>/conflicts")
@requires(May.LIST_APPLICATIONS, POSITION)
def declare(position: Position) -> Any:
    """`act`: save what was chosen; rest: and no conflict for every other one shown; next: leave those open, go on."""
    shown, act = _shown(position), request.form.get("act")
    typed = {one.id: (request.form.get(f"kind-{one.id}", ""), request.form.get(f"note-{one.id}", "")) for one in shown}
    declarations, errors = _read(shown, typed, rest=act == "rest")
    if errors:
        return _conflicts(position, Refused(shown, typed, errors)), 422
    hidden = conflicts.declare(declarations, by=somebody(), now=now())
    if declarations or act != "next":
        flash(_said(len(declarations), hidden), "success" if declarations else "info")
    return redirect(_onwards_in(position, shown, act), 303)


def _shown(position: Position) -> list[Application]:
    """The applications the page showed, of those still in sight."""
    ids = request.form.getlist("shown")[: PAGE * 2]
    query = readable(standing()).where(Application.position_id == position.id, Application.id.in_(ids))
    return list(db.session.scalars(query.order_by(Application.submitted_at, Application.id)).unique())


def _onwards_in(position: Position, shown: list[Application], act: str | None) -> str:
    """Behind those that were shown; at the end, back to what was left open; once nothing is, to the applications."""
    who, page = standing(), partial(url_for, "committee.conflicts", position_id=position.id)
    behind = request.form.get("after", "")[:16]
    if act != "save" and shown:
        behind = shown[-1].id
    if _is_of_declared():
        return page(show="declared", after=behind or None)
    if behind and ids_to_declare(who, position, limit=1, after=behind):
        return page(after=behind)
    if ids_to_declare(who, position, limit=1):
        return page()
    return url_for("dossiers.position", position_id=position.id)


def _read(
    shown: list[Application], typed: dict[str, tuple[str, str]], *, rest: bool
) -> tuple[list[Declaration], dict[str, str]]:
    """What was said that had not been said before, and what is wrong with it."""
    who = standing()
    declarations: list[Declaration] = []
    errors: dict[str, str] = {}
    for application in shown:
        kind, note = typed[application.id]
        if not kind and not rest:
            continue
        try:
            declared = _declaration(application, kind or ConflictKind.NONE.value, note)
        except Invalid as refusal:
            errors[application.id] = spoken(refusal.sentence)
        else:
            declarations += [declared] if conflicts.is_news(declared, who) else []
    return declarations, errors


def _declaration(application: Application, kind: str, note: str) -> Declaration:
    if kind not in set(ConflictKind):
        abort(422)
    conflicts.checked_note(ConflictKind(kind), note)
    return Declaration(application, ConflictKind(kind), note)


def _said(count: int, hidden: int) -> str:
    if not count:
        return _("Nothing changed.") if _is_of_declared() else _("Nothing was declared: choose for an applicant first.")
    done = str(ngettext("Declared for one applicant.", "Declared for %(num)s applicants.", count))
    if not hidden:
        return done
    gone = ngettext(
        "One application is hidden from you from now on.",
        "%(num)s applications are hidden from you from now on.",
        hidden,
    )
    return f"{done} {gone}"


@blueprint.get("/desk/applications/<application_id>/open", endpoint="open")
@requires(May.VIEW_APPLICATION, APPLICATION)
def open_page(application: Application) -> Any:
    """The door. Where nothing is in the way, straight through; `change` asks again on purpose."""
    if gate(standing(), application, now()) is None and not request.args.get("change"):
        return redirect(_onwards(application))
    return _door(application)


def _door(application: Application, error: str = "") -> str:
    who = standing()
    wants = gate(who, application, now())
    line = conflict_lines(who, [application], {}, {})[0]
    return render_template(
        "committee/open.html",
        line=line,
        wants=wants if wants else "declare",
        position_id=application.position_id,
        position_title=application.position.title,
        reference=application.position.reference,
        kinds=kinds(),
        kind=request.form.get("kind", line.kind),
        note=request.form.get("note", line.note),
        reason=request.form.get("reason", ""),
        target=_onwards(application),
        error=error,
    )


@blueprint.post("/desk/applications/<application_id>/open")
@requires(May.VIEW_APPLICATION, APPLICATION)
def open_it(application: Application) -> Any:
    try:
        if "reason" in request.form:
            conflicts.open_with_reason(application, request.form["reason"], by=somebody(), now=now())
            return redirect(_onwards(application), 303)
        declared = _declaration(application, request.form.get("kind", ""), request.form.get("note", ""))
        hidden = conflicts.declare([declared], by=somebody(), now=now())
    except Invalid as refusal:
        return _door(application, spoken(refusal.sentence)), 422
    if not hidden:
        return redirect(_onwards(application), 303)
    flash(_("Thank you. This application is hidden from you from now on."), "success")
    whole_list = url_for("dossiers.position", position_id=application.position_id)
    return redirect(local_path(request.form.get("back"), whole_list), 303)


def _onwards(application: Application) -> str:
    otherwise = url_for("dossiers.show", application_id=application.id)
    return local_path(request.values.get("next"), otherwise)


def _declared_conflicts(who: Standing) -> Select[Conflict]:
    return select(Conflict).join(Application).where(sees(who))


@blueprint.post("/desk/applications/<application_id>/conflicts/<person_id>/lift")
@requires(May.VIEW_APPLICATION, APPLICATION)
def lift(application: Application, person_id: str) -> Response:
    query = _declared_conflicts(standing()).where(
        Conflict.application_id == application.id, Conflict.person_id == person_id
    )
    conflict = db.session.scalars(query).one_or_none()
    if conflict is None:
        abort(404)
    conflicts.lift(conflict, by=somebody(), now=now())
    flash(_("The declaration is taken back. Its author is asked again."), "success")
    return redirect(url_for("committee.conflicts", position_id=application.position_id), 303)

"""The desk's pages of positions: the list, a new one, the overview with its moves, the preview."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.models import FormVersion, Position, PositionKind, PositionState
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.positions import actions, committee, steering
from tracker.positions.blueprint import blueprint
from tracker.positions.desk_list import (
    DeskFilter,
    applications_by_stage,
    desk_page,
    entries_of,
    names_of,
)
from tracker.positions.forms import KINDS, BeginForm, CancelForm
from tracker.positions.parts import LABELS, WHERE, Part
from tracker.positions.public_list import theme_choices, themes_by_position
from tracker.positions.public_pages import page_of
from tracker.positions.publishing import missing_in
from tracker.positions.queries import visible_positions
from tracker.positions.words import ENTRIES, STATES
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid
from tracker.rules.roles import Standing
from tracker.themes.queries import shown_themes
from tracker.web.access import Thing, allowed, requires, somebody, standing
from tracker.web.forms import options


def shown_on_desk(who: Standing) -> Select[Position]:
    """With what the overview names, in one query."""
    form = joinedload(Position.form_version)
    return visible_positions(who).options(
        form.defer(FormVersion.content),
        form.joinedload(FormVersion.form),
        joinedload(Position.workflow),
        joinedload(Position.themes),
    )


POSITION = Thing("position", visible_positions)
SHOWN = Thing("position", shown_on_desk)


@blueprint.get("/desk/positions")
@requires(May.SEE_DESK)
def desk() -> str:
    wanted = DeskFilter.parse(request.args)
    page = desk_page(standing(), wanted)
    return render_template(
        "positions/desk.html",
        wanted=wanted,
        page=page,
        themes=themes_by_position([row.id for row in page]),
        theme_choices=theme_choices(),
        kinds=KINDS,
        states=STATES,
        now=now(),
    )


@blueprint.route("/desk/positions/new", methods=["GET", "POST"])
@requires(May.DRAFT_POSITION)
def create() -> Any:
    form = BeginForm()
    themes = db.session.scalars(shown_themes()).all()
    form.themes.choices = options((theme.id, said(theme.name)) for theme in themes)
    if not form.validate_on_submit():
        return render_template("positions/new.html", form=form), 422 if form.errors else 200
    title = {code: text for code in ("en", "nl") if (text := (form[f"title_{code}"].data or "").strip())}
    chosen = [theme for theme in themes if theme.id in (form.themes.data or ())]
    kind = PositionKind(form.kind.data)
    position = actions.begin(kind, title=title, themes=chosen, by=somebody(), now=now())
    flash(
        _("The draft %(reference)s was made. Nobody outside the committee sees it.", reference=position.reference),
        "success",
    )
    return redirect(url_for("positions.edit", position_id=position.id, part=Part.TEXTS), 303)


@blueprint.get("/desk/positions/<position_id>")
@requires(May.VIEW_POSITION, SHOWN)
def overview(position: Position) -> str:
    return _overview(position)


@blueprint.post("/desk/positions/<position_id>/moves/<key>")
@requires(May.VIEW_POSITION, POSITION)
def move(position: Position, key: str) -> Any:
    chosen = steering.MOVES.get(key) or abort(404)
    if not allowed(chosen.may, position):
        abort(403)
    version = request.form.get("version", "")
    try:
        steering.steer(
            position,
            chosen,
            by=somebody(),
            now=now(),
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            reason=request.form.get("reason", "")[:2_000],
        )
    except steering.InTheWay as refusal:
        return _refused(position.id, chosen.key, [spoken(one) for one in refusal.sentences]), 409
    except Invalid as refusal:
        return _refused(position.id, chosen.key, [spoken(refusal.sentence)]), 422
    flash(DONE[chosen.key](), "success")
    return redirect(url_for("positions.overview", position_id=position.id), 303)


DONE = {
    "publish": lambda: _("The position is published. Its form, criteria and workflow are now fixed."),
    "close": lambda: _("The position is closed. Nobody can apply any more."),
    "reopen": lambda: _("The position is open again."),
    "decide": lambda: _("The position is marked as decided."),
    "archive": lambda: _("The position is archived. It has left the public pages."),
    "cancel": lambda: _("The position is cancelled. Its applicants are being told."),
}


@blueprint.get("/desk/positions/<position_id>/cancel")
@requires(May.STEER_POSITION, POSITION)
def cancel(position: Position) -> str:
    return render_template("positions/cancel.html", position=position, form=CancelForm(formdata=None))


@blueprint.get("/desk/positions/<position_id>/preview")
@requires(May.VIEW_POSITION, POSITION)
def preview(position: Position) -> str:
    return render_template("positions/show.html", **page_of(position) | {"preview": True, "posting": None})


def _refused(position_id: str, key: str, sentences: list[str]) -> str:
    """The page as it was, with what stands in the way on top; nothing has been changed."""
    db.session.rollback()
    position = db.session.scalars(select(Position).where(Position.id == position_id)).one()
    if key == "cancel":
        form = CancelForm()
        form.reason.errors = sentences
        return render_template("positions/cancel.html", position=position, form=form)
    return _overview(position, refused=sentences)


def _overview(position: Position, refused: list[str] | None = None) -> str:
    entries = entries_of(position)
    members = committee.members(position)
    names = {one.id: one.name for one in members}
    people = {entry.data["person"] for entry in entries if "person" in entry.data}
    is_draft = position.state is PositionState.DRAFT
    return render_template(
        "positions/overview.html",
        position=position,
        refused=refused or [],
        moves=steering.possible_moves(position, by=somebody(), now=now()),
        missing=missing_in(position) if is_draft else [],
        where=WHERE,
        stages=applications_by_stage(position, standing()) if not is_draft else [],
        members=members,
        entries=entries,
        entry_words=ENTRIES,
        names=names | names_of(people - names.keys()),
        part_labels=LABELS,
        parts=list(Part),
        states=STATES,
        themes=sorted(position.themes, key=lambda theme: theme.place),
        now=now(),
    )

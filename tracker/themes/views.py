"""The themes' public pages, and the administrator's desk for them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from tracker.accounts.directory import staff_named, suggestions
from tracker.models import Theme
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, Stale
from tracker.themes import actions, queries
from tracker.themes.forms import CoordinatorForm, PrizeForm, ProjectForm, ThemeForm
from tracker.web.access import Thing, public, requires, somebody
from tracker.web.caching import shared_page

blueprint = Blueprint("themes", __name__)
THEME = Thing("theme", queries.every_theme)


@blueprint.get("/themes")
@public
def index() -> Any:
    return shared_page("themes/index.html", cards=queries.theme_cards(now()))


@blueprint.get("/themes/<slug>")
@public
def show(slug: str) -> Any:
    theme = queries.shown_theme(slug) or abort(404)
    return shared_page(
        "themes/show.html",
        theme=theme,
        coordinators=queries.coordinators_of(theme),
        positions=queries.positions_of(theme, now()),
        now=now(),
    )


@blueprint.get("/desk/themes")
@requires(May.MANAGE_THEMES)
def desk() -> str:
    return render_template("themes/desk.html", cards=queries.theme_cards(now(), hidden_too=True))


@blueprint.route("/desk/themes/new", methods=["GET", "POST"])
@requires(May.MANAGE_THEMES)
def create() -> Any:
    form = ThemeForm()
    if not form.validate_on_submit():
        return _page("themes/new.html", form=form)
    theme = actions.add_theme(form.texts, by=somebody(), now=now())
    flash(_("The theme was added. It is hidden until you show it."), "success")
    return redirect(url_for("themes.edit", theme_id=theme.id), 303)


@blueprint.route("/desk/themes/<theme_id>", methods=["GET", "POST"])
@requires(May.MANAGE_THEMES, THEME)
def edit(theme: Theme) -> Any:
    form = ThemeForm() if request.method == "POST" else ThemeForm.of(theme)
    if not form.validate_on_submit():
        return _theme_page(theme, form)
    try:
        actions.edit_theme(theme, form.texts, version=form.seen_version, by=somebody(), now=now())
    except Stale:
        return _theme_page(theme, form, stale=True)
    flash(_("The texts were saved."), "success")
    return redirect(url_for("themes.edit", theme_id=theme.id), 303)


@blueprint.post("/desk/themes/<theme_id>/shown")
@requires(May.MANAGE_THEMES, THEME)
def shown(theme: Theme) -> Any:
    actions.show_theme(theme, shown=request.form.get("shown") == "yes", by=somebody(), now=now())
    return redirect(url_for("themes.desk"), 303)


@blueprint.post("/desk/themes/<theme_id>/place")
@requires(May.MANAGE_THEMES, THEME)
def place(theme: Theme) -> Any:
    actions.move_theme(theme, up=request.form.get("to") == "up", by=somebody(), now=now())
    return redirect(url_for("themes.desk"), 303)


@blueprint.route("/desk/themes/<theme_id>/projects/<project_id>", methods=["GET", "POST"])
@requires(May.MANAGE_THEMES, THEME)
def project(theme: Theme, project_id: str) -> Any:
    """The id `new` stands for a project to be added."""
    found = _one_of(theme.projects, project_id)
    form = ProjectForm() if request.method == "POST" else ProjectForm.of(found)
    if not form.validate_on_submit():
        return _page("themes/project.html", form=form, theme=theme, project=found)
    if found is not None and form.is_behind(stored := ProjectForm.of(_locked(theme, found))):
        return _page("themes/project.html", form=form, theme=theme, project=found, stored=stored)
    try:
        actions.save_project(theme, form.facts, project=found, by=somebody(), now=now())
    except Invalid as refusal:
        form.ends_on.errors = [spoken(refusal.sentence)]
        return _page("themes/project.html", form=form, theme=theme, project=found)
    return _back_to(theme, _("The project was saved."), "projects")


@blueprint.post("/desk/themes/<theme_id>/projects/<project_id>/remove")
@requires(May.MANAGE_THEMES, THEME)
def remove_project(theme: Theme, project_id: str) -> Any:
    actions.remove_project(theme, _one_of(theme.projects, project_id) or abort(404), by=somebody(), now=now())
    return _back_to(theme, _("The project was removed."), "projects")


@blueprint.route("/desk/themes/<theme_id>/prizes/<prize_id>", methods=["GET", "POST"])
@requires(May.MANAGE_THEMES, THEME)
def prize(theme: Theme, prize_id: str) -> Any:
    """The id `new` stands for a prize to be added."""
    found = _one_of(theme.prizes, prize_id)
    form = PrizeForm() if request.method == "POST" else PrizeForm.of(found)
    if not form.validate_on_submit():
        return _page("themes/prize.html", form=form, theme=theme, prize=found)
    if found is not None and form.is_behind(stored := PrizeForm.of(_locked(theme, found))):
        return _page("themes/prize.html", form=form, theme=theme, prize=found, stored=stored)
    actions.save_prize(theme, form.facts, prize=found, by=somebody(), now=now())
    return _back_to(theme, _("The prize was saved."), "prizes")


@blueprint.post("/desk/themes/<theme_id>/prizes/<prize_id>/remove")
@requires(May.MANAGE_THEMES, THEME)
def remove_prize(theme: Theme, prize_id: str) -> Any:
    actions.remove_prize(theme, _one_of(theme.prizes, prize_id) or abort(404), by=somebody(), now=now())
    return _back_to(theme, _("The prize was removed."), "prizes")


@blueprint.post("/desk/themes/<theme_id>/coordinators")
@requires(May.MANAGE_THEMES, THEME)
def seat(theme: Theme) -> Any:
    form = CoordinatorForm()
    try:
        if not form.validate():
            return _theme_page(theme, ThemeForm.of(theme), coordinator=form)
        person = staff_named(form.person.data or "")
        actions.seat_coordinator(theme, person, by=somebody(), now=now())
    except Invalid as refusal:
        form.person.errors = [spoken(refusal.sentence)]
        return _theme_page(theme, ThemeForm.of(theme), coordinator=form)
    return _back_to(theme, _("%(name)s now coordinates this theme.", name=person.name), "coordinators")


@blueprint.post("/desk/themes/<theme_id>/coordinators/<person_id>/remove")
@requires(May.MANAGE_THEMES, THEME)
def unseat(theme: Theme, person_id: str) -> Any:
    actions.unseat_coordinator(theme, person_id, by=somebody(), now=now())
    return _back_to(theme, _("The coordinator was removed."), "coordinators")


def _theme_page(
    theme: Theme, form: ThemeForm, *, stale: bool = False, coordinator: CoordinatorForm | None = None
) -> Any:
    if stale:
        form.version.data = str(theme.version)
    page = render_template(
        "themes/edit.html",
        form=form,
        theme=theme,
        stale=ThemeForm.of(theme) if stale else None,
        coordinators=queries.coordinators_of(theme),
        coordinator=coordinator or CoordinatorForm(formdata=None),
        suggestions=suggestions(),
        name=said(theme.name),
    )
    return page, 409 if stale else 422 if form.errors or (coordinator and coordinator.errors) else 200


def _page(template: str, *, form: Any, stored: Any = None, **values: Any) -> Any:
    page = render_template(template, form=form, stored=stored, **values)
    return page, 409 if stored else 422 if form.errors else 200


def _locked(theme: Theme, row: Any) -> Any:
    """As it stands now, and until this request is over: who changes a part of a theme holds the theme."""
    db.session.refresh(theme, with_for_update=True)
    db.session.refresh(row)
    return row


def _one_of(rows: list[Any], row_id: str) -> Any:
    """The row of this theme with that id; None for `new`, 404 for another theme's."""
    if row_id == "new":
        return None
    return next((row for row in rows if row.id == row_id), None) or abort(404)


def _back_to(theme: Theme, words: str, part: str) -> Any:
    flash(words, "success")
    return redirect(url_for("themes.edit", theme_id=theme.id, _anchor=part), 303)

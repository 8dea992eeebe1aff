"""Writing a position, part by part; nothing typed is lost when somebody else was faster."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import or_, select

from tracker.forms.queries import offered as offered_forms
from tracker.models import Funding, Position, Profile, Sight, Theme
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.positions import actions
from tracker.positions.blueprint import blueprint
from tracker.positions.criteria_forms import SelectionForm
from tracker.positions.desk_pages import POSITION
from tracker.positions.forms import FORMS, BasicsForm, PartForm, PeopleForm, ProcedureForm
from tracker.positions.parts import LABELS, TEXTS, WHERE, Part, cannot_edit, frozen_fields
from tracker.positions.publishing import missing_in
from tracker.positions.rubrics import rubrics
from tracker.rules.deadlines import ClockChange, instant, zone_named
from tracker.rules.permissions import May
from tracker.rules.refusals import Invalid, NotAllowedNow, Stale
from tracker.rules.sentences import say
from tracker.web.access import requires, somebody
from tracker.web.forms import options
from tracker.workflows.queries import offered as offered_workflows

ENUMS = {"profile": Profile, "funding": Funding, "members_see": Sight}


@blueprint.route("/desk/positions/<position_id>/edit/<part>", methods=["GET", "POST"])
@requires(May.EDIT_POSITION, POSITION)
def edit(position: Position, part: str) -> Any:
    chosen = Part(part) if part in set(Part) else abort(404)
    form = _form(position, chosen)
    if request.method == "GET":
        form.fill(position)
        return _page(position, chosen, form, add=request.args.get("add", ""))
    if request.form.get("do") == "rubric":
        return _rubric(position, form)
    _keep_frozen(position, form)
    if not form.validate():
        return _page(position, chosen, form, 422)
    return _save(position, chosen, form)


def _save(position: Position, part: Part, form: Any) -> Any:
    position_id = position.id
    try:
        values = _for_action(position, form)
        actions.edit(position, values, part=part, version=form.seen_version, by=somebody(), now=now())
    except Stale:
        return _stale(position_id, part, form)
    except actions.Incomplete as refusal:
        _name_missing(form, refusal.missing)
        return _again(position_id, part, form, 422)
    except (Invalid, NotAllowedNow) as refusal:
        form.form_errors.append(spoken(refusal.sentence))
        return _again(position_id, part, form, int(refusal.status))
    flash(_("Saved."), "success")
    add = request.form.get("add", "")
    onward = url_for("positions.edit", position_id=position_id, part=part, add=add or None, _anchor=add or None)
    if request.form.get("do") == "next":
        following = list(Part)[(list(Part).index(part) + 1) % len(Part)]
        onward = url_for("positions.edit", position_id=position_id, part=following)
    return redirect(onward, 303)


def _rubric(position: Position, form: SelectionForm) -> Any:
    position_id = position.id
    try:
        actions.start_from_rubric(position, form.rubric.data or "", version=form.seen_version, by=somebody(), now=now())
    except Stale:
        return _stale(position_id, Part.SELECTION, form)
    except (Invalid, NotAllowedNow) as refusal:
        form.rubric.errors = [spoken(refusal.sentence)]
        return _again(position_id, Part.SELECTION, form, int(refusal.status))
    flash(_("The criteria of the rubric were copied. Change them as this position needs."), "success")
    return redirect(url_for("positions.edit", position_id=position_id, part=Part.SELECTION, _anchor="criteria"), 303)


def _form(position: Position, part: Part) -> Any:
    """The part's form with what there is to choose from."""
    form: Any = SelectionForm() if part is Part.SELECTION else FORMS[part]()
    if isinstance(form, BasicsForm):
        form.offer(_theme_choices(position))
    if isinstance(form, SelectionForm):
        form.form_version_id.choices = options([("", _("Choose one")), *_form_choices(position)])
        form.workflow_id.choices = options([("", _("Choose one")), *_workflow_choices(position)])
        form.rubric.choices = options([("", _("Choose one")), *((one.id, said(one.name)) for one in rubrics())])
    return form


def _theme_choices(position: Position) -> list[tuple[str, str]]:
    """Shown themes, and those the position has."""
    own = [theme.id for theme in position.themes]
    rows = db.session.scalars(
        select(Theme).where(or_(Theme.is_shown.is_(True), Theme.id.in_(own))).order_by(Theme.place, Theme.slug)
    )
    return [(theme.id, said(theme.name)) for theme in rows]


def _form_choices(position: Position) -> list[tuple[str, str]]:
    """The newest version without mistakes of each form, and the one the position has."""
    own = position.form_version
    versions = offered_forms()
    if own is not None and own not in versions:
        versions.append(own)
    return [
        (one.id, _("%(name)s, version %(number)s", name=said(one.form.name), number=one.number)) for one in versions
    ]


def _workflow_choices(position: Position) -> list[tuple[str, str]]:
    """Workflows without mistakes, and the one the position has."""
    own = position.workflow
    workflows = offered_workflows()
    if own is not None and own not in workflows:
        workflows.append(own)
    return [(one.id, said(one.name)) for one in workflows]


def _keep_frozen(position: Position, form: PartForm) -> None:
    """Frozen fields are shown, not asked: what a browser sends for them does not count."""
    stored = _form(position, _part_of(form))
    stored.fill(position)
    for field in form:
        if field.short_name in frozen_fields(position):
            if field.short_name == "criteria":
                form.show(position.criteria, position.scale_max)
            else:
                field.data = stored[field.short_name].data
                field.raw_data = [str(field.data)]


def _part_of(form: Any) -> Part:
    return next((part for part, kind in FORMS.items() if isinstance(form, kind)), Part.SELECTION)


def _for_action(position: Position, form: Any) -> dict[str, Any]:
    """The form's values as the position keeps them: rows, enums, moments."""
    values: dict[str, Any] = dict(form.values)
    if isinstance(form, BasicsForm):
        chosen = set(values["themes"] or ())
        values["themes"] = list(db.session.scalars(select(Theme).where(Theme.id.in_(chosen))))
    if isinstance(form, ProcedureForm):
        _read_times(position, form, values)
    for name, kind in ENUMS.items():
        if name in values:
            values[name] = kind(values[name]) if values[name] else None
    for name in frozen_fields(position):
        values.pop(name, None)
    return values


def _read_times(position: Position, form: ProcedureForm, values: dict[str, Any]) -> None:
    """Times on the wall of that zone become moments; what nobody changed keeps its second."""
    zone = str(values["time_zone"])
    zone_named(zone)
    for name in ("opens_at", "closes_at"):
        wall = values[name]
        if wall is None:
            continue
        try:
            meant = instant(wall, zone)
        except (OverflowError, ValueError):
            raise Invalid(say("This date is out of range.")) from None
        stored = getattr(position, name)
        same = stored is not None and stored.replace(second=0, microsecond=0) == meant.utc
        values[name] = stored if same else meant.utc
        if meant.change is not ClockChange.NONE and meant.note:
            flash(spoken(meant.note), "warning")


def _name_missing(form: Any, missing: list[tuple[str, Any]]) -> None:
    for name, sentence in missing:
        place = f"{name}_en" if name in TEXTS else name
        if place in form:
            form[place].errors = [*form[place].errors, spoken(sentence)]
        else:
            form.form_errors.append(spoken(sentence))


def _stale(position_id: str, part: Part, form: Any) -> Any:
    position = _afresh(position_id)
    stored = _form(position, part)
    stored.fill(position)
    form.version.data = stored.version.data
    return _page(position, part, form, 409, stored=stored)


def _again(position_id: str, part: Part, form: Any, status: int) -> Any:
    return _page(_afresh(position_id), part, form, status)


def _afresh(position_id: str) -> Position:
    """The position as it is stored: whatever the refused change had touched is undone."""
    db.session.rollback()
    return db.session.get_one(Position, position_id)


def _page(position: Position, part: Part, form: Any, status: int = 200, *, stored: Any = None, add: str = "") -> Any:
    if add and isinstance(form, PeopleForm):
        form.add_blank(add)
    if isinstance(form, PeopleForm) and not form.supervisors.entries:
        form.add_blank("supervisors")
    if add and isinstance(form, SelectionForm):
        form.add_blank(position.scale_max)
    page = render_template(
        f"positions/edit_{part.value}.html",
        position=position,
        part=part,
        form=form,
        stored=stored,
        missing=missing_in(position) if not position.is_frozen else [],
        where=WHERE,
        part_labels=LABELS,
        parts=list(Part),
        frozen=frozen_fields(position),
        ended=cannot_edit(position),
    )
    return page, status

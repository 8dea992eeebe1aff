"""Who reviews what: the grid of applications and reviewers, a balanced suggestion, the date, the reminders."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from tracker.committee import assignment
from tracker.committee.blueprint import blueprint
from tracker.committee.queries import Marks, ids_to_declare, loads_of, marks_of, page_to_assign
from tracker.models import Application, Position
from tracker.plumbing.clock import now
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import ngettext
from tracker.plumbing.keyset import ENOUGH, MANY
from tracker.positions.queries import visible_positions
from tracker.rules.facets import knows_name
from tracker.rules.permissions import May
from tracker.rules.policy import judges
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, somebody, standing

POSITION = Thing("position", visible_positions)
MOST_ROWS, FEWEST_ROWS = 25, 10
CELLS = 220
"""On one page, where the committee is large."""
MOST_WANTED = 10


@dataclass(frozen=True)
class Cell:
    """Where a reviewer and an application meet."""

    person_id: str
    is_assigned: bool
    is_in: bool
    in_conflict: bool


@dataclass(frozen=True)
class Row:
    id: str
    title: str
    stage: dict[str, str]
    stage_kind: str
    cells: tuple[Cell, ...]

    @property
    def count(self) -> int:
        return sum(cell.is_assigned for cell in self.cells)


@blueprint.get("/desk/positions/<position_id>/reviewers")
@requires(May.SHARE_OUT_REVIEWS, POSITION)
def assign(position: Position) -> str:
    who = standing()
    wanted = _wanted(request.args.get("suggest", ""))
    reviewers = loads_of(position, most=None if wanted else MANY + 1)
    size = min(max(CELLS // max(len(reviewers), 1), FEWEST_ROWS), MOST_ROWS)
    behind = request.args.get("after", "")[:16]
    found = page_to_assign(who, position, limit=size + 1, after=behind)
    plan = assignment.suggestion(position, wanted, by=somebody()) if wanted else None
    after = {one.id: one.assigned for one in reviewers}
    for _application, person in plan.pairs if plan else ():
        after[person] += 1
    return render_template(
        "committee/assign.html",
        position=position,
        reviewers=reviewers,
        rows=_rows(who, position, found[:size], [one.id for one in reviewers]),
        behind=behind,
        more=found[size - 1].id if len(found) > size else None,
        wanted=wanted,
        plan=plan,
        after=after,
        undeclared=len(ids_to_declare(who, position)) if judges(who, position) else 0,
        ENOUGH=ENOUGH,
        MANY=MANY,
        usual=max((one.stage.reviews_wanted for one in found), default=3) or 3,
        to_remind=sum(one.open > 0 for one in reviewers),
        due_on=_first_due(position, reviewers),
    )


def _rows(who: Standing, position: Position, found: list[Application], reviewers: list[str]) -> list[Row]:
    marks = marks_of(position, [one.id for one in found])
    return [_row(who, one, reviewers, marks) for one in found]


def _row(who: Standing, application: Application, reviewers: list[str], marks: Marks) -> Row:
    pairs = [(application.id, person) for person in reviewers]
    return Row(
        id=application.id,
        title=application.name if knows_name(who, application) else application.code,
        stage=application.stage.label,
        stage_kind=application.stage_kind,
        cells=tuple(
            Cell(
                person_id=pair[1],
                is_assigned=pair in marks.asked,
                is_in=pair in marks.done,
                in_conflict=pair in marks.blocked or pair[1] == application.candidate_id,
            )
            for pair in pairs
        ),
    )


def _first_due(position: Position, reviewers: list[Any]) -> str:
    due = min((one.due_at for one in reviewers if one.due_at), default=None)
    return due.astimezone(ZoneInfo(position.time_zone)).date().isoformat() if due else ""


def _wanted(raw: str) -> int:
    return min(int(raw), MOST_WANTED) if raw.isdecimal() and len(raw) < 4 else 0


@blueprint.post("/desk/positions/<position_id>/reviewers")
@requires(May.SHARE_OUT_REVIEWS, POSITION)
def assign_page(position: Position) -> Response:
    """Only what differs from the page as it was is changed: ticked is given, unticked taken; `next` goes on."""
    ticked, was = (_pairs(name) for name in ("pair", "was"))
    give, take = sorted(ticked - was), sorted(was - ticked)
    changed = assignment.assign(position, give=give, take=take, due_at=_due(position), by=somebody(), now=now())
    goes_on, is_changed = bool(request.form.get("next")), bool(changed.given or changed.taken)
    if is_changed or not goes_on:
        flash(_what_changed(changed.given, changed.taken), "success" if is_changed else "info")
    return _back(position, behind=request.form.get("next") or request.form.get("after", ""))


def _pairs(name: str) -> set[tuple[str, str]]:
    """An application and a reviewer each; 422 for what is neither."""
    pairs = [one.split(" ", 1) for one in request.form.getlist(name)]
    if any(len(pair) != 2 for pair in pairs):
        abort(422)
    return {(pair[0], pair[1]) for pair in pairs}


@blueprint.post("/desk/positions/<position_id>/reviewers/share-out")
@requires(May.SHARE_OUT_REVIEWS, POSITION)
def share_out(position: Position) -> Response:
    """Do what the suggestion showed, worked out anew: nobody who stepped aside meanwhile is asked."""
    wanted = _wanted(request.form.get("wanted", ""))
    plan = assignment.suggestion(position, wanted, by=somebody())
    changed = assignment.assign(position, give=plan.pairs, due_at=_due(position), by=somebody(), now=now())
    flash(_what_changed(changed.given, 0), "success" if changed.given else "info")
    return _back(position)


@blueprint.post("/desk/positions/<position_id>/reviewers/due")
@requires(May.SHARE_OUT_REVIEWS, POSITION)
def due(position: Position) -> Response:
    assignment.set_due(position, _due(position), by=somebody(), now=now())
    flash(_("The date holds for every review that was asked for."), "success")
    return _back(position)


@blueprint.post("/desk/positions/<position_id>/reviewers/remind")
@requires(May.SHARE_OUT_REVIEWS, POSITION)
def remind(position: Position) -> Response:
    count = assignment.remind(position, by=somebody(), now=now())
    if count:
        flash(ngettext("One reviewer is reminded.", "%(num)s reviewers are reminded.", count), "success")
    else:
        flash(_("Nobody is behind with a review."), "info")
    return _back(position)


def _what_changed(given: int, taken: int) -> str:
    if not given and not taken:
        return str(_("Nothing changed."))
    parts = []
    if given:
        parts.append(ngettext("One review is asked for.", "%(num)s reviews are asked for.", given))
    if taken:
        parts.append(ngettext("One review is no longer asked for.", "%(num)s reviews are no longer asked for.", taken))
    return " ".join(parts)


def _due(position: Position) -> datetime | None:
    """The end of that day in the position's zone; 422 for what is no date."""
    raw = request.form.get("due_on", "").strip()
    if not raw:
        return None
    try:
        day = datetime.strptime(raw, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        abort(422, _("This is not a date."))
    return datetime.combine(day, time(23, 59), ZoneInfo(position.time_zone))


def _back(position: Position, *, behind: str = "") -> Response:
    return redirect(url_for("committee.assign", position_id=position.id, after=behind[:16] or None), 303)

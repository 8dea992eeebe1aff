"""Lists and the board of applications, with their filters in the address."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from sqlalchemy import select

from tracker.dossiers import filters as reading
from tracker.dossiers.blueprint import blueprint
from tracker.dossiers.board import cards, cards_each
from tracker.dossiers.filters import Filters, Mine, Sort
from tracker.dossiers.names import kind_name, kind_of_position, mine_name, origin_name
from tracker.dossiers.rows import Line
from tracker.dossiers.walking import counts_by_stage, page_of_lines
from tracker.models import Position, PositionKind, PositionTheme, StageKind, Theme
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import ngettext, said
from tracker.plumbing.keyset import MANY
from tracker.plumbing.moments import day
from tracker.positions.queries import visible_positions, within_sight
from tracker.rules.lifecycle import SEATS
from tracker.rules.permissions import May
from tracker.rules.roles import Standing
from tracker.web.access import Thing, requires, standing
from tracker.web.pages import page_or_fragment
from tracker.workflows.plans import PlannedMove, plan_of

POSITION = Thing("position", visible_positions)


@blueprint.get("/desk/positions/<position_id>/applications")
@requires(May.LIST_APPLICATIONS, POSITION)
def position(position: Position) -> str:
    who, filters = standing(), reading.read(request.args)
    lines = page_of_lines(who, filters, now=now(), within=position)
    stages = plan_of(position).shown
    return page_or_fragment(
        "dossiers/list.html",
        "dossiers/_lines.html",
        position=position,
        lines=lines,
        filters=filters,
        stages=stages,
        counts=counts_by_stage(who, Filters(), now=now(), within=position),
        chips=chips(filters, {stage.key: said(stage.label) for stage in stages}),
        moves=moves_by_key(who, position, {line.stage_id for line in lines.rows}),
        Sort=Sort,
        Mine=Mine,
        **their_part(who, lines.rows),
    )


@blueprint.get("/desk/applications")
@requires(May.SEE_DESK)
def across() -> str:
    who, filters = standing(), reading.read(request.args)
    lines = page_of_lines(who, filters, now=now())
    return page_or_fragment(
        "dossiers/across.html",
        "dossiers/_lines.html",
        lines=lines,
        position=None,
        filters=filters,
        themes=themes_in_sight(who),
        kinds=[kind for kind in StageKind if kind is not StageKind.DRAFT],
        chips=chips(filters, {}),
        moves=[],
        Sort=Sort,
        Mine=Mine,
        **their_part(who, lines.rows),
        PositionKind=PositionKind,
    )


@blueprint.get("/desk/positions/<position_id>/board")
@requires(May.LIST_APPLICATIONS, POSITION)
def board(position: Position) -> str:
    who, filters = standing(), reading.read(request.args)
    stages = plan_of(position).shown
    counts = counts_by_stage(who, filters, now=now(), within=position)
    return page_or_fragment(
        "dossiers/board.html",
        "dossiers/_columns.html",
        position=position,
        filters=filters,
        stages=stages,
        counts=counts,
        cards=cards(who, filters, now=now(), within=position, each=cards_each(len(counts))),
        moves=moves_by_stage(who, position),
        chips=chips(filters, {stage.key: said(stage.label) for stage in stages}),
        Sort=Sort,
        Mine=Mine,
        judges=judging(who),
        now=now(),
    )


def judging(who: Standing) -> Callable[[str], bool]:
    """Whether the reader declares conflicts before opening dossiers of a position: all but those who guard alone."""
    guards = who.is_hr or who.is_admin
    return lambda position_id: not guards or position_id in who.seats


def their_part(who: Standing, rows: Sequence[Line]) -> dict[str, Any]:
    """What the column of the reader's own part needs, and whether there is anything to stand in it."""
    judges = judging(who)
    taken = any(line.assigned or line.my_review or judges(line.position_id) for line in rows)
    return {"judges": judges, "takes_part": taken}


def themes_in_sight(who: Standing) -> list[Theme]:
    """Themes of the positions that this reader has to do with."""
    in_order = select(Theme).order_by(Theme.place, Theme.id)
    if who.is_hr or who.is_admin:
        return list(db.session.scalars(in_order))
    theirs = select(PositionTheme.theme_id).join(Position).where(within_sight(who))
    return list(db.session.scalars(in_order.where(Theme.id.in_(theirs))))


def my_moves(who: Standing, position: Position) -> list[PlannedMove]:
    """The moves of the position's workflow that name a role this reader holds; conditions are looked at when made."""
    seat = who.seats.get(position.id)
    names = {name for name, role in SEATS.items() if role is seat} | ({"hr"} if who.is_hr else set())
    return [move for move in plan_of(position).moves if names & set(move.by)]


def moves_by_stage(who: Standing, position: Position) -> dict[str, list[PlannedMove]]:
    found: dict[str, list[PlannedMove]] = {}
    for move in my_moves(who, position):
        found.setdefault(move.from_stage_id, []).append(move)
    return found


def moves_by_key(who: Standing, position: Position, stages: set[str]) -> list[tuple[str, str, list[str]]]:
    """For the bulk bar: key, label and starting stages of each move that begins in one of these stages."""
    found: dict[str, tuple[str, list[str]]] = {}
    for move in my_moves(who, position):
        if move.from_stage_id in stages:
            found.setdefault(move.key, (said(move.label), []))[1].append(move.from_stage_id)
    return [(key, label, starts) for key, (label, starts) in found.items()]


def chips(filters: Filters, stage_names: dict[str, str]) -> list[dict[str, Any]]:
    """The filters in force, each with the address without it."""
    found: list[dict[str, Any]] = []

    def add(label: str, value: str, **without: object) -> None:
        found.append({"label": label, "value": value, "remove": f"{request.path}?{filters.query(**without)}"})

    if filters.text:
        add(_("Search"), filters.text, text="")
    for key in filters.stages:
        rest = tuple(one for one in filters.stages if one != key)
        add(_("Stage"), stage_names.get(key, key), stages=rest)
    for kind in filters.kinds:
        add(_("Stage"), kind_name(kind), kinds=tuple(one for one in filters.kinds if one is not kind))
    if filters.themes:
        add(_("Themes"), str(len(filters.themes)), themes=())
    if filters.position_kind:
        add(_("Kind"), kind_of_position(filters.position_kind), position_kind=None)
    if filters.origin:
        add(_("Origin"), origin_name(filters.origin), origin=None)
    if filters.start:
        add(_("Submitted from"), day(filters.start), start=None)
    if filters.end:
        add(_("Submitted until"), day(filters.end), end=None)
    if filters.mine:
        add(mine_name(filters.mine), "", mine=None)
    if filters.waiting_days:
        days = filters.waiting_days
        add(_("Waiting"), ngettext("%(num)s day or more", "%(num)s days or more", days), waiting_days=None)
    if filters.ended is not None:
        add(_("Ended") if filters.ended else _("Under way"), "", ended=None)
    return found


@blueprint.app_context_processor
def names() -> dict[str, Any]:
    return {"MANY": MANY, "kind_name": kind_name, "kind_of_position": kind_of_position, "mine_name": mine_name}

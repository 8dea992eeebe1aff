"""The cards of a board: of each stage those that wait longest, found in the index that has them in that order."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.dossiers.filters import Filters
from tracker.dossiers.rows import Line, ids_of_each, line_columns, lines
from tracker.dossiers.walking import LISTS, WORKFLOW, Walk, ask
from tracker.models import Application, Position, Stage
from tracker.plumbing.database import fetch
from tracker.plumbing.planning import Plan, at_most, given
from tracker.rules.roles import Standing

CARDS = 96
"""On one board: as many as a page can hold and a person can look over."""
FEWEST, MOST = 6, 40
"""In one column."""
_stage = aliased(Stage)


def cards_each(columns: int) -> int:
    """How many cards a column shows where so many columns have some."""
    return min(max(CARDS // max(columns, 1), FEWEST), MOST)


def cards(who: Standing, filters: Filters, *, now: datetime, within: Position, each: int) -> dict[str, list[Line]]:
    """The first cards of each stage, longest waiting first, by the stage's key."""
    walk = Walk.along(who, filters, within, size=each)
    found = ask(_longest_waiting, walk, walk.values(now, within)).scalars()
    shown = " ".join(ids for ids in found if ids)
    by_stage: dict[str, list[Line]] = {}
    for row in fetch(_cards(walk.who), {"shown": shown}, plan=Plan.ONCE).all() if shown else ():
        line = Line._make(row)
        by_stage.setdefault(line.stage_key, []).append(line)
    return by_stage


@lru_cache(LISTS)
def _longest_waiting(walk: Walk) -> Any:
    here = walk.fitting(Application.id).where(Application.stage_id == _stage.id)
    longest = here.order_by(Application.stage_since, Application.id).limit(at_most(walk.size))
    return select(ids_of_each(longest, _stage)).where(_stage.workflow_id == WORKFLOW)


@lru_cache(LISTS)
def _cards(who: Standing) -> Any:
    query = lines(who, *line_columns(who)).where(given(Application.id, "shown"))
    return query.order_by(Application.stage_since, Application.id)

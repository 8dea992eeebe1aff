"""The funnel: how far applications came, by theme, kind of position or origin, of what the asker may see."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, union_all

from tracker.dossiers.names import kind_of_position, origin_name
from tracker.dossiers.rows import midnight
from tracker.models import Application, Origin, Position, PositionKind, PositionTheme, StageKind, Theme
from tracker.plumbing.database import db
from tracker.plumbing.i18n import said
from tracker.plumbing.sight import out_of_sight, reaches
from tracker.rules import suppression
from tracker.rules.roles import Standing
from tracker.rules.suppression import SuppressedTable

COLUMNS: tuple[StageKind, ...] = tuple(kind for kind in StageKind if kind is not StageKind.DRAFT)
STEPS: tuple[StageKind, ...] = (
    StageKind.INTAKE,
    StageKind.REVIEW,
    StageKind.SHORTLIST,
    StageKind.INTERVIEW,
    StageKind.OFFER,
    StageKind.HIRED,
)
"""What the picture shows: everyone who came at least this far."""
Cell = tuple[str, StageKind, StageKind, Origin]
"""Of one position: where applications stand, how far they came, where they come from."""


class By(StrEnum):
    THEME = "theme"
    KIND = "kind"
    ORIGIN = "origin"


@dataclass(frozen=True)
class Period:
    """Submitted from and until these days, both included; None is open."""

    start: date | None = None
    end: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.start:
            found.append(Application.submitted_at >= midnight(self.start))
        if self.end:
            found.append(Application.submitted_at < midnight(self.end + timedelta(days=1)))
        return found


@dataclass(frozen=True)
class Question:
    who: Standing
    by: By
    period: Period
    exact: bool = False
    """Unrounded; for those who guard the procedure."""


@dataclass(frozen=True)
class Step:
    """`count` and `share` as they may be shown; `height` is the number to draw, None where it is hidden."""

    kind: StageKind
    count: str
    height: int | None
    share: int | None


@dataclass(frozen=True)
class Funnel:
    """Where applications stand now, by group and stage kind, and how many came how far."""

    groups: Sequence[str]
    """Keys of the rows, in their order; their names are `names`."""
    names: Mapping[str, str]
    columns: Sequence[StageKind]
    table: SuppressedTable[str, StageKind]
    steps: Sequence[Step]
    in_several: bool
    """An application can stand in more than one row."""


def funnel(question: Question) -> Funnel:
    """In three queries, whatever the number of applications."""
    names = _names(question)
    stand, reached = _counts(question)
    groups = [key for key in names if key in stand]
    columns = [kind for kind in COLUMNS if any(kind in stand[key] for key in groups)]
    counts = {key: {kind: stand[key].get(kind, 0) for kind in columns} for key in groups}
    make = suppression.exact if question.exact else suppression.suppressed
    empty: SuppressedTable[str, StageKind] = SuppressedTable({}, {}, {}, "0")
    return Funnel(
        groups=groups,
        names=names,
        columns=columns,
        table=make(counts) if counts else empty,
        steps=[_step(kind, reached, question.exact) for kind in STEPS],
        in_several=question.by is By.THEME,
    )


def _step(kind: StageKind, reached: Mapping[StageKind, int], exact: bool) -> Step:
    """Everyone whose furthest stage is this one or beyond."""
    count = sum(number for other, number in reached.items() if other.rank >= kind.rank)
    whole = sum(reached.values())
    if exact:
        return Step(kind, str(count), count, round(100 * count / whole) if whole else None)
    shown = suppression.shown(count)
    return Step(kind, shown, suppression.number(shown), suppression.percent(count, whole))


def _names(question: Question) -> dict[str, str]:
    match question.by:
        case By.THEME:
            themes = db.session.execute(select(Theme.id, Theme.name).order_by(Theme.place, Theme.id))
            return {theme_id: said(name) for theme_id, name in themes}
        case By.KIND:
            return {kind.value: kind_of_position(kind) for kind in PositionKind}
        case By.ORIGIN:
            return {origin.value: origin_name(origin) for origin in Origin}


def _counts(question: Question) -> tuple[dict[str, dict[StageKind, int]], dict[StageKind, int]]:
    """Counts by group and present kind; and, each application once, by the furthest kind reached.

    The applications are counted by what an index has of them; what is known of their positions is laid over that.
    """
    groups = _groups(question.by)
    stand: dict[str, dict[StageKind, int]] = {}
    reached: dict[StageKind, int] = {}
    for (position_id, kind, furthest, origin), count in _cells(question).items():
        reached[furthest] = reached.get(furthest, 0) + count
        for key in groups.get(position_id, ()) if groups is not None else (origin.value,):
            row = stand.setdefault(key, {})
            row[kind] = row.get(kind, 0) + count
    return stand, reached


def _cells(question: Question) -> Counter[Cell]:
    """Those in reach out of an index that holds nothing else, less those out of sight, who are few."""
    cell = Application.position_id, Application.stage_kind, Application.furthest, Application.origin
    there = reaches(question.who), *question.period.conditions()
    within = select(*cell, func.count()).where(*there).group_by(*cell)
    hidden = select(*cell, -func.count()).where(*there, out_of_sight(question.who)).group_by(*cell)
    found: Counter[Cell] = Counter()
    for position_id, kind, furthest, origin, count in db.session.execute(union_all(within, hidden)):
        found[position_id, kind, furthest, origin] += count
    return +found  # without those of which nothing is left


def _groups(by: By) -> dict[str, list[str]] | None:
    """The rows in which the applications of each position stand; None where that is not the position's to say."""
    if by is By.ORIGIN:
        return None
    found: dict[str, list[str]] = {}
    of_positions = {
        By.THEME: select(PositionTheme.position_id, PositionTheme.theme_id),
        By.KIND: select(Position.id, Position.kind),
    }
    for position_id, key in db.session.execute(of_positions[by]):
        found.setdefault(position_id, []).append(str(getattr(key, "value", key)))
    return found

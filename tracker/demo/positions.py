"""The positions of the demo, made by the same acts as any other: begun, written, seated, published, ended."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.demo.staff import COLLEAGUES, HOUSE, HR, Staff, address_of
from tracker.demo.vacancies import Vacancy, vacancies
from tracker.models import (
    Funding,
    Person,
    Position,
    PositionKind,
    PositionRole,
    Sight,
    Theme,
    Workflow,
)
from tracker.plumbing.database import db
from tracker.positions import actions
from tracker.positions.committee import seat
from tracker.positions.parts import FIELDS
from tracker.positions.steering import MOVES, steer

HOME = ZoneInfo("Europe/Amsterdam")
PLACE = "Leiden"
POLICY = "https://www.umc.example/recruitment"
ENDS = {"closed": ("close",), "decided": ("close", "decide"), "archived": ("close", "decide", "archive")}


def on_day(now: datetime, days: int, hour: int = 9, minute: int = 0) -> datetime:
    """That many days from now, at this time of the day in the house."""
    local = (now + timedelta(days=days)).astimezone(HOME)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def closing(vacancy: Vacancy, now: datetime) -> datetime:
    return on_day(now, vacancy.closes, 23, 59)


def open_positions(staff: Staff, now: datetime) -> dict[str, Position]:
    """Every position written, seated and, unless it is a draft, published at its time."""
    themes = {theme.slug: theme for theme in db.session.scalars(select(Theme))}
    return {one.key: _open(one, staff, themes, now) for one in vacancies()}


def _open(vacancy: Vacancy, staff: Staff, themes: dict[str, Theme], now: datetime) -> Position:
    begun = on_day(now, vacancy.published - 9, 10)
    author = staff[vacancy.chair] if vacancy.missing else staff[HR]
    position = actions.begin(
        PositionKind(vacancy.kind),
        title=dict(vacancy.texts["title"]),
        themes=[themes[slug] for slug in vacancy.themes],
        by=author,
        now=begun,
    )
    _write(position, vacancy, author, now=now, at=begun + timedelta(hours=2))
    _seat(position, vacancy, staff, at=begun + timedelta(hours=3))
    if vacancy.state != "draft":
        steer(position, MOVES["publish"], by=staff[HR], now=on_day(now, vacancy.published, 9, 30))
    return position


def _write(position: Position, vacancy: Vacancy, author: Person, *, now: datetime, at: datetime) -> None:
    values = _values(vacancy, now)
    for part, names in FIELDS.items():
        given = {name: values[name] for name in names if name in values and name not in vacancy.missing}
        actions.edit(position, given, part=part, version=position.version, by=author, now=at)


def _values(vacancy: Vacancy, now: datetime) -> dict[str, Any]:
    chair = COLLEAGUES[vacancy.chair]
    second = COLLEAGUES[vacancy.members[0]]
    closes = closing(vacancy, now)
    texts = {name: dict(words) for name, words in vacancy.texts.items()}
    return texts | {
        "department": vacancy.department,
        "place": PLACE,
        "country": "NL",
        "openings": vacancy.openings,
        "starts_on": _first_of_month(closes.date() + timedelta(days=130)),
        "policy_url": POLICY,
        "funding": Funding(vacancy.funding),
        "grant_number": vacancy.grant,
        "supervisors": [
            {"name": chair, "title": "Professor", "url": ""},
            {"name": second, "title": "Principal investigator", "url": ""},
        ],
        "partners": [dict(one) for one in vacancy.partners],
        "contact_name": chair,
        "contact_email": f"{address_of(chair)}@{HOUSE}",
        "opens_at": None if vacancy.opens is None else on_day(now, vacancy.opens, 9),
        "closes_at": closes,
        "decision_by": closes.date() + timedelta(days=45),
        "letters_wanted": vacancy.letters,
        "workflow_id": _workflow(vacancy.workflow),
        "blind_first_round": vacancy.blind,
        "members_see": Sight(vacancy.sight),
    }


def _first_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _workflow(key: str) -> str:
    return db.session.scalars(select(Workflow.id).where(Workflow.key == key, Workflow.is_copy.is_(False))).one()


def _seat(position: Position, vacancy: Vacancy, staff: Staff, *, at: datetime) -> None:
    wanted = [(vacancy.chair, PositionRole.CHAIR)]
    wanted += [(key, PositionRole.MEMBER) for key in vacancy.members]
    wanted += [(key, PositionRole.OBSERVER) for key in vacancy.observers]
    wanted += [(key, PositionRole.COORDINATOR) for key in vacancy.coordinators]
    seated = {one.person_id for one in position.seats}
    for key, role in wanted:
        if staff[key].id not in seated:
            seat(position, staff[key], role, by=staff[HR], now=at)


def end_procedures(positions: dict[str, Position], staff: Staff, now: datetime) -> None:
    """Close, decide, put away and cancel what has come that far, each at its time."""
    for vacancy in vacancies():
        position, officer = positions[vacancy.key], staff[HR]
        if vacancy.state == "cancelled":
            at = closing(vacancy, now) + timedelta(days=1)
            steer(position, MOVES["cancel"], by=officer, now=at, reason=vacancy.cancelled_because)
        for days, move in zip((0, 76, 104), ENDS.get(vacancy.state, ()), strict=False):
            steer(position, MOVES[move], by=officer, now=closing(vacancy, now) + timedelta(days=days, minutes=1))

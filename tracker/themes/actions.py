"""Writing themes: their texts, order, projects, prizes and coordinators; and planting the ten that ship."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from tracker.models import Person, Theme, ThemePrize, ThemeProject, ThemeSeat
from tracker.models.base import Words
from tracker.plumbing.database import db
from tracker.plumbing.history import remember
from tracker.rules.refusals import Invalid, Stale
from tracker.rules.search_text import search_text
from tracker.rules.sentences import say
from tracker.rules.words import words_in
from tracker.shipped import themes as shipped_themes


@dataclass(frozen=True, kw_only=True)
class ThemeTexts:
    name: Words
    summary: Words
    research: Words
    hue: int


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    title: Words
    summary: Words
    leader: str = ""
    funder: str = ""
    grant_number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PrizeFacts:
    title: Words
    year: int
    winner: str = ""


def install_shipped(now: datetime) -> None:
    """Plant the ten themes; a theme that is there by its slug is left as it is."""
    there = set(db.session.scalars(select(Theme.slug)))
    for place, raw in enumerate(shipped_themes()):
        if raw["slug"] in there:
            continue
        theme = Theme(
            slug=raw["slug"],
            name=raw["name"],
            summary=words_in(raw.get("summary")),
            research=words_in(raw.get("research")),
            hue=raw.get("hue", 210),
            place=place,
            projects=[
                ThemeProject(**_shipped_project(one), place=at) for at, one in enumerate(raw.get("projects", []))
            ],
            prizes=[
                ThemePrize(year=one["year"], title=one["title"], winner=one.get("winner", ""))
                for one in raw.get("prizes", [])
            ],
        )
        db.session.add(theme)
        db.session.flush()
        remember("theme", theme.id, "installed", by=None, now=now, slug=theme.slug)


def _shipped_project(raw: dict[str, Any]) -> dict[str, Any]:
    days = {f"{name}s_on": date.fromisoformat(raw[name]) for name in ("start", "end") if raw.get(name)}
    texts = {name: raw.get(name, "") for name in ("leader", "funder", "grant_number")}
    return {"title": raw["title"], "summary": words_in(raw.get("summary")), **texts, **days}


def add_theme(texts: ThemeTexts, *, by: Person, now: datetime) -> Theme:
    """Last in the order, and hidden until it is shown."""
    last = db.session.scalar(select(func.max(Theme.place)))
    theme = Theme(
        slug=_free_slug(texts.name["en"]),
        name=texts.name,
        summary=texts.summary,
        research=texts.research,
        hue=texts.hue,
        place=(last or 0) + 1,
        is_shown=False,
    )
    db.session.add(theme)
    db.session.flush()
    remember("theme", theme.id, "added", by=by, now=now, slug=theme.slug)
    return theme


def _free_slug(name: str) -> str:
    """Stays the theme's address for ever, whatever it is called later."""
    wish = re.sub(r"[^a-z0-9]+", "-", search_text(name)).strip("-")[:60] or "theme"
    taken = set(db.session.scalars(select(Theme.slug).where(Theme.slug.startswith(wish))))
    return next(slug for slug in (wish, *(f"{wish}-{number}" for number in range(2, 1000))) if slug not in taken)


def edit_theme(theme: Theme, texts: ThemeTexts, *, version: int, by: Person, now: datetime) -> None:
    """Stale where somebody else wrote it after the page was opened."""
    db.session.refresh(theme, with_for_update=True)
    if theme.version != version:
        raise Stale
    changed = [name for name in ("name", "summary", "research", "hue") if getattr(theme, name) != getattr(texts, name)]
    for name in changed:
        setattr(theme, name, getattr(texts, name))
    if changed:
        remember("theme", theme.id, "edited", by=by, now=now, fields=changed)


def show_theme(theme: Theme, *, shown: bool, by: Person, now: datetime) -> None:
    if theme.is_shown is not shown:
        theme.is_shown = shown
        remember("theme", theme.id, "shown" if shown else "hidden", by=by, now=now)


def move_theme(theme: Theme, *, up: bool, by: Person, now: datetime) -> None:
    """Change places with its neighbour; at an end nothing happens."""
    order = list(db.session.scalars(select(Theme.id).order_by(Theme.place, Theme.slug).with_for_update()))
    at = order.index(theme.id)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for place, theme_id in enumerate(order):
        db.session.execute(update(Theme).where(Theme.id == theme_id).values(place=place))
    remember("theme", theme.id, "moved", by=by, now=now, place=to)


def save_project(
    theme: Theme, facts: ProjectFacts, *, project: ThemeProject | None, by: Person, now: datetime
) -> ThemeProject:
    """A new one where `project` is None."""
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise Invalid(say("The project ends before it starts."))
    what = "project_edited" if project else "project_added"
    if project is None:
        project = ThemeProject(theme_id=theme.id, place=len(theme.projects))
        theme.projects.append(project)
    for name, value in vars(facts).items():
        setattr(project, name, value)
    db.session.flush()
    remember("theme", theme.id, what, by=by, now=now, project=project.id)
    return project


def remove_project(theme: Theme, project: ThemeProject, *, by: Person, now: datetime) -> None:
    theme.projects.remove(project)
    remember("theme", theme.id, "project_removed", by=by, now=now, project=project.id)


def save_prize(theme: Theme, facts: PrizeFacts, *, prize: ThemePrize | None, by: Person, now: datetime) -> ThemePrize:
    """A new one where `prize` is None."""
    what = "prize_edited" if prize else "prize_added"
    if prize is None:
        prize = ThemePrize(theme_id=theme.id)
        theme.prizes.append(prize)
    prize.title, prize.year, prize.winner = facts.title, facts.year, facts.winner
    db.session.flush()
    remember("theme", theme.id, what, by=by, now=now, prize=prize.id)
    return prize


def remove_prize(theme: Theme, prize: ThemePrize, *, by: Person, now: datetime) -> None:
    theme.prizes.remove(prize)
    remember("theme", theme.id, "prize_removed", by=by, now=now, prize=prize.id)


def seat_coordinator(theme: Theme, person: Person, *, by: Person, now: datetime) -> None:
    if any(seat.person_id == person.id for seat in theme.coordinators):
        raise Invalid(say("This person is already a coordinator of the theme."))
    theme.coordinators.append(ThemeSeat(theme_id=theme.id, person_id=person.id, since=now))
    remember("theme", theme.id, "coordinator_seated", by=by, now=now, person=person.id)


def unseat_coordinator(theme: Theme, person_id: str, *, by: Person, now: datetime) -> None:
    seat = next((one for one in theme.coordinators if one.person_id == person_id), None)
    if seat is not None:
        theme.coordinators.remove(seat)
        remember("theme", theme.id, "coordinator_unseated", by=by, now=now, person=person_id)

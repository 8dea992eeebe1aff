"""What the palette finds: pages and acts, positions, applications, people; each among what one may see."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import case, or_, select

from tracker.accounts.queries import people
from tracker.dossiers.filters import Filters
from tracker.dossiers.knowing import knows_name
from tracker.dossiers.rows import lines, narrowed
from tracker.models import Application, Person, Position, Stage
from tracker.plumbing.database import db
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said, spoken
from tracker.positions.queries import within_sight
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing
from tracker.rules.search_text import matches, search_text, search_words
from tracker.web.chrome import nav_for

EACH = 8
Item = dict[str, Any]
ACTS = (
    ("positions.create", May.DRAFT_POSITION, "plus"),
    ("accounts.invite", May.MANAGE_PEOPLE, "user-plus"),
    ("accounts.account", May.HAVE_ACCOUNT, "user-round"),
    ("home.landing", May.SEE_DESK, "globe"),
)


def found(who: Standing, query: str, *, now: datetime) -> list[dict[str, Any]]:
    """Groups for components/palette.html; without a query, where one could go."""
    words = search_words(query)
    groups = [{"title": _("Go to"), "items": _pages(who, words)}]
    if words:
        groups += [
            {"title": _("Positions"), "items": _positions(who, words)},
            {"title": _("Applications"), "items": _applications(who, query, now)},
            {"title": _("People"), "items": _people(who, words)},
        ]
    return groups


def _pages(who: Standing, words: list[str]) -> list[Item]:
    items = [{"label": spoken(one.label), "href": url_for(one.endpoint), "icon": one.icon} for one in nav_for(who)]
    labels = {
        "positions.create": _("New position"),
        "accounts.invite": _("Invite somebody"),
        "accounts.account": _("Your account"),
        "home.landing": _("Public pages"),
    }
    for endpoint, may, icon in ACTS:
        if can(who, may):
            items.append({"label": labels[endpoint], "href": url_for(endpoint), "icon": icon})
    return [one for one in items if matches(search_text(one["label"]), words)][: EACH * 2]


def _positions(who: Standing, words: list[str]) -> list[Item]:
    query = select(Position.id, Position.title, Position.reference).where(within_sight(who))
    for word in words:
        in_reference = Position.reference.icontains(word, autoescape=True)
        query = query.where(or_(Position.search_text.contains(word, autoescape=True), in_reference))
    rows = db.session.execute(query.order_by(Position.created_at.desc(), Position.id).limit(EACH))
    return [
        {
            "label": said(row.title),
            "href": url_for("positions.overview", position_id=row.id),
            "icon": "briefcase",
            "hint": row.reference,
        }
        for row in rows
    ]


def _applications(who: Standing, text: str, now: datetime) -> list[Item]:
    """By what this reader may know: names and e-mail addresses only where they are not hidden from them."""
    shown = case((knows_name(who), Application.name), else_=Application.code).label("name")
    query = narrowed(
        lines(who, Application.id, shown, Position.title, Stage.label), Filters(text=text), who=who, now=now
    )
    rows = db.session.execute(query.order_by(Application.submitted_at.desc(), Application.id).limit(EACH))
    return [
        {
            "label": row.name,
            "href": url_for("dossiers.show", application_id=row.id),
            "icon": "user",
            "hint": f"{said(row.label)} · {said(row.title)}",
        }
        for row in rows
    ]


def _people(who: Standing, words: list[str]) -> list[Item]:
    if not who.is_admin:
        return []
    query = people(who).where(Person.closed_at.is_(None))
    for word in words:
        query = query.where(
            or_(Person.name.icontains(word, autoescape=True), Person.email.icontains(word, autoescape=True))
        )
    rows = db.session.scalars(query.order_by(Person.name, Person.id).limit(EACH))
    return [
        {
            "label": one.name,
            "href": url_for("accounts.person", person_id=one.id),
            "icon": "user-round",
            "hint": one.email,
        }
        for one in rows
    ]

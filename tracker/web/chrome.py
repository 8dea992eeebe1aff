"""What every page carries: the institute, the person, the language, the theme of colours, the staff's navigation."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup

from tracker.plumbing.i18n import language
from tracker.plumbing.settings import Settings
from tracker.rules.permissions import May
from tracker.rules.policy import can
from tracker.rules.roles import Standing
from tracker.rules.sentences import Sentence, say
from tracker.web.access import me, standing
from tracker.web.pages import PDF_VIEW


@dataclass(frozen=True, eq=False)
class NavItem:
    """A room of the desk."""

    endpoint: str
    label: Sentence
    icon: str
    may: May
    group: Sentence | None = None


DESIGN, HOUSE = say("Design"), say("House")
NAV = (
    NavItem("home.desk", say("Desk"), "inbox", May.SEE_DESK),
    NavItem("positions.desk", say("Positions"), "briefcase", May.SEE_DESK),
    NavItem("dossiers.across", say("Applications"), "users", May.SEE_DESK),
    NavItem("reports.funnel", say("Reports"), "chart-column", May.SEE_REPORTS),
    NavItem("reports.exports", say("Exports"), "download", May.EXPORT),
    NavItem("forms.index", say("Forms"), "list-checks", May.MANAGE_DESIGNS, DESIGN),
    NavItem("workflows.index", say("Workflows"), "git-branch", May.MANAGE_DESIGNS, DESIGN),
    NavItem("positions.rubrics", say("Rubrics"), "scale", May.MANAGE_DESIGNS, DESIGN),
    NavItem("messages.templates", say("Messages"), "mail", May.MANAGE_DESIGNS, DESIGN),
    NavItem("themes.desk", say("Themes"), "layers", May.MANAGE_THEMES, HOUSE),
    NavItem("accounts.people", say("People"), "user-cog", May.MANAGE_PEOPLE, HOUSE),
    NavItem("messages.outbox", say("Outbox"), "send", May.READ_OUTBOX, HOUSE),
)


@lru_cache(256)
def nav_for(who: Standing) -> tuple[NavItem, ...]:
    """The items that whoever has these roles may open."""
    return tuple(item for item in NAV if can(who, item.may))


@cache
def nav_of(here: str) -> NavItem | None:
    """The item that holds this endpoint's page: its own, or the only one of the page's room."""
    of_room = [item for item in NAV if item.endpoint.split(".")[0] == here.split(".")[0]]
    return next((item for item in of_room if item.endpoint == here or len(of_room) == 1), None)


def init_app(app: Flask, settings: Settings) -> None:
    institute = {
        "name": settings.institute_name,
        "unit": settings.institute_unit,
        "logo_url": settings.institute_logo,
        "accent": settings.accent,
    }
    app.jinja_env.globals["pdf_view"] = PDF_VIEW

    parts: dict[tuple[Hashable, ...], Markup] = {}

    def same_for_all(name: str, **values: Hashable) -> Markup:
        """A part of the page that depends on the language and a few words alone: written once for each."""
        key = (name, language(), *values.values())
        if key not in parts:
            everywhere = {"institute": institute, **values}
            parts[key] = Markup(app.jinja_env.get_template(name).render(everywhere))  # noqa: S704 - a template escapes
        return parts[key]

    app.jinja_env.globals["same_for_all"] = same_for_all

    @app.context_processor
    def chrome() -> dict[str, Any]:
        theme = request.cookies.get("theme", "")
        me_here = None if g.get("bare", False) else me()
        return {
            "me": me_here,
            "institute": institute,
            "staff_nav": nav_for(standing()) if me_here and me_here.is_staff else (),
            "nav_here": nav_of(request.endpoint or ""),
            "language": language(),
            "colour_theme": theme if theme in {"light", "dark"} else "",
        }

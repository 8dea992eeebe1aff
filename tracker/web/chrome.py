"""What every page carries: the institute, the person, the language, the theme of colours, the staff's navigation."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from tracker.plumbing.i18n import language
from tracker.plumbing.settings import Settings
from tracker.rules.permissions import May
from tracker.web.access import allowed, me
from tracker.web.pages import PDF_VIEW


@dataclass(frozen=True)
class NavItem:
    endpoint: str
    label: Any
    icon: str
    may: May
    group: Any = ""


NAV = (
    NavItem("home.desk", lazy_gettext("Desk"), "inbox", May.SEE_DESK),
    NavItem("positions.desk", lazy_gettext("Positions"), "briefcase", May.SEE_DESK),
    NavItem("dossiers.across", lazy_gettext("Applications"), "users", May.SEE_DESK),
    NavItem("reports.funnel", lazy_gettext("Reports"), "chart-column", May.SEE_REPORTS),
    NavItem("reports.exports", lazy_gettext("Exports"), "download", May.EXPORT),
    NavItem("forms.index", lazy_gettext("Forms"), "list-checks", May.MANAGE_DESIGNS, lazy_gettext("Design")),
    NavItem("workflows.index", lazy_gettext("Workflows"), "git-branch", May.MANAGE_DESIGNS, lazy_gettext("Design")),
    NavItem("positions.rubrics", lazy_gettext("Rubrics"), "scale", May.MANAGE_DESIGNS, lazy_gettext("Design")),
    NavItem("messages.templates", lazy_gettext("Messages"), "mail", May.MANAGE_DESIGNS, lazy_gettext("Design")),
    NavItem("themes.desk", lazy_gettext("Themes"), "layers", May.MANAGE_THEMES, lazy_gettext("House")),
    NavItem("accounts.people", lazy_gettext("People"), "user-cog", May.MANAGE_PEOPLE, lazy_gettext("House")),
    NavItem("messages.outbox", lazy_gettext("Outbox"), "send", May.READ_OUTBOX, lazy_gettext("House")),
)


def endpoint_exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def staff_nav() -> list[dict[str, Any]]:
    """The items this person may open; the one that holds the page is active."""
    items = []
    for item in NAV:
        if not endpoint_exists(item.endpoint) or not allowed(item.may):
            continue
        room = item.endpoint.split(".")[0]
        here = request.endpoint or ""
        active = here == item.endpoint or (
            here.split(".")[0] == room and sum(n.endpoint.startswith(room) for n in NAV) == 1
        )
        items.append(
            {
                "label": item.label,
                "href": url_for(item.endpoint),
                "icon": item.icon,
                "active": active,
                "count": None,
                "group": item.group,
            }
        )
    return items


def init_app(app: Flask, settings: Settings) -> None:
    institute = {
        "name": settings.institute_name,
        "unit": settings.institute_unit,
        "logo_url": settings.institute_logo,
        "accent": settings.accent,
    }
    app.jinja_env.globals.update(endpoint_exists=endpoint_exists, pdf_view=PDF_VIEW)

    parts: dict[tuple[str, ...], Markup] = {}

    def same_for_all(name: str, **values: str) -> Markup:
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
            "staff_nav": staff_nav() if me_here and me_here.is_staff else [],
            "language": language(),
            "colour_theme": theme if theme in {"light", "dark"} else "",
        }

"""How values read on a page: moments in the reader's zone, Markdown made safe, sentences and words in their language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import nh3
from flask import Flask
from flask_babel import format_date, format_datetime, format_timedelta, get_timezone
from markdown_it import MarkdownIt
from markupsafe import Markup

from tracker.plumbing.clock import now
from tracker.plumbing.i18n import said, spoken

_markdown = MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "h5", "blockquote", "code", "pre", "hr"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


def markdown(text: str | None) -> Markup:
    """Safe HTML; headings start at h3, since a page has its own."""
    html = _markdown.render(text or "")
    for old, new in (("h3", "h5"), ("h2", "h4"), ("h1", "h3")):
        html = html.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"})
    return Markup(clean)  # noqa: S704 - cleaned by nh3 the line before


def moment(value: datetime | None, zone: str | None = None) -> str:
    """12 March 2027, 23:59 CET: in the reader's zone, or the one named, always with the zone's name."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone) if zone else get_timezone())
    return f"{format_datetime(local, 'd MMMM y, HH:mm', rebase=False)} {local.tzname()}"


def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(get_timezone()).date()
    return format_date(value, "d MMMM y", rebase=False)


def short_day(value: date | datetime | None) -> str:
    """12 Mar 2027: for tables."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(get_timezone()).date()
    return format_date(value, "d MMM y", rebase=False)


def relative(value: datetime | None) -> str:
    """in 3 days, 2 hours ago: against the server's clock."""
    if value is None:
        return ""
    distance: timedelta = value - now()
    return format_timedelta(distance, add_direction=True, threshold=1.2)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        markdown=markdown, moment=moment, day=day, short_day=short_day, relative=relative, said=said, spoken=spoken
    )

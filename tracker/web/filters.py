"""How values read on a page: Markdown made safe, moments, sentences and words in the reader's language."""

from decimal import Decimal
from functools import cache, lru_cache

import nh3
from babel.numbers import format_decimal
from flask import Flask, url_for
from markdown_it import MarkdownIt
from markupsafe import Markup

from tracker.plumbing.i18n import said, spoken, voice
from tracker.plumbing.moments import ago, day, moment, on, relative, short_day

_markdown = MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "h5", "blockquote", "code", "pre", "hr"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}

HUES = (225, 195, 150, 45, 15, 315)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@lru_cache(1_024)
def markdown(text: str | None) -> Markup:
    """Safe HTML; the highest heading becomes h3, since a page has its own, and none is skipped below it.

    Written once for each text: these are the institute's own, the same at every visit.
    """
    tokens = _markdown.parse(text or "")
    headings = [token for token in tokens if token.tag in HEADINGS]
    ranks = {tag: f"h{min(rank, 5)}" for rank, tag in enumerate(sorted({one.tag for one in headings}), start=3)}
    for token in headings:
        token.tag = ranks[token.tag]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"})
    return Markup(clean)  # noqa: S704 - cleaned by nh3 the line before


def number(value: int | float | Decimal | None, pattern: str | None = None) -> str:
    """3,108 or 3.108, as the reader's language writes it; by a pattern of CLDR, 4.0 or 4,0."""
    return "" if value is None else _number(value, pattern, voice().language)


@lru_cache(4_096)
def _number(value: int | float | Decimal, pattern: str | None, language: str) -> str:
    return format_decimal(value, pattern, locale=language)


def up_to(value: int, most: int) -> str:
    """3,108 as it is, but 1,000+ where the counting stopped after so many."""
    return f"{number(most)}+" if value > most else number(value)


@cache
def sprite() -> str:
    """Where the drawings are, for the scripts and for `icon`."""
    return url_for("static", filename="vendor/icons.svg")


@lru_cache(1_024)
def icon(name: str, label: str | None = None, size: str | None = None) -> Markup:
    """A drawing from icons.txt; without a label it is only decoration. size: sm, lg, xl.

    Written once for each: a page has dozens.
    """
    kind = Markup("icon icon-{}").format(size) if size else "icon"
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}#{}"/></svg>').format(kind, told, sprite(), name)


@lru_cache(1_024)
def avatar(name: str, size: str | None = None) -> Markup:
    """Initials in a quiet colour; decoration beside the name itself. size: sm."""
    parts = name.replace("-", " ").split() or ["?"]
    initials = parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")
    sized = f" avatar-{size}" if size else ""
    drawn = Markup('<span class="avatar hue-{}{}" aria-hidden="true">{}</span>')
    return drawn.format(HUES[len(name) % len(HUES)], sized, initials)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(avatar=avatar, icon=icon, sprite=sprite)
    app.jinja_env.filters.update(
        number=number,
        up_to=up_to,
        markdown=markdown,
        moment=moment,
        day=day,
        short_day=short_day,
        relative=relative,
        ago=ago,
        on=on,
        said=said,
        spoken=spoken,
    )

"""Languages: which one a reader gets, and sentences and words said in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from gettext import NullTranslations
from zoneinfo import available_timezones

from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_timezone, get_translations
from flask_login import current_user
from markupsafe import Markup, escape

from tracker.rules import words
from tracker.rules.sentences import Sentence

LANGUAGES = words.LANGUAGES
COOKIE = "language"
ZONE = "Europe/Amsterdam"
ZONE_COOKIE = "tz"
"""Set by static/js/zone.js."""
MANY = 4_096

babel = Babel()


def language_of_request() -> str | None:
    """What the signed-in person chose, else the cookie, else what the browser prefers."""
    if not has_request_context():
        return None
    for chosen in (_of_the_reader("language"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((one for one in wanted if one in LANGUAGES), words.FALLBACK)


def _of_the_reader(choice: str) -> str | None:
    """Nobody is asked for on a bare page: it may be the one that says that the database is away."""
    return None if g.get("bare", False) else getattr(current_user, choice, None)


def zone_of_request() -> str:
    """The signed-in person's time zone, else the one the browser told, else the institute's."""
    if not has_request_context():
        return ZONE
    for chosen in (_of_the_reader("time_zone"), request.cookies.get(ZONE_COOKIE)):
        if chosen in known_zones():
            return str(chosen)
    return ZONE


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=language_of_request, timezone_selector=zone_of_request)
    app.jinja_env.globals.update({"_": _markup, "gettext": _markup, "ngettext": _markup_of})


@dataclass(frozen=True)
class Voice:
    """How one reader is spoken to."""

    language: str
    zone: tzinfo
    words: "Words"


class Words:
    """Our own texts in one language; each is looked up once a process, since a page asks for hundreds."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self.text = lru_cache(MANY)(catalogue.gettext)
        self.markup = lru_cache(MANY)(lambda text: Markup(catalogue.gettext(text)))  # noqa: S704 - a text of ours
        self.number = catalogue.ngettext


_known: dict[str, Words] = {}


def voice() -> Voice:
    """That of whom we are writing for; found once, since a page asks hundreds of times."""
    here = g._get_current_object()  # once: each name asked of the proxy finds it anew
    held: Voice | None = vars(here).get("voice")
    if held is None:
        name = str(get_locale() or words.FALLBACK)
        if name not in _known:
            _known[name] = Words(get_translations())
        held = here.voice = Voice(name, get_timezone(), _known[name])
    return held


def gettext(text: str, **values: object) -> str:
    """Our own text in the reader's language; as it is written where there is no reader."""
    found = voice().words.text(text) if has_app_context() else text
    return found % values if values else found


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    found = voice().words.number(one, many, number) if has_app_context() else one if number == 1 else many
    return found % {"num": number, **values}


def _markup(text: str, **values: object) -> Markup:
    """Of templates: our own text is markup, and what is set into it is escaped."""
    words = voice().words
    return _filled(words.text(text), values) if values else words.markup(text)


def _markup_of(one: str, many: str, number: int, **values: object) -> Markup:
    return _filled(voice().words.number(one, many, number), {"num": number, **values})


def _filled(text: str, values: Mapping[str, object]) -> Markup:
    return Markup(text % {name: escape(value) for name, value in values.items()})  # noqa: S704 - text is ours


def language() -> str:
    """The language of the reader we are writing for: en or nl."""
    return voice().language if has_app_context() else words.FALLBACK


@contextmanager
def in_language(wanted: str) -> Iterator[None]:
    """Write for a reader of that language inside the block, in a request or out of it."""
    before: Voice | None = g.get("voice")
    if before is not None and before.language == wanted:
        yield
        return
    g.voice = None
    try:
        with force_locale(wanted if wanted in LANGUAGES else words.FALLBACK):
            yield
    finally:
        g.voice = before


def spoken(sentence: Sentence | str) -> str:
    """A sentence of the rules in the reader's language; sentences among its values are spoken too."""
    if isinstance(sentence, str):
        return gettext(sentence) if sentence else ""
    if not sentence.values:
        return gettext(sentence.text)
    values = {name: spoken(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return gettext(sentence.text, **values)


def said(written: Mapping[str, str] | None) -> str:
    """Words that people wrote in several languages, in the reader's; English where that is missing."""
    return words.said(written, language()) if written else ""

"""Moments and days in words: in the reader's zone or the one named, always with the zone's name.

The same days stand in every line of a list, so what Babel made of a day is kept, for each language.
"""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_timedelta
from markupsafe import Markup, escape

from tracker.plumbing.clock import now
from tracker.plumbing.i18n import voice

MANY = 4_096


def moment(value: datetime | None, zone: str | None = None) -> str:
    """12 March 2027, 23:59 CET: in the reader's zone, or the one named, always with the zone's name."""
    if value is None:
        return ""
    reader = voice()
    return _moment(value, ZoneInfo(zone) if zone else reader.zone, reader.language)


def day(value: date | datetime | None) -> str:
    return "" if value is None else _day(_local(value), "d MMMM y", voice().language)


def short_day(value: date | datetime | None) -> str:
    """12 Mar 2027: for tables."""
    return "" if value is None else _day(_local(value), "d MMM y", voice().language)


def relative(value: datetime | None) -> str:
    """in 3 days, 2 hours ago: against the server's clock."""
    if value is None:
        return ""
    distance, language = value - now(), voice().language
    return _distance(in_hours(distance), language) if is_long(distance) else _said(distance, language)


def month(value: date) -> str:
    """Sep 2026."""
    return _day(value, "MMM y", voice().language)


def is_long(distance: timedelta) -> bool:
    """Said in days at the finest, so that an hour more or less makes no other words."""
    return abs(distance) > timedelta(days=2)


def in_hours(distance: timedelta) -> timedelta:
    return timedelta(hours=round(distance / timedelta(hours=1)))


def ago(value: datetime) -> Markup:
    """How long ago or from now, as an element that has the exact moment for who points at it."""
    distance, reader = value - now(), voice()
    if is_long(distance):
        return _long_ago(value, in_hours(distance), reader.zone, reader.language)
    return _element(_moment(value, reader.zone, reader.language), _said(distance, reader.language))


@lru_cache(MANY)
def _long_ago(value: datetime, distance: timedelta, zone: tzinfo, language: str) -> Markup:
    return _element(_moment(value, zone, language), _distance(distance, language))


def on(value: datetime, zone: str | None = None) -> Markup:
    """The short day, as such an element; the exact moment in the zone named, or the reader's."""
    reader = voice()
    return _on(value, zone, reader.zone, reader.language)


@lru_cache(MANY)
def _on(value: datetime, zone: str | None, here: tzinfo, language: str) -> Markup:
    exact = _moment(value, ZoneInfo(zone) if zone else here, language)
    return _element(exact, _day(value.astimezone(here).date(), "d MMM y", language))


def _element(exact: str, shown: str) -> Markup:
    return Markup(f'<span title="{escape(exact)}">{escape(shown)}</span>')  # noqa: S704 - escaped here


def _local(value: date | datetime) -> date:
    return value.astimezone(voice().zone).date() if isinstance(value, datetime) else value


@lru_cache(MANY)
def _moment(value: datetime, zone: tzinfo, language: str) -> str:
    local = value.astimezone(zone)
    return f"{_day(local.date(), 'd MMMM y', language)}, {local:%H:%M} {local.tzname()}"


@lru_cache(MANY)
def _day(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, Locale.parse(locale))


@lru_cache(MANY)
def _distance(value: timedelta, locale: str) -> str:
    return _said(value, locale)


def _said(value: timedelta, locale: str) -> str:
    return format_timedelta(value, add_direction=True, threshold=1.2, locale=Locale.parse(locale))

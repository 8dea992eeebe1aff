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
    distance = value - now()
    if abs(distance) > timedelta(days=2):
        distance = timedelta(hours=round(distance / timedelta(hours=1)))  # said in days at the finest
        return _distance(distance, voice().language)
    return _said(distance, voice().language)


def ago(value: datetime) -> Markup:
    """How long ago or from now, as an element that has the exact moment for who points at it."""
    return _element(value.isoformat(timespec="minutes"), moment(value), relative(value))


def on(value: datetime, zone: str | None = None) -> Markup:
    """The short day, as such an element."""
    return _element(value.isoformat(timespec="minutes"), moment(value, zone), short_day(value))


def _element(stamp: str, exact: str, shown: str) -> Markup:
    stamp = stamp.replace("+00:00", "Z")
    return Markup(f'<time datetime="{stamp}" title="{escape(exact)}">{escape(shown)}</time>')  # noqa: S704 - escaped here


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

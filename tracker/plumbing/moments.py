"""Moments and days in words: in the reader's zone or the one named, always with the zone's name.

The same days stand in every line of a list, so what Babel made of a day is kept, for each language.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_timedelta

from tracker.plumbing.clock import now
from tracker.plumbing.i18n import voice

MANY = 4_096


def moment(value: datetime | None, zone: str | None = None) -> str:
    """12 March 2027, 23:59 CET: in the reader's zone, or the one named, always with the zone's name."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone) if zone else voice().zone)
    return f"{_day(local.date(), 'd MMMM y', voice().language)}, {local:%H:%M} {local.tzname()}"


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


def _local(value: date | datetime) -> date:
    return value.astimezone(voice().zone).date() if isinstance(value, datetime) else value


@lru_cache(MANY)
def _day(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, Locale.parse(locale))


@lru_cache(MANY)
def _distance(value: timedelta, locale: str) -> str:
    return _said(value, locale)


def _said(value: timedelta, locale: str) -> str:
    return format_timedelta(value, add_direction=True, threshold=1.2, locale=Locale.parse(locale))

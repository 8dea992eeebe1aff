"""Moments and days in words: in the reader's zone or the one named, always with the zone's name."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_datetime, format_timedelta, get_timezone

from tracker.plumbing.clock import now


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
    return str(format_date(value, "d MMMM y", rebase=False))


def short_day(value: date | datetime | None) -> str:
    """12 Mar 2027: for tables."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(get_timezone()).date()
    return str(format_date(value, "d MMM y", rebase=False))


def relative(value: datetime | None) -> str:
    """in 3 days, 2 hours ago: against the server's clock."""
    if value is None:
        return ""
    distance: timedelta = value - now()
    return str(format_timedelta(distance, add_direction=True, threshold=1.2))

"""Deadlines: a time on the wall in a zone, the instant it means, and whether one may still submit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from tracker.rules.sentences import Sentence, say


class ClockChange(StrEnum):
    """What the clocks of that zone do to the time on the wall."""

    NONE = "none"
    TWICE = "twice"
    NEVER = "never"


class ZoneUnknown(ValueError):
    """No IANA time zone has that name."""

    def __init__(self, zone: str) -> None:
        super().__init__(zone)
        self.sentence = say("“%(zone)s” is not a time zone. Choose one such as Europe/Amsterdam.", zone=zone)


@dataclass(frozen=True)
class Instant:
    """A moment in UTC, and what had to be decided to find it."""

    utc: datetime
    change: ClockChange

    @property
    def note(self) -> Sentence | None:
        """What a person should be told about the choice; None on an ordinary day."""
        if self.change is ClockChange.TWICE:
            return say("The clocks go back that night and this time comes twice. The later one counts.")
        if self.change is ClockChange.NEVER:
            return say("The clocks go forward that night and this time does not exist. The time right after counts.")
        return None


def is_zone(name: str) -> bool:
    return name in available_timezones()


def zone_named(name: str) -> ZoneInfo:
    """ZoneUnknown when there is none, whatever the text holds."""
    if not is_zone(name):
        raise ZoneUnknown(name)
    return ZoneInfo(name)


def instant(wall: datetime, zone: str) -> Instant:
    """The moment at which the clocks of that zone show this naive time.

    A time that comes twice means the later one, and a time that is skipped means the same distance after the change:
    both are the reading that gives candidates more time.
    """
    if wall.tzinfo is not None:
        raise ValueError("a time on the wall has no zone of its own")
    place = zone_named(zone)
    earlier, later = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier == later:
        return Instant(earlier, ClockChange.NONE)
    if earlier.astimezone(place).replace(tzinfo=None) != wall:
        return Instant(max(earlier, later), ClockChange.NEVER)
    return Instant(max(earlier, later), ClockChange.TWICE)


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """What the clocks of that zone show at that moment, without a zone, as a form field wants it."""
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)


def is_open(opens: datetime | None, closes: datetime | None, now: datetime) -> bool:
    """Whether one may submit; the second of the deadline itself still counts."""
    return not (opens and now < opens) and not is_past(closes, now)


def is_past(closes: datetime | None, now: datetime) -> bool:
    return closes is not None and now.replace(microsecond=0) > closes


def time_left(closes: datetime, now: datetime) -> timedelta:
    """Zero once it is past."""
    return max(closes - now, timedelta(0))

"""Deadlines: one instant for a time on the wall, and the last second still counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.deadlines import ClockChange, ZoneUnknown, instant, is_open, is_zone, on_the_wall, time_left

AMSTERDAM = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("wall", "zone", "utc", "change"),
    [
        (datetime(2026, 7, 1, 23, 59), AMSTERDAM, datetime(2026, 7, 1, 21, 59, tzinfo=UTC), ClockChange.NONE),
        (datetime(2026, 12, 1, 23, 59), AMSTERDAM, datetime(2026, 12, 1, 22, 59, tzinfo=UTC), ClockChange.NONE),
        (datetime(2026, 10, 25, 2, 30), AMSTERDAM, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ClockChange.TWICE),
        (datetime(2026, 3, 29, 2, 30), AMSTERDAM, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), ClockChange.NEVER),
        (datetime(2026, 6, 1, 12, 0), "Asia/Kathmandu", datetime(2026, 6, 1, 6, 15, tzinfo=UTC), ClockChange.NONE),
        (datetime(2011, 12, 30, 12), "Pacific/Apia", datetime(2011, 12, 30, 22, tzinfo=UTC), ClockChange.NEVER),
    ],
)
def test_a_time_on_the_wall_means_one_instant(wall: datetime, zone: str, utc: datetime, change: ClockChange) -> None:
    found = instant(wall, zone)
    assert (found.utc, found.change) == (utc, change)
    assert (found.note is None) == (change is ClockChange.NONE)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),
    st.sampled_from([AMSTERDAM, "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC"]),
)
def test_the_wall_shows_again_what_was_meant(wall: datetime, zone: str) -> None:
    found = instant(wall, zone)
    assert (on_the_wall(found.utc, zone) == wall) == (found.change is not ClockChange.NEVER)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "/etc/passwd", "europe/amsterdam\x00"])
def test_an_unknown_zone_is_refused_in_words(zone: str) -> None:
    assert not is_zone(zone)
    with pytest.raises(ZoneUnknown) as refused:
        instant(datetime(2026, 1, 1), zone)
    assert "is not a time zone" in str(refused.value.sentence)


CLOSES = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (CLOSES - timedelta(seconds=1), True),
        (CLOSES, True),
        (CLOSES + timedelta(microseconds=999_999), True),
        (CLOSES + timedelta(seconds=1), False),
    ],
)
def test_the_second_of_the_deadline_counts_and_the_next_does_not(now: datetime, answer: bool) -> None:
    assert is_open(None, CLOSES, now) is answer


def test_before_the_opening_nothing_is_taken() -> None:
    assert not is_open(CLOSES, None, CLOSES - timedelta(seconds=1))
    assert is_open(CLOSES, None, CLOSES)


def test_no_time_is_left_after_the_deadline() -> None:
    assert time_left(CLOSES, CLOSES + timedelta(days=1)) == timedelta(0)

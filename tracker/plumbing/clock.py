"""The one clock of the program."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, in UTC. Views and jobs ask once and hand it on."""
    return datetime.now(UTC)

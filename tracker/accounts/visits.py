"""Where an act on an account comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    device: str = ""
    """What the browser calls itself."""
    address: str = ""
    known_device: str = ""
    """The mark of a device on which this account was signed in before; empty for a stranger."""

"""All pages of the room."""

from tracker.accounts import (
    entering,
    factor_pages,
    link_pages,
    own_pages,
    people_pages,
    provider_pages,
    proving_pages,
    security_pages,
    step_pages,
)
from tracker.accounts.blueprint import blueprint

__all__ = [
    "blueprint",
    "entering",
    "factor_pages",
    "link_pages",
    "own_pages",
    "people_pages",
    "provider_pages",
    "proving_pages",
    "security_pages",
    "step_pages",
]

"""Keys made of names: what stored data calls a question, an answer, a stage or a move."""

import re
from collections.abc import Collection
from typing import Final

from anyascii import anyascii

LONGEST: Final = 50


def key_of(name: str, otherwise: str = "item") -> str:
    """Small letters, digits and underscores, beginning with a letter."""
    key = re.sub(r"[^a-z0-9]+", "_", anyascii(name).casefold()).strip("_")
    key = re.sub(r"^[^a-z]+", "", key)[:LONGEST].strip("_")
    return key or otherwise


def free(key: str, taken: Collection[str]) -> str:
    """The key itself, or with the first number that makes it new."""
    if key not in taken:
        return key
    number = 2
    while f"{key}_{number}" in taken:
        number += 1
    return f"{key}_{number}"

"""The code a reader sees instead of a name: K7Q-3FD, easy to say and hard to misread."""

import secrets
from typing import Final

SIGNS: Final = "ACDEFGHJKLMNPQRTUVWXY34679"
"""Of each pair that looks alike at most one is left: no 0 or O, 1 or I, 2 or Z, 5 or S, 8 or B."""


def new_code() -> str:
    """Six signs in two groups of three, out of 300 million; that it is unique, the database says."""
    drawn = "".join(secrets.choice(SIGNS) for _ in range(6))
    return f"{drawn[:3]}-{drawn[3:]}"

"""Codes that people type: six digits of an app, and those they keep on paper for when the app is lost."""

import secrets
import unicodedata
from typing import Final

DIGITS: Final = 6
HOW_MANY: Final = 10
LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS: Final = (4, 4, 4)
LONGEST: Final = 60


def app_code(typed: str) -> str | None:
    """The six digits, however they were spaced and in whatever script; None where it is no such code."""
    found = [unicodedata.decimal(one, None) for one in typed if not one.isspace() and one not in "-–‑."]
    if len(found) != DIGITS or None in found:
        return None
    return "".join(str(one) for one in found)


def new_recovery_code() -> str:
    """Three groups of four, some 59 bits: k3fd-92mp-x7qa."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(size)) for size in GROUPS)


def recovery_code(typed: str) -> str | None:
    """The code as it was made, however it was typed; None where it cannot be one."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    letters = "".join(one for one in plain if one in LETTERS)
    kept = [one for one in plain if one.isalnum()]
    if len(letters) != sum(GROUPS) or len(kept) != len(letters):
        return None
    parts, start = [], 0
    for size in GROUPS:
        parts.append(letters[start : start + size])
        start += size
    return "-".join(parts)


def in_groups(secret: str) -> str:
    """The secret of an app in groups of four, for those who type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))

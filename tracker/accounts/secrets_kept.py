"""How passwords are kept: argon2id, with a stand-in so that an unknown account costs the same time as a known one."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(_as_typed(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept; takes as long when none was."""
    try:
        return _hasher.verify(kept or _stand_in(), _as_typed(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Made with other parameters than today's: to be made again at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


@cache
def _stand_in() -> str:
    return _hasher.hash("the password of nobody")


def _as_typed(password: str) -> bytes:
    """The same bytes from every keyboard; half characters cannot be kept and match nothing."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")

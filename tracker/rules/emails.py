"""E-mail addresses: one canonical form, so that one person cannot have two accounts by accident."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_SHAPE = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]{2,}")
_LONGEST = 254
_LONGEST_LOCAL = 64


def canonical_email(raw: str) -> str:
    """The address as it is compared and kept unique: case folded, full-width narrowed, invisible characters gone.

    What follows a plus stays: those are addresses of their own.
    """
    address = _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).strip().casefold()
    address = unicodedata.normalize("NFKC", address)
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain.rstrip('.'))}" if at else address


def looks_like_email(address: str) -> bool:
    """The shape only; that it exists is proved by the mail that is sent to it."""
    local, _, domain = address.rpartition("@")
    return (
        len(address) <= _LONGEST
        and 0 < len(local) <= _LONGEST_LOCAL
        and bool(_SHAPE.fullmatch(address))
        and all(address_part for address_part in [*local.split("."), *domain.split(".")])
        and all(character.isprintable() for character in address)
    )


def _ascii_domain(domain: str) -> str:
    """bücher.example and xn--bcher-kva.example are the same place."""
    try:
        return domain.encode("idna").decode("ascii") if domain and not domain.isascii() else domain
    except UnicodeError:
        return domain

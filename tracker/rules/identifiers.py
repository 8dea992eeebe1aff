"""Identifiers of people and institutions: ORCID iD (ISO 7064 MOD 11-2) and ROR (Crockford base 32, MOD 97)."""

import re

_ORCID = re.compile(r"\d{15}[\dX]")
_ORCID_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.|sandbox\.)?orcid\.org/", re.IGNORECASE)
_ROR = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}\d{2}")
_ROR_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?ror\.org/", re.IGNORECASE)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_GAPS = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad\-\u2010-\u2015\u2212]+")


def orcid(raw: str) -> str | None:
    """The iD as 0000-0002-1825-0097, from any usual way of writing it; None when it is none."""
    digits = _GAPS.sub("", _ORCID_ADDRESS.sub("", raw.strip().rstrip("/"))).upper()
    if not digits.isascii() or not _ORCID.fullmatch(digits) or digits[-1] != orcid_check_digit(digits[:15]):
        return None
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def is_orcid(raw: str) -> bool:
    return orcid(raw) is not None


def orcid_check_digit(first_fifteen: str) -> str:
    """The sixteenth character: a digit or X."""
    total = 0
    for digit in first_fifteen:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "X" if check == 10 else str(check)


def ror(raw: str) -> str | None:
    """The identifier as 03yrm5c26, from an address or with spaces; None when it is none."""
    code = _GAPS.sub("", _ROR_ADDRESS.sub("", raw.strip().rstrip("/"))).lower()
    if not code.isascii() or not _ROR.fullmatch(code) or code[-2:] != ror_check_digits(code[:7]):
        return None
    return code


def is_ror(raw: str) -> bool:
    return ror(raw) is not None


def ror_check_digits(first_seven: str) -> str:
    """The last two digits, 02 to 98."""
    number = 0
    for character in first_seven:
        number = number * 32 + _CROCKFORD.index(character)
    return f"{98 - (number * 100) % 97:02d}"


def orcid_address(identifier: str) -> str:
    return f"https://orcid.org/{identifier}"


def ror_address(identifier: str) -> str:
    return f"https://ror.org/{identifier}"

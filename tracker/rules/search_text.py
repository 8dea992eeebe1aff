"""One text to search in: Łukasz is found as lukasz, Müller as muller, 王小明 as written."""

import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

_SPACES = re.compile(r"\s+")
_UNSEEN = {code: None for code in (*range(32), 127) if not chr(code).isspace()}
"""The control characters of ASCII; there nothing else has to be folded."""


def search_text(*parts: str | None) -> str:
    """The parts as one normalised line; the same is done to what a person searches for."""
    return _SPACES.sub(" ", " ".join(_plain(part) for part in parts if part)).strip()


def search_words(wanted: str) -> list[str]:
    """The words of a search, each of which must be found; at most twenty count."""
    return list(dict.fromkeys(search_text(wanted).split()))[:20]


def matches(haystack: str, words: Iterable[str]) -> bool:
    """Whether a normalised text holds every word."""
    return all(word in haystack for word in words)


def _plain(text: str) -> str:
    if text.isascii():
        return text.translate(_UNSEEN).casefold()
    folded = unicodedata.normalize("NFKD", text)
    letters = (
        _letter(character)
        for character in folded
        if not unicodedata.category(character).startswith("C") or character.isspace()
    )
    return "".join(letters).casefold()


def _letter(character: str) -> str:
    """Marks on letters go, Latin letters become ASCII, every other script stays as it is."""
    if character.isascii():
        return character
    if unicodedata.category(character) == "Mn":
        return ""
    if "LATIN" in unicodedata.name(character, ""):
        return str(anyascii(character))
    return character

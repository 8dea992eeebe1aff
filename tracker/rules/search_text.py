"""One text to search in: Łukasz is found as lukasz, Müller as muller, 王小明 as written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

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


def index_text(*parts: str | None) -> str:
    """The parts as the words they are found by: each stands after a space, so that its beginning can be looked for.

    Where a script sets no spaces, every sign and every pair of neighbours is a word.
    """
    return " ".join(word for run, unspaced in _runs(search_text(*parts)) for word in _indexed(run, unspaced))


def looked_for(wanted: str) -> list[str]:
    """The beginnings of words with which an `index_text` answers a search, all of which it must hold; twenty count."""
    found = (word for run, unspaced in _runs(search_text(wanted)) for word in (_pairs(run) if unspaced else [run]))
    return list(dict.fromkeys(found))[:20]


LONGEST_WORD = 60
_ASCII_WORD = re.compile("[a-z0-9]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f]+"
)
"""Thai, Lao, Burmese, the parts of Korean syllables, Khmer, Kana, Han."""


def _runs(normal: str) -> Iterator[tuple[str, bool]]:
    """Unbroken letters and digits, and whether their script sets no spaces."""
    for part in normal.split():
        if part.isascii():
            yield from ((run[:LONGEST_WORD], False) for run in _ASCII_WORD.findall(part))
            continue
        bare = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in part)
        for run in bare.split():
            start = 0
            for unspaced in _UNSPACED.finditer(run):
                if unspaced.start() > start:
                    yield run[start : unspaced.start()][:LONGEST_WORD], False
                yield unspaced.group(), True
                start = unspaced.end()
            if start < len(run):
                yield run[start:][:LONGEST_WORD], False


def _indexed(run: str, unspaced: bool) -> list[str]:
    return list(dict.fromkeys([*_pairs(run), *run])) if unspaced else [run]


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


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

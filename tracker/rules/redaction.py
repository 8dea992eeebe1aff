"""Takes a candidate's own names out of a text, for a reader who is not to know whose it is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from tracker.rules.search_text import search_text

MARK: Final = "▮▮▮"
_ARTICLES = "van von der den de het la le las los di da do dos das du del della al el bin bint ibn ben abu af av te ter"
_TITLES = "ten op zu zur vom and the dr prof mr mrs ms"
PARTICLES: Final = frozenset(f"{_ARTICLES} {_TITLES}".split())
"""Parts of names that are words of a language: taken out only as part of the whole name."""
_BLANKS: Final = {code: " " for code in range(128) if chr(code).isspace()}
_LETTER: Final = r"[^\W\d_]"
_IN_ADDRESS: Final = re.compile(r"@|://|www\.|\.(?<=[^\W_]\.)[^\W\d_]{2}")
"""Each begins with a sign of its own, so that a long text is run through and not tried letter by letter."""
_ADDRESS: Final = re.compile(rf"\S*(?:{_IN_ADDRESS.pattern})\S*")


@dataclass(frozen=True)
class Names:
    """What gives a candidate away in running text, folded: whole names, and the words they are made of."""

    whole: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """What stands before the @ of their e-mail; told only as part of an address."""

    @cached_property
    def signs(self) -> tuple[str, ...]:
        """Without one of these, a text has no name in it."""
        return tuple(dict.fromkeys((*self.words, *(parts[0] for parts in self.whole))))

    def __bool__(self) -> bool:
        return bool(self.words or self.whole or self.addresses)


def names_in(*names: str) -> Names:
    """The names of one person, as they write them in different places; addresses of e-mail may be among them."""
    wholes, words = set(), set()
    addresses = tuple(sorted({search_text(name.partition("@")[0]) for name in names if "@" in name}))
    for name in dict.fromkeys(names):
        if "@" in name:
            continue
        parts = tuple(part for part in re.split(r"[\W_]+", search_text(name)) if part)
        if len(parts) > 1:
            wholes |= {parts, parts[::-1]}
        words |= {part for part in parts if _tells(part)}
        words |= {part[1:] for part in parts if _is_han(part)}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    wholes_first = sorted(wholes, key=lambda parts: (-len("".join(parts)), parts))
    return Names(tuple(wholes_first), tuple(longest_first), addresses)


def redact(text: str, names: Names) -> str:
    """The text with every occurrence of the names marked out: other accents, other case, addresses that hold them."""
    if not text:
        return text
    if ("." in text or "@" in text or "://" in text) and _IN_ADDRESS.search(text):
        text = _ADDRESS.sub(lambda found: _without_address(found[0], names), text)
    folded, places = _fold(text)
    if not any(sign in folded for sign in names.signs):  # told sooner than a pattern is made of them
        return text
    spans = [(places[found.start()], places[found.end() - 1] + 1) for found in _pattern(names).finditer(folded)]
    spans = [(start, end) for start, end in spans if _is_name(text[start:end])]
    for start, end in reversed(spans):
        while end < len(text) and unicodedata.category(text[end]) == "Mn":
            end += 1
        text = text[:start] + MARK + text[end:]
    return text


def _tells(part: str) -> bool:
    return len(part) > 1 and part not in PARTICLES and not part.isdigit()


def _is_han(part: str) -> bool:
    """A family name of one sign and a given name of two, written without a space: 王小明."""
    return len(part) == 3 and all("CJK" in unicodedata.name(sign, "") for sign in part)


def _without_address(run: str, names: Names) -> str:
    folded, _ = _fold(run)
    if "@" in run and any(address in folded for address in names.addresses):
        return MARK
    return MARK if any(word in folded for word in names.words if len(word) > 2 or not word.isascii()) else run


@lru_cache(256)
def _pattern(names: Names) -> re.Pattern[str]:
    wholes = (r"[\W_]*".join(map(re.escape, parts)) for parts in names.whole)
    words = (re.escape(word) for word in names.words)
    return re.compile("|".join(_bounded(pattern) for pattern in (*wholes, *words)))


def _bounded(pattern: str) -> str:
    """Whole words only, where the script has them."""
    return rf"(?<!{_LETTER}){pattern}(?!{_LETTER})" if pattern.isascii() else pattern


def _is_name(found: str) -> bool:
    """Two Latin letters are a name with a capital (Li), a word without (li)."""
    return len(found) > 2 or not found.isascii() or found[0].isupper()


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """The text as search folds it, letter by letter, and for each folded letter the place it came from."""
    plain = text if text.isprintable() else text.translate(_BLANKS)
    if plain.isascii() and plain.isprintable():
        return plain.lower(), range(len(plain))
    letters = [_letter(character) for character in text]
    places = [place for place, folded in enumerate(letters) for _ in folded]
    return "".join(letters), places


@lru_cache(4_096)
def _letter(character: str) -> str:
    return " " if character.isspace() else search_text(character)

"""Which passwords are good enough: long, not common, not about oneself. No rules about digits and signs."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from tracker.rules.common_passwords import COMMON_PASSWORDS, COMMON_STEMS
from tracker.rules.sentences import Sentence, say

SHORTEST: Final = 12
LONGEST: Final = 1024


def password_problem(password: str, *, email: str = "", names: Iterable[str] = ()) -> Sentence | None:
    """Why this password is refused, or None when it is good."""
    if len(password) < SHORTEST:
        return say("Use %(shortest)s characters or more. A few words in a row make a good password.", shortest=SHORTEST)
    if len(password) > LONGEST:
        return say("Use %(longest)s characters or fewer.", longest=LONGEST)
    if "\x00" in password or any(unicodedata.category(character) == "Cs" for character in password):
        return say("This password holds a character that cannot be kept. Please choose another.")
    plain = _plain(password)
    if _is_common(plain):
        return say("Many people use this password. Please choose one that nobody else would think of.")
    if _is_about(plain, email, names):
        return say("This password is close to your name or e-mail address. Please choose another.")
    return None


def _plain(password: str) -> str:
    """Small letters with the usual disguises taken off: P@ssw0rd is password."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    return folded.translate(str.maketrans("@$!013457", "asioleast"))


def _is_common(plain: str) -> bool:
    letters = re.sub(r"[\W_]+", "", plain)
    return (
        len(set(letters)) < 4
        or letters in _COMMON
        or _repeats(letters)
        or _runs(letters)
        or _without_stems(letters) < 4
    )


_COMMON: Final = frozenset(re.sub(r"[\W_]+", "", _plain(password)) for password in COMMON_PASSWORDS)
_STEMS: Final = tuple(sorted({_plain(stem) for stem in COMMON_STEMS}, key=len, reverse=True))
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "0123456789" * 2,
)


def _repeats(text: str) -> bool:
    """One short piece again and again, such as abcabcabcabc."""
    return any(
        text == (text[:size] * (len(text) // size + 1))[: len(text)] for size in range(1, min(6, len(text) // 2) + 1)
    )


def _runs(text: str) -> bool:
    """Keys in a row, forwards or backwards."""
    rows = [_plain(row) for row in _ROWS]
    return any(text in row or text[::-1] in row for row in rows)


def _without_stems(text: str) -> int:
    """How much is left that cannot be guessed once common words and digits are gone."""
    for stem in _STEMS:
        text = text.replace(stem, "")
    return len(text)


def _is_about(plain: str, email: str, names: Iterable[str]) -> bool:
    parts = {part for text in (email.rpartition("@")[0], *names) for part in re.split(r"[\W_\d]+", text.casefold())}
    known = sorted((_plain(part) for part in parts if len(part) >= 4), key=len, reverse=True)
    whole = _plain(email)
    if whole and (plain == whole or whole in plain):
        return True
    rest = plain
    for part in known:
        rest = rest.replace(part, "")
    return rest != plain and len(re.sub(r"[\W_]+", "", rest)) < 6

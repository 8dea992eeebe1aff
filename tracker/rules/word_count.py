"""Counting words as a person would, in any script; static/js/counters.js counts the same way."""

import re
import unicodedata

_ALONE = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD = re.compile(r"\w+(?:[’'.,:/@&_\-\u2010\u2011]+\w+)*")


def word_count(text: str) -> int:
    """Words between spaces and dashes; each Chinese or Japanese character counts as one, as those have no spaces."""
    bare = text if text.isascii() else "".join(character for character in text if not _joins(character))
    return len(_ALONE.findall(bare)) + len(_WORD.findall(_ALONE.sub(" ", bare)))


def _joins(character: str) -> bool:
    """Vowel signs and accents of their own, and joiners: part of a word, though no letter."""
    category = unicodedata.category(character)
    return category[0] == "M" or category == "Cf"


def character_count(text: str) -> int:
    """Characters as Unicode counts them, line breaks as one."""
    return len(text.replace("\r\n", "\n"))

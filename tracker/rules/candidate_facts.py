"""What an application says about its candidate as a whole: name, country and origin, read from the answers.

The keys are those of the shipped forms; a form of the institute's own that uses them is read alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from tracker.models import Origin
from tracker.rules.limits import NAME

FULL_NAME: Final = "full_name"
CALLED: Final = "called"
RESIDENCE: Final = "residence_country"
EMPLOYED_HERE: Final = "employed_here"
_WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)


def name_in(answers: Mapping[str, Any], otherwise: str) -> str:
    """The name as the candidate writes it in the form, else the one of the account."""
    given = answers.get(FULL_NAME)
    return (given if isinstance(given, str) and given.strip() else otherwise)[:NAME]


def country_in(answers: Mapping[str, Any]) -> str:
    """Where the candidate lives, ISO 3166; empty where the form does not ask."""
    given = answers.get(RESIDENCE)
    return given if isinstance(given, str) else ""


def origin_of(answers: Mapping[str, Any], *, home: str) -> Origin:
    """Internal where the candidate declared to work here, else by the country they live in, seen from `home`."""
    if answers.get(EMPLOYED_HERE) in (True, "yes"):
        return Origin.INTERNAL
    country = country_in(answers)
    if not country:
        return Origin.UNKNOWN
    return Origin.COUNTRY if country == home else Origin.ABROAD


def without_names(text: str, *names: str) -> str:
    """The text with the candidate's own names taken out, each word of them, whatever its case.

    Words of one letter stay, except in scripts that write a name in single characters.
    """
    whole = [name.strip() for name in names if name.strip()]
    words = {word for name in whole for word in _WORD.findall(name) if len(word) > 1 or ord(word) > 0x2E80}
    patterns = [re.escape(name) for name in sorted(whole, key=len, reverse=True)]
    patterns += [_whole_word(word) for word in sorted(words, key=len, reverse=True)]
    return re.sub("|".join(patterns), " ", text, flags=re.IGNORECASE) if patterns else text


def _whole_word(word: str) -> str:
    """Chinese, Japanese and Korean have no spaces between words, so there any place counts."""
    escaped = re.escape(word)
    return escaped if ord(word[0]) > 0x2E80 else rf"(?<!\w){escaped}(?!\w)"

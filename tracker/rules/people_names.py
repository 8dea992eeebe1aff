"""Names of people from everywhere: one word or six, family name first or last, in any script."""

import unicodedata

from tracker.rules.limits import NAME, TextRefused, clean_text
from tracker.rules.search_text import search_text
from tracker.rules.sentences import say


def clean_name(raw: str) -> str:
    """The name as its owner writes it, spaces tidied; TextRefused for what cannot be a name.

    A name reaches mails and staff screens, so it cannot carry an address of a web page.
    """
    name = " ".join(clean_text(raw, maximum=NAME, multiline=False).split())
    if not any(unicodedata.category(character)[0] == "L" for character in name):
        raise TextRefused(say("Please write your name."))
    folded = name.casefold()
    if "://" in folded or "www." in folded or "/" in folded or "<" in name or ">" in name:
        raise TextRefused(say("A name cannot hold a link. Please write only your name."))
    return name


def initials(name: str) -> str:
    """At most two letters for the small circle beside a name; one sign for a name in Chinese characters."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] == "L"]
    if not words:
        return "?"
    if len(words) == 1 or unicodedata.category(words[0][0]) == "Lo":
        return words[0][0].upper()
    return (words[0][0] + words[-1][0]).upper()


def sort_key(name: str) -> str:
    """Names in one order whatever their marks: Ångström stands with Angstrom."""
    return search_text(name)

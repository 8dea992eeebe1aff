"""Placeholders in the messages that HR words: literal, such as {candidate}, and filled in one pass."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tracker.rules.sentences import Sentence, say

PLACEHOLDERS: Final[Mapping[str, Sentence]] = {
    "candidate": say("The name of the candidate"),
    "position": say("The title of the position"),
    "reference": say("The reference of the position"),
    "institute": say("The name of the institute"),
    "deadline": say("When applications close, in the zone of the position"),
    "decision_by": say("The date by which the candidate hears more"),
    "stage": say("Where the application stands, in the words for candidates"),
    "reason": say("The wording of the reason that was chosen"),
    "contact_email": say("The e-mail address for questions about the position"),
    "status_link": say("The link to the candidate’s own page"),
}

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_BRACED: Final = re.compile(r"\{([^{}\n]*)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every known placeholder filled in; what a value itself holds is never filled again.

    An empty value leaves no hole: the empty lines around it become one.
    """
    whole = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
    return re.sub(r"\n{3,}", "\n\n", whole)


def unknown_placeholders(text: str, known: Iterable[str] = PLACEHOLDERS) -> list[str]:
    """What stands in braces and nothing fills, in its order."""
    names = set(known)
    return [name for name in dict.fromkeys(_BRACED.findall(text)) if name not in names]

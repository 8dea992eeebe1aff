"""How long a text may be and which characters it may hold: all of Unicode, except what breaks programs."""

import re
import unicodedata

from tracker.rules.sentences import Sentence, say

LINE = 300
PARAGRAPH = 2_000
ESSAY = 40_000
LINK = 2_000
NAME = 200
EMAIL = 254

_NEVER_KEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for the tab and the line end, and halves of characters."""


class TextRefused(ValueError):
    """A text that cannot be stored; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def clean_text(raw: str, *, maximum: int = ESSAY, multiline: bool = True) -> str:
    """The text stripped, in NFC and with Unix line ends; TextRefused for characters or lengths that cannot be kept.

    One line: line breaks and tabs become spaces.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_controls(text)
    text = unicodedata.normalize("NFC", text)
    text = text.strip() if multiline else " ".join(text.replace("\t", " ").split("\n")).strip()
    if len(text) > maximum:
        raise TextRefused(
            say("This text has %(count)s characters, at most %(maximum)s fit.", count=len(text), maximum=maximum)
        )
    return text


def _refuse_controls(text: str) -> None:
    found = _NEVER_KEPT.search(text)
    if found is None:
        return
    if found[0] >= "\ud800":
        raise TextRefused(say("This text holds half of a character that was cut in two. Please type that part again."))
    raise TextRefused(
        say("This text holds an invisible control character. Please type that part again instead of pasting it.")
    )

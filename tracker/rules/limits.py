"""How long a text may be and which characters it may hold: all of Unicode, except what breaks programs."""

import unicodedata
from collections.abc import Iterator

from tracker.rules.sentences import Sentence, say

LINE = 300
PARAGRAPH = 2_000
ESSAY = 40_000
LINK = 2_000
NAME = 200
EMAIL = 254

_KEPT_CONTROLS = "\n\t"


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
    for refusal in _refusals(text):
        raise TextRefused(refusal)
    text = unicodedata.normalize("NFC", text)
    text = text.strip() if multiline else " ".join(text.replace("\t", " ").split("\n")).strip()
    if len(text) > maximum:
        raise TextRefused(
            say("This text has %(count)s characters, at most %(maximum)s fit.", count=len(text), maximum=maximum)
        )
    return text


def _refusals(text: str) -> Iterator[Sentence]:
    for character in text:
        if character in _KEPT_CONTROLS:
            continue
        kind = unicodedata.category(character)
        if kind == "Cs":
            yield say("This text holds half of a character that was cut in two. Please type that part again.")
        elif kind == "Cc":
            yield say(
                "This text holds an invisible control character. Please type that part again instead of pasting it."
            )

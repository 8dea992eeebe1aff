"""Sentences that rules say to people: an English text with named placeholders, translated where it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sentence:
    """English source text and its values; `plumbing.i18n.spoken` gives it in the reader's language."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def say(text: str, **values: object) -> Sentence:
    """A sentence to be translated later; the name is known to the extraction of translations."""
    return Sentence(text, values)

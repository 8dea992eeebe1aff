"""Words that people wrote in several languages: {"en": "Motivation", "nl": "Motivatie"}."""

from collections.abc import Mapping

LANGUAGES = ("en", "nl")
FALLBACK = "en"


def said(words: Mapping[str, str], language: str) -> str:
    """The words in that language, in English where they are missing there, else an empty text."""
    return words.get(language) or words.get(FALLBACK) or ""


def unsaid(words: Mapping[str, str]) -> tuple[str, ...]:
    """The languages of the house in which nothing has been written yet."""
    return tuple(language for language in LANGUAGES if not words.get(language, "").strip())


def words_in(raw: object) -> dict[str, str]:
    """The words of a stored or posted value; anything that is no text is left out."""
    if not isinstance(raw, Mapping):
        return {}
    return {str(language): text.strip() for language, text in raw.items() if isinstance(text, str) and text.strip()}

"""Cells of spreadsheets: a text that a program could take for a formula gets an apostrophe before it."""

import unicodedata

STARTS = frozenset("=+-@\t\r\n＝＋－＠")
"""With the full-width ones, which some programs read as the others."""


def harmless(text: str) -> str:
    """The text as it may stand in a cell; white space and invisible marks before a formula do not hide it."""
    if text[:1].isalnum():
        return text
    return f"'{text}" if text[:1] in STARTS or _first_shown(text) in STARTS else text


def _first_shown(text: str) -> str:
    """The first character that has a shape of its own."""
    return next((one for one in text if unicodedata.category(one)[0] not in "ZC"), "")

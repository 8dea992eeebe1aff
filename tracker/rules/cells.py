"""Cells of spreadsheets: a text that a program could take for a formula gets an apostrophe before it."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text as it may stand in a cell; white space and invisible marks before a formula do not hide it."""
    bare = text.lstrip(" \u00a0\u200b\u200e\u200f\ufeff")
    return f"'{text}" if text.startswith(STARTS) or bare.startswith(STARTS) else text

"""What people of the demo write; kept as data in phrases.json."""

import json
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any


@cache
def _all() -> dict[str, Any]:
    phrases: dict[str, Any] = json.loads(files(__package__).joinpath("phrases.json").read_text(encoding="utf-8"))
    return phrases


def phrase(rng: Random, *keys: str, **values: str) -> str:
    """One of the phrases under these keys, with its blanks filled."""
    text: str = rng.choice(phrases(*keys))
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def phrases(*keys: str) -> list[Any]:
    found: Any = _all()
    for key in keys:
        found = found[key]
    listed: list[Any] = found
    return listed

"""Keyset pages: first, deep and last cost the same, and nobody counts all rows on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
MANY = 1_000
"""Where counting stops: a greater number moves nobody, and takes longer to count than all else on a page."""
ENOUGH = 300
"""So far is counted what one person has still to do: how many more there are changes nothing today."""


@dataclass(frozen=True)
class Page(Sequence[T]):
    """A keyset page: its rows, and the marks of the pages before and after, None at an end."""

    rows: Sequence[T]
    before: str | None = None
    after: str | None = None

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

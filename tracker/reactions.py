"""Event -> consequences. One table, read top to bottom: the only place where one room's deed stirs another room."""

from collections.abc import Callable
from typing import Any

TABLE: dict[type, tuple[Callable[..., Any], ...]] = {}

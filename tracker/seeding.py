"""What a new installation is planted with: every room's shipped data. Planted twice, it is there once."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

ORDER = (
    "tracker.themes.actions",
    "tracker.forms.actions",
    "tracker.messages.actions",
    "tracker.workflows.actions",
    "tracker.positions.actions",
)
"""Positions' rubrics and reasons last, since positions begin from all the others."""


def install_shipped(now: datetime) -> None:
    """Plant what is not there yet; what somebody changed is left as it is. Within the caller's transaction."""
    for name in ORDER:
        plant = _planter(name)
        if plant is not None:
            plant(now)


def _planter(name: str) -> Callable[[datetime], None] | None:
    """A room's own `install_shipped`; None while the room is not built."""
    room = name.rpartition(".")[0]
    if find_spec(room) is None or find_spec(name) is None:
        return None
    planter: Callable[[datetime], None] | None = getattr(import_module(name), "install_shipped", None)
    return planter

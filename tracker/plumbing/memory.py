"""The memory of a long-lived process: garbage is looked for among what requests made, and what they gave back is used
again or returned."""

import ctypes
import gc
from contextlib import suppress

FRESH = 10_000
"""So many new objects before the youngest are looked through: a page leaves a few dozen behind that only this finds."""
M_ARENA_MAX = -8
"""Of glibc's malloc.h; the ctypes module has no name for it."""
ARENAS = 2
"""Heaps that threads share. Each thread would have its own, which keeps what was once needed: 12 MB a process."""


def settle() -> None:
    """Once the program stands: what there is now is here to stay, and need not be looked through at every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FRESH, 20, 20)
    gc.enable()
    with suppress(AttributeError):  # of another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)

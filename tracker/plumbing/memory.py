"""The garbage of a long-lived process: looked for among what requests made, not in the program itself."""

import gc

FRESH = 50_000
"""So many new objects before the youngest are looked through; a page makes some ten thousand."""


def settle() -> None:
    """Once the program stands: what there is now is here to stay, and need not be looked through at every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FRESH, 20, 20)

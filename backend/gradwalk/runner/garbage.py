"""How often Python looks for garbage in cycles while a snippet runs.

It looks after so many objects; every operation makes seven, and next to none of a graph's are ever in a cycle. So it
looks seldom, and besides whenever operations have made so many bytes of numbers that garbage could fill the memory
(:class:`~gradwalk.recorder.journal.Journal` counts them).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (10_000, 10, 10)
"""Of the three generations. With Python's own, 700 objects in the first, a tenth of a long run's time goes there."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While this lasts, the thresholds are ours."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)

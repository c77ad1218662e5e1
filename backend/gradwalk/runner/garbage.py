"""How often Python looks for garbage in cycles while a snippet runs.

It looks after so many objects; every operation makes seven, and next to none of a graph's are ever in a cycle. So it
looks seldom, and besides whenever operations have made so many bytes of numbers that garbage could fill the memory;
once the record is full and nobody counts these, as often as Python does by itself. A process that is not ours alone,
in which a model is watched, keeps its own ways.

And what Python is done with stays with the process (:func:`keep_memory`), as what numpy is done with does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from gradwalk.engine.core import CORE
from gradwalk.recorder import Recorder

THRESHOLDS = (50_000, 20, 10)
"""Of the three generations. Of a run of 100,000 operations that is written down, 6 % of the time goes there; with a
fifth of these it is 11 %, and with Python's own, 700 objects in the first, 29 %."""

LARGE = 64 * 1024 * 1024
"""Bytes of arrays after which it looks in any case: a few objects can be large."""

KEPT = 32 * 1024 * 1024
"""Bytes for small objects that stay with the process: as many as for arrays (``sandbox.starting.MEMORY``)."""


def keep_memory() -> None:
    """From now on, Python keeps memory for the next graph rather than have the kernel find and clear the same pages for
    each: a tenth of the time of a graph of 100,000 operations. Needs the compiled core."""
    if CORE is not None:
        CORE.keep_arenas(KEPT)


@contextmanager
def seldom_collected(recorder: Recorder) -> Iterator[None]:
    """While this lasts, the thresholds are ours, and the arrays that ``recorder`` lets go of count."""
    made = 0

    def let_go(count: int) -> None:
        nonlocal made
        made += count
        if made > LARGE:
            made = 0
            gc.collect()

    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    recorder.on_let_go(let_go)
    recorder.on_full(partial(gc.set_threshold, *before))
    try:
        yield
    finally:
        gc.set_threshold(*before)

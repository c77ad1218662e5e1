"""Whether memory stays level: a leak keeps as much at each run, and what Python keeps for good it keeps once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

_TIMES = 12
_NEXT_TO_NOTHING = 20


def kept_by(run: Callable[[], object]) -> int:
    """Blocks of memory that ``run`` keeps, the least of some times: caches and free lists fill up for a while, now by
    more and now by less, which Python 3.13 takes long over."""
    run()
    least = sys.maxsize
    for _ in range(_TIMES):
        gc.collect()  # a hook on a graph is a cycle
        before = sys.getallocatedblocks()
        run()
        gc.collect()
        least = min(least, sys.getallocatedblocks() - before)
        if least < _NEXT_TO_NOTHING:
            break
    return least

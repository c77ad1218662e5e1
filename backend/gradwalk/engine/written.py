"""Arrays that PyTorch writes in place while it makes them: how often, which shows in the version of a gradient.

Gradients are arrays, which have no version. The few whose making shows are noted here for as long as they live.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ref

import numpy as np

TIMES: dict[int, tuple[ref[Any], int]] = {}


def written(x: Any, times: int = 1) -> Any:
    """``x``, a fresh array or tensor, as if it had just been written in place so many times."""
    if isinstance(x, np.generic):  # numpy makes numbers of arrays without dimensions
        x = np.asarray(x)
    if isinstance(x, np.ndarray):
        key = id(x)
        TIMES[key] = ref(x, partial(_forget, key)), times
    elif x is not None:
        from .observe import observer

        observer().about_to_change()
        x._storage.version += times
    return x


def times_written(x: Any) -> int:
    """How often an array, or what it is a view of, was written while it was made."""
    if not TIMES:
        return 0
    for array in (x, x.base):
        found = TIMES.get(id(array))
        if found is not None and found[0]() is array:
            return found[1]
    return 0


def _forget(key: int, gone: Any) -> None:
    found = TIMES.get(key)
    if found is not None and found[0] is gone:
        del TIMES[key]

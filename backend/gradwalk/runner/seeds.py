"""Where Python's random numbers and numpy's begin in each run: at the same place."""

from __future__ import annotations

import random
import sys

import numpy as np

_waiting = False
"""Whether numpy's are to begin when a snippet imports numpy: few do, and what draws them takes long to load."""


def begin() -> None:
    """A run begins."""
    global _waiting
    random.seed(0)
    _waiting = "numpy.random" not in sys.modules
    if not _waiting:
        np.random.seed(0)


def numpy_is_imported() -> None:
    """A snippet imports numpy."""
    global _waiting
    if _waiting:
        _waiting = False
        np.random.seed(0)

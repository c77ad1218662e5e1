"""Which unusual modes are in force: without any, ops take the short way (:mod:`gradwalk.engine.compiled`)."""

from __future__ import annotations

UNUSUAL: set[str] = set()
"""Names of the modes in force that the short way knows nothing of: forward mode, hooks on saved tensors, anomaly
detection, inference mode, complex numbers."""

ANOMALY = "anomaly detection"
AUTOCAST = "autocast"
"""Automatic mixed precision: ops may get their operands in another dtype."""
REDUCED = "reduced precision"
"""Tensors of float16 or bfloat16 may be about, which are computed with in float32."""
UNSIGNED = "long unsigned integers"
"""Tensors of uint16, uint32 or uint64 may be about, which few of PyTorch's kernels take."""
INFERENCE = "inference tensors"
COMPLEX_NUMBERS = "complex numbers"
"""In force from the first complex number on: until then no op has to ask whether there are any."""
SEVERAL_THREADS = "several threads"
"""While a program runs threads of its own, of which each has its modes (:mod:`gradwalk.engine.threads`)."""
KINDS_OF_NUMBERS = frozenset((REDUCED, AUTOCAST, COMPLEX_NUMBERS, UNSIGNED))
"""Those in which a call that fails does as without them."""


def switch(mode: str, on: bool) -> None:
    """Say that a mode is in force, or no longer."""
    if on:
        UNUSUAL.add(mode)
    else:
        UNUSUAL.discard(mode)

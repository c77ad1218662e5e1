"""Which unusual modes are in force: without any, ops take the short way (:mod:`gradwalk.engine.compiled`)."""

from __future__ import annotations

UNUSUAL: set[str] = set()
"""Names of the modes in force that the short way knows nothing of: forward mode, hooks on saved tensors, anomaly
detection, inference mode."""

ANOMALY = "anomaly detection"
AUTOCAST = "autocast"
"""Automatic mixed precision: ops may get their operands in another dtype."""
REDUCED = "reduced precision"
"""Tensors of float16 or bfloat16 may be about, which are computed with in float32."""


def switch(mode: str, on: bool) -> None:
    """Say that a mode is in force, or no longer."""
    if on:
        UNUSUAL.add(mode)
    else:
        UNUSUAL.discard(mode)

"""Medians, percentiles and how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(what: str, values: Sequence[float], unit: str = "ms", scale: float = 1e3) -> str:
    """One line of a table of times."""
    p50, p99 = statistics.median(values) * scale, percentile(values, 0.99) * scale
    return f"{what:<44}{p50:>10,.2f}{p99:>10,.2f}  {unit}"

"""Arrays as values of the trace: all elements, or the first of them and a summary."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gradwalk.engine import dtypes

Array = npt.NDArray[Any]
BINS = 20


def value_of(array: Array | np.generic, max_elements: int) -> dict[str, Any]:
    """A ``Value`` of the trace for an array, in its own shape, row by row."""
    array = np.asarray(array)
    whole = array.size <= max_elements
    shown = array.reshape(-1) if whole else array.reshape(-1)[:max_elements]
    value = {"shape": array.shape, "dtype": dtypes.of(array).name, "data": elements(shown)}
    return value if whole else value | {"summary": summary_of(array)}


def storage_value(flat: Array, storage: int, version: int, max_elements: int) -> dict[str, Any]:
    """A ``Value`` of the trace for a storage at a version; ``flat`` in memory order."""
    return value_of(flat, max_elements) | {"storage": storage, "version": version}


def elements(flat: Array) -> Any:
    """Elements as JSON can hold them: a copy of the array if all are finite, else a list with words for the rest."""
    if flat.dtype.kind != "f":
        return np.array(flat)
    if flat.dtype == np.float16:
        flat = flat.astype(np.float32)
    total = np.add.reduce(flat)  # finite only if all are, and cheaper to look at than each
    if total - total == 0 or np.isfinite(flat).all():
        return flat.copy()
    return [_number(x) for x in flat.tolist()]


def _number(x: float) -> float | str:
    if x != x:
        return "NaN"
    if x in (float("inf"), float("-inf")):
        return "Infinity" if x > 0 else "-Infinity"
    return x


def summary_of(array: Array) -> dict[str, Any]:
    """A ``Summary`` of the trace. Statistics in float64, over the finite elements."""
    numbers = array.reshape(-1).astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    nan = int(np.isnan(numbers).sum())
    if not finite.size:
        statistics: dict[str, Any] = dict.fromkeys(("min", "max", "mean", "norm", "histogram"))
    else:
        counts, edges = np.histogram(finite, bins=BINS)
        statistics = {
            "min": float(finite.min()),
            "max": float(finite.max()),
            "mean": float(finite.mean()),
            "norm": float(np.sqrt(np.dot(finite, finite))),
            "histogram": {"low": float(edges[0]), "high": float(edges[-1]), "counts": counts.tolist()},
        }
    return statistics | {"nan": nan, "infinite": int(numbers.size - finite.size - nan)}

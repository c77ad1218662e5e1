"""Arrays as values of the trace: all elements, or the first of them and a summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from gradwalk.engine import dtypes

Array = npt.NDArray[Any]
BINS = 20

_names: dict[str, str] = {}
"""What PyTorch calls a dtype, by numpy's letter for it: ``dtype.name`` takes numpy long."""


def dtype_name(array: Array) -> str:
    """PyTorch's name of an array's dtype."""
    letter = array.dtype.char
    return _names.get(letter) or _names.setdefault(letter, dtypes.of(array).name)


def value_of(array: Array, max_elements: int) -> dict[str, Any]:
    """A ``Value`` of the trace for an array, in its own shape, row by row; ``data`` is yet to be :func:`settled`."""
    flat = array if array.ndim == 1 else array.reshape(-1)
    if array.size <= max_elements:
        return {"shape": array.shape, "dtype": dtype_name(array), "data": flat}
    shown = flat[:max_elements]
    return {"shape": array.shape, "dtype": dtype_name(array), "data": shown, "summary": summary_of(array)}


def settle(values: Iterable[dict[str, Any]]) -> None:
    """Make of each ``data`` what JSON can hold and nobody writes to: a copy, with words for what is not finite.

    Those of a dtype are copied and looked at together, which takes one hundredth of the time.
    """
    by_dtype: dict[str, list[dict[str, Any]]] = {}
    for value in values:
        by_dtype.setdefault(value["dtype"], []).append(value)
    for alike in by_dtype.values():
        elements = np.concatenate([value["data"] for value in alike])
        if elements.dtype == np.float16:
            elements = elements.astype(np.float32)
        finite = elements.dtype.kind != "f" or bool(np.isfinite(elements).all())
        end = 0
        for value in alike:
            begin, end = end, end + len(value["data"])
            value["data"] = elements[begin:end] if finite else _finite(elements[begin:end])


def _finite(elements: Array) -> Any:
    return elements if np.isfinite(elements).all() else [_number(x) for x in elements.tolist()]


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

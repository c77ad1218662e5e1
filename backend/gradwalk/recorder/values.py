"""Arrays as values of the trace: all elements, or the first of them and a summary."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, sqrt
from typing import Any

import numpy as np
import orjson

from gradwalk.engine import dtypes
from gradwalk.engine.dtypes import Array

from .core import CORE, Core
from .growing import Growing
from .rows import numbers, row

BINS = 20

_names: dict[str, str] = {"E": "bfloat16"}
"""What PyTorch calls a dtype, by numpy's letter for it: ``dtype.name`` takes numpy long."""


def dtype_name(letter: str) -> str:
    """What PyTorch calls numpy's dtype of this letter."""
    return _names.get(letter) or _names.setdefault(letter, dtypes.of(np.empty(0, letter)).name)


def readable(array: Array) -> Array:
    """An array of numbers that numpy and JSON know: bfloat16 as float32, which loses nothing."""
    return array.astype(np.float32) if array.dtype.kind == "V" else array


_BEFORE_DATA = -len('"data":[')


class Waiting:
    """Values whose elements are to be written all together. Where the recorder's core is compiled, its own stands for
    this."""

    __slots__ = ("_kept", "_rows", "_values", "elements")

    def __init__(self, rows: Growing) -> None:
        self._rows = rows
        self._values: list[tuple[str, Array]] = []
        """How a row begins, and its elements in a row."""
        self._kept = 0
        """How many of them wait as copies."""
        self.elements = 0
        """In the rows that are new."""

    def add(self, whose: str, head: str, flat: Array) -> int:
        """Have a value wait; its index."""
        self.elements += len(flat)
        values = self._values
        values.append((f"{{{whose}{head}", flat))
        return len(self._rows) + len(values) - 1

    def settle(self) -> None:
        """Write the rows."""
        values = self._values
        if values:
            texts = elements_of([flat for _, flat in values])
            self._rows.extend([f"{head}{text}]}}" for (head, _), text in zip(values, texts, strict=True)])
            values.clear()
            self._kept = 0

    def keep(self) -> None:
        """Have copies wait from now on: the arrays may change."""
        values = self._values
        for position in range(self._kept, len(values)):
            head, flat = values[position]
            values[position] = head, flat.copy()
        self._kept = len(values)

    def __len__(self) -> int:
        return len(self._values)


class Values:
    """The trace's values. Their elements are written all together by :meth:`settle`; before an array of theirs changes
    until then, somebody says :meth:`keep`."""

    __slots__ = ("_heads", "keep", "max_elements", "settle", "shared", "waiting")

    def __init__(self, rows: Growing, max_elements: int, core: Core | None = None) -> None:
        self.max_elements = max_elements
        self._heads: dict[tuple[Any, ...], str] = {}
        self.waiting = Waiting(rows) if core is None else core.Waiting(rows, encoded, elements_of)
        self.settle, self.keep = self.waiting.settle, self.waiting.keep
        self.shared = False
        """Whether an array may change without a word, so that none may wait."""

    def add(self, array: Array, whose: str = "") -> int:
        """Add an array in its own shape, row by row; ``whose`` are the fields of a storage's. Returns its index."""
        flat = array if array.ndim == 1 else array.reshape(-1)
        head = self.head(array.shape, array.dtype.char)
        if array.size > self.max_elements:
            flat = flat[: self.max_elements].copy()  # lets go of the others
            head = f'{head[:_BEFORE_DATA]}"summary":{row(summary_of(array))},{head[_BEFORE_DATA:]}'
        return self.add_short(flat, whose, head)

    def add_short(self, flat: Array, whose: str, head: str) -> int:
        """:meth:`add`, of a flat array that is listed whole, whose :meth:`head` is known."""
        return self.waiting.add(whose, head, flat)

    def head(self, shape: tuple[int, ...], letter: str) -> str:
        """What is the same of the rows of all arrays of a shape and dtype."""
        head = self._heads.get((shape, letter))
        if head is None:
            name = dtype_name(letter)
            head = self._heads[shape, letter] = f'"shape":{numbers(shape)},"dtype":"{name}","data":['
        return head

    def short_head(self, array: Array) -> str | None:
        """:meth:`head` of an array's elements in a row; None if they are too many to be listed whole."""
        return None if array.size > self.max_elements else self.head((array.size,), array.dtype.char)


def encoded(arrays: list[Array]) -> bytes:
    """Arrays as JSON, with null for what is not finite."""
    try:
        return orjson.dumps(arrays, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:  # one does not lie in order, or is of bfloat16 or of complex numbers
        return orjson.dumps([_in_order(array) for array in arrays], option=orjson.OPT_SERIALIZE_NUMPY)


def elements_of(arrays: list[Array]) -> list[str]:
    """Of each array its elements, as JSON between brackets has them."""
    text = encoded(arrays).decode()
    if "null" in text:
        arrays = [_in_order(array) for array in arrays]
        return [row([_number(x) for x in array.tolist()])[1:-1] if _has_words(array) else row(array)[1:-1]
                for array in arrays]  # fmt: skip
    return text[2:-2].split("],[")


def _in_order(array: Array) -> Array:
    """The elements one after another; of complex numbers their parts."""
    copy = np.array(readable(array))
    return copy.view(copy.real.dtype) if copy.dtype.kind == "c" else copy


def _has_words(array: Array) -> bool:
    return array.dtype.kind == "f" and not np.isfinite(array).all()


def _number(x: float) -> float | str:
    if x != x:
        return "NaN"
    if x in (float("inf"), float("-inf")):
        return "Infinity" if x > 0 else "-Infinity"
    return x


def summary_of(array: Array) -> dict[str, Any]:
    """A ``Summary`` of the trace. Statistics in float64, over the finite elements; of complex numbers their absolute
    values."""
    given = finite = (np.abs(array) if array.dtype.kind == "c" else readable(array)).reshape(-1)
    low, high, total, square = _statistics(given)
    if not isfinite(square):  # else every element is finite
        finite = given[np.isfinite(given)]
        low, high, total, square = _statistics(finite)
    infinite = given.size - finite.size
    nan = int(np.isnan(given).sum()) if infinite else 0
    if not finite.size:
        statistics: dict[str, Any] = dict.fromkeys(("min", "max", "mean", "norm", "histogram"))
    else:
        statistics = {
            "min": low,
            "max": high,
            "mean": total / finite.size,
            "norm": sqrt(square),
            "histogram": _histogram(finite, low, high),
        }
    return statistics | {"nan": nan, "infinite": infinite - nan}


_LANES, _BLOCK = 512, 32768


def _statistics(numbers: Array) -> tuple[float, float, float, float]:
    """The least and the greatest, and in float64 their sum and that of their squares.

    Numbers go block by block, which stay in the processor's cache where all at once would ask for fresh memory, and
    every 512th into the same sum: so they are added up in one order, whoever does it.
    """
    if not numbers.size:
        return 0.0, 0.0, 0.0, 0.0
    if CORE is not None and numbers.dtype == np.float32 and numbers.flags.c_contiguous:
        return CORE.statistics(numbers)
    sums, squares, wide = np.zeros(_LANES), np.zeros(_LANES), np.empty(min(numbers.size, _BLOCK))
    with np.errstate(all="ignore"):
        low, high = float(np.minimum.reduce(numbers)) + 0.0, float(np.maximum.reduce(numbers)) + 0.0
        for start in range(0, numbers.size, _BLOCK):
            part = numbers[start : start + _BLOCK]
            block = wide[: part.size]
            block[:] = part
            rest = part.size % _LANES
            for lanes in (sums, squares):
                lanes += np.add.reduce(block[: block.size - rest].reshape(-1, _LANES), axis=0)
                lanes[:rest] += block[block.size - rest :]
                np.multiply(block, block, out=block)
        return low, high, _folded(sums), _folded(squares)


def _folded(lanes: Array) -> float:
    """Their sum."""
    total = 0.0
    for lane in np.add.reduce(np.add.reduce(lanes.reshape(8, 64), axis=0).reshape(8, 8), axis=0).tolist():
        total += lane
    return total


def _histogram(numbers: Array, low: float, high: float) -> dict[str, Any]:
    """As ``np.histogram`` counts, in less than half its time: how many are below each edge."""
    if numbers.dtype != np.float32:
        numbers = numbers.astype(np.float64, copy=False)
    if low == high:
        low, high = low - 0.5, high + 0.5
    step = (high - low) / BINS
    # What np.linspace gives, in a tenth of its time; where the step is too small for a number, it knows better.
    edges = _STEPS * step + low if step else np.linspace(low, high, BINS + 1)[1:-1]
    bounds = edges.astype(numbers.dtype)
    if numbers.dtype != edges.dtype:
        # An edge between two numbers of the dtype: below it is what is below the greater of them.
        bounds = np.where(bounds < edges, np.nextafter(bounds, _INFINITY), bounds)
    if CORE is not None and numbers.flags.c_contiguous:
        return {"low": low, "high": high, "counts": CORE.counts(numbers, bounds)}
    below = np.empty(numbers.shape, bool)
    totals = [0, *(int(np.count_nonzero(np.less(numbers, bound, out=below))) for bound in bounds), numbers.size]
    return {"low": low, "high": high, "counts": [b - a for a, b in pairwise(totals)]}


_STEPS = np.arange(1.0, BINS)
_INFINITY = np.float32(np.inf)

"""Arrays as values of the trace: all elements, or the first of them and a summary.

A value waits as the array it is, which costs next to nothing; text is made of many at once, when they are sent.
"""

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
_DTYPE, _DATA = '"dtype":', '"data":'

_WORTH_NAMING = 40
"""So many letters of a row, from ``"data":`` to its end, are not written again if the row before has them too."""

MANY = 32_000
"""Elements to be listed that may wait: as text they are half a megabyte."""

HELD = 4 * 1024 * 1024
"""Bytes of arrays that may be held to be written down later."""


class Value:
    """One that waits."""

    __slots__ = ("flat", "head", "is_own")

    def __init__(self, head: str, flat: Array) -> None:
        self.head = head
        """How its row begins, up to the elements."""
        self.flat = flat
        """Its elements in a row; a summary is to be made if they are too many to be listed."""
        self.is_own = False
        """Whether nobody else has the array."""


class Waiting:
    """Values whose elements are to be written all together. Where the recorder's core is compiled, its own stands for
    this."""

    __slots__ = ("_max_elements", "_rows", "_said", "_said_by", "_values", "elements", "held", "written")

    def __init__(self, rows: Growing, max_elements: int) -> None:
        self._rows = rows
        self._max_elements = max_elements
        self._values: list[Value] = []
        self._said, self._said_by = "", -1
        """What the last value lists, from its dtype on, and the index of the value in whose row that stands."""
        self.elements = 0
        """Of those that wait, as far as they are listed."""
        self.held = 0
        """Bytes of their arrays."""
        self.written = 0
        """Elements in the rows that are new."""

    def add(self, whose: str, head: str, flat: Array) -> int:
        """Have a value wait, as an array in a row; its index."""
        self.elements += min(len(flat), self._max_elements)
        self.held += flat.nbytes
        self._values.append(Value(f"{{{whose}{head}", flat))
        return len(self._rows) + len(self._values) - 1

    def is_full(self) -> bool:
        """Whether as much waits as may."""
        return self.elements > MANY or self.held > HELD

    def settle(self, most: int | None = None) -> None:
        """Write the rows; of ``most`` elements, or a single one, if that is given."""
        values = self._values.copy() if most is None else self._first(most)
        if not values:
            return
        for value in values:
            if len(value.flat) > self._max_elements:
                value.head = summed_up(value.head, value.flat)
                self._replace(value, value.flat[: self._max_elements])
        texts = elements_of([value.flat for value in values])
        self._write([f"{value.head}{text}]}}" for value, text in zip(values, texts, strict=True)])
        del self._values[: len(values)]
        elements = sum(len(value.flat) for value in values)
        self.elements -= elements
        self.written += elements
        self.held -= sum(value.flat.nbytes for value in values)

    def _write(self, rows: list[str]) -> None:
        """Add rows; of those that say the same as the one before, and much, none says it again."""
        for text in rows:
            said = text[text.index(_DTYPE) :]
            if said == self._said and len(said) - said.index(_DATA) >= _WORTH_NAMING:
                dtype = said[: said.index(",") + 1]
                self._rows.append(f"{text[: -len(said)]}{dtype}{_DATA}{self._said_by}}}")
            else:
                self._said, self._said_by = said, self._rows.append(text)

    def _replace(self, value: Value, flat: Array) -> None:
        """Have a copy wait instead."""
        self.held += flat.nbytes - value.flat.nbytes
        value.flat = flat.copy()
        value.is_own = True

    def _first(self, most: int) -> list[Value]:
        """As many as have so many elements together, or one."""
        count = 0
        for value in self._values:
            most -= min(len(value.flat), self._max_elements)
            if most < 0 and count:
                break
            count += 1
        return self._values[:count]

    def keep(self, memory: Array | None = None) -> None:
        """Have copies wait of arrays that may change: of those over this memory, or of all."""
        for value in self._values:
            if not value.is_own and (memory is None or np.may_share_memory(value.flat, memory)):
                self._replace(value, value.flat)

    def __len__(self) -> int:
        return len(self._values)


class Values:
    """The trace's values. Their elements are written all together by :meth:`settle`; before an array of theirs changes
    until then, somebody says :meth:`keep`."""

    __slots__ = ("_heads", "keep", "settle", "shared", "waiting")

    def __init__(self, rows: Growing, max_elements: int, core: Core | None = None) -> None:
        self._heads: dict[tuple[Any, ...], str] = {}
        if core is None:
            self.waiting = Waiting(rows, max_elements)
        else:
            self.waiting = core.Waiting(rows, encoded, elements_of, summed_up, max_elements, MANY, HELD, _WORTH_NAMING)
        self.settle, self.keep = self.waiting.settle, self.waiting.keep
        self.shared = False
        """Whether an array may change without a word, so that none may wait."""

    def add(self, array: Array, whose: str = "") -> int:
        """Add an array in its own shape, row by row; ``whose`` are the fields of a storage's. Returns its index."""
        flat = array if array.ndim == 1 else array.reshape(-1)
        return self.waiting.add(whose, self.head(array.shape, array.dtype.char), flat)

    def head(self, shape: tuple[int, ...], letter: str) -> str:
        """What is the same of the rows of all arrays of a shape and dtype."""
        head = self._heads.get((shape, letter))
        if head is None:
            name = dtype_name(letter)
            head = self._heads[shape, letter] = f'"shape":{numbers(shape)},"dtype":"{name}","data":['
        return head


def encoded(arrays: list[Array]) -> bytes:
    """Arrays as JSON, with null for what is not finite."""
    try:
        return orjson.dumps(arrays, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:  # one does not lie in order, or is of bfloat16 or of complex numbers
        return orjson.dumps([_in_order(array) for array in arrays], option=orjson.OPT_SERIALIZE_NUMPY)


def elements_of(arrays: list[Array]) -> list[str]:
    """Of each array its elements, as JSON between brackets has them."""
    arrays = [array.reshape(-1) for array in arrays]
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


def summed_up(head: str, array: Array) -> str:
    """How the row of an array begins that is too long to be listed."""
    return f'{head[:_BEFORE_DATA]}"summary":{row(summary_of(array))},{head[_BEFORE_DATA:]}'


def summary_of(array: Array) -> dict[str, Any]:
    """A ``Summary`` of the trace. Statistics in float64, over the finite elements; of complex numbers their absolute
    values."""
    given = finite = (np.abs(array) if array.dtype.kind == "c" else readable(array)).reshape(-1)
    low, high, total, square, counts = _statistics(given)
    if not isfinite(square):  # else every element is finite
        finite = given[np.isfinite(given)]
        low, high, total, square, counts = _statistics(finite)
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
            "histogram": _histogram(finite, low, high, counts),
        }
    return statistics | {"nan": nan, "infinite": infinite - nan}


_LANES, _BLOCK = 512, 32768


def _statistics(numbers: Array) -> tuple[float, float, float, float, list[int] | None]:
    """The least and the greatest, and in float64 their sum and that of their squares; the counts of their histogram,
    where they come with that.

    Numbers go block by block, which stay in the processor's cache where all at once would ask for fresh memory, and
    every 512th into the same sum: so they are added up in one order, whoever does it.
    """
    if not numbers.size:
        return 0.0, 0.0, 0.0, 0.0, None
    if CORE is not None and numbers.dtype == np.float32 and numbers.flags.c_contiguous:
        return CORE.summary(numbers)
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
        return low, high, _folded(sums), _folded(squares), None


def _folded(lanes: Array) -> float:
    """Their sum."""
    total = 0.0
    for lane in np.add.reduce(np.add.reduce(lanes.reshape(8, 64), axis=0).reshape(8, 8), axis=0).tolist():
        total += lane
    return total


def _histogram(numbers: Array, low: float, high: float, counts: list[int] | None) -> dict[str, Any]:
    """As ``np.histogram`` counts, in less than half its time: how many are below each edge."""
    if low == high:
        low, high = low - 0.5, high + 0.5
    if counts is not None:
        return {"low": low, "high": high, "counts": counts}
    if numbers.dtype != np.float32:
        numbers = numbers.astype(np.float64, copy=False)
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

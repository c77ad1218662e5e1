"""The numbers of one tensor: a strided gather from the flat value of its storage at a version."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from math import isnan, prod

from gradwalk.document.schema import Number, Trace, Value

NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


Scalar = bool | int | float | complex


@dataclass(frozen=True)
class Numbers:
    """A tensor's numbers, row-major: all, or the first ``options.max_elements``; None where the trace holds none."""

    shape: list[int]
    dtype: str
    data: list[Scalar | None]

    @property
    def complete(self) -> bool:
        """Whether every element is there."""
        return len(self.data) == prod(self.shape) and None not in self.data


def find_values(trace: Trace) -> dict[tuple[int, int], int]:
    """(storage, version) to the position in ``trace.values`` of its numbers."""
    return {
        (value.storage, value.version): index
        for index, value in enumerate(trace.values)
        if value.storage is not None and value.version is not None
    }


def listing(trace: Trace, value: int) -> Value:
    """The value that lists the elements of this one, and has its summary: itself, or one before."""
    own = trace.values[value]
    return trace.values[own.data] if isinstance(own.data, int) else own


def numbers_of(trace: Trace, value: int, tensor: int | None = None) -> Numbers:
    """A value as itself, or the part of a storage's value that ``tensor`` (or else the first tensor on it) shows."""
    flat, listed = trace.values[value], _listed(trace, value)
    if flat.storage is not None and tensor is None:
        tensor = next((index for index, made in enumerate(trace.tensors) if made.storage == flat.storage), None)
    if flat.storage is None or tensor is None:
        count = len(listed) // _width(flat.dtype)
        return Numbers(flat.shape, flat.dtype, [_element(listed, at, flat.dtype) for at in range(count)])
    view, most = trace.tensors[tensor], trace.options.max_elements
    positions = (
        view.offset + sum(i * stride for i, stride in zip(index, view.strides))
        # product() writes each range out, and a view may be expanded to any size: no axis is shown further than this.
        for index in product(*(range(min(size, most)) for size in view.shape))
    )
    shown = islice(positions, most)
    return Numbers(view.shape, view.dtype, [_element(listed, at, view.dtype) for at in shown])


_ROUNDED = 0.05
"""Sums are rounded, in some dtypes to few digits, and in an order of their own."""


def is_sum_of(total: Numbers, parts: list[Numbers]) -> bool:
    """Whether a gradient is the sum of what came in, as far as can be told: a hook may have made another of it."""
    for number, *came in zip(total.data, *(each.data for each in parts), strict=False):
        if number is None or isinstance(number, complex) or None in came:
            continue
        numbers = [float(each) for each in came if each is not None and not isinstance(each, complex)]
        come = sum(numbers)
        if not isnan(come) and number != come and not abs(float(number) - come) <= _ROUNDED * sum(map(abs, numbers)):
            return False
    return True


def _width(dtype: str) -> int:
    """How many numbers of the trace an element is."""
    return 2 if dtype.startswith("complex") else 1


def _listed(trace: Trace, value: int) -> list[Number]:
    data = listing(trace, value).data
    return [] if isinstance(data, int) else data


def _element(listed: list[Number], at: int, dtype: str) -> Scalar | None:
    if _width(dtype) == 1:
        return decode(listed[at]) if at < len(listed) else None
    parts = listed[2 * at : 2 * at + 2]
    return complex(*map(decode, parts)) if len(parts) == 2 else None


def decode(number: Number) -> bool | int | float:
    """A number as JSON spells it, as Python has it."""
    return NOT_FINITE[number] if isinstance(number, str) else number

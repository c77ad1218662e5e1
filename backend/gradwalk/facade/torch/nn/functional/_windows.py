"""What functions over windows share: their sizes, how many fit, and what is said of those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradwalk.engine.functions.separable import pooled_size
from gradwalk.engine.ops._pooling import refuse_none
from gradwalk.engine.tensor import Tensor


def repeated(value: Any, count: int) -> tuple[int, ...]:
    """A number for every dimension, where one or all are given."""
    if isinstance(value, int):
        return (value,) * count
    if isinstance(value, np.integer) or (isinstance(value, Tensor) and value.ndim == 0):
        return (int(value),) * count
    given = tuple(int(each) for each in value)
    return given * count if len(given) == 1 else given


def for_each(value: Any, count: int) -> Any:
    """What a layer keeps for its dimensions: what was given, or as many of it. Nothing looks at it before its use."""
    return tuple(value) if isinstance(value, Iterable) else (value,) * count


_COUNTED = {2: "two", 3: "three"}
_MUST = {"stride": "must {0}be omitted, a single int,", "dilation": "must be either a single int,"}


def need_sizes(name: str, dims: int, **given: tuple[int, ...]) -> None:
    """Raises RuntimeError for a window's size, step, margin or spread that is neither one number nor ``dims``."""
    for part, sizes in given.items():
        if len(sizes) == dims or (part == "stride" and not sizes):
            continue
        if dims == 1:
            raise RuntimeError(f"{name}() argument '{part}' should contain one int (got {len(sizes)})")
        must = _MUST.get(part, "must {0}be a single int,").format("" if name == "avg_pool3d" else "either ")
        raise RuntimeError(f"{name}: {part} {must} or a tuple of {_COUNTED[dims]} ints")


def need_rank(name: str, x: Tensor, dims: int) -> None:
    """Raises RuntimeError for an input that is neither one sequence nor a batch of them."""
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Expected {dims + 1} to {dims + 2} dimensions, but got {x.ndim}-dimensional tensor for argument #1 'self' "
            f"(while checking arguments for {name})"
        )


def window_count(
    name: str, x: Tensor, dims: int, kernel: Sequence[int], stride: Sequence[int], padding: Sequence[int],
    dilation: Sequence[int], ceil_mode: bool,
) -> list[int]:  # fmt: skip
    """How many windows fit along each dimension. Raises RuntimeError where that is none, and for steps of nothing."""
    if 0 in stride:
        raise RuntimeError("stride should not be zero")
    refuse_none("kernel size", "k", kernel)
    refuse_none("stride", "d", stride)
    for k, p, d in zip(kernel, padding, dilation, strict=True):
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > k // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and "
                f"dilation={d}"
            )
    if x.ndim not in (dims + 1, dims + 2):
        if x.ndim <= dims and x._array.size and name != "avg_pool3d":
            low, high = -x.ndim, x.ndim - 1
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{low}, {high}], but got {-dims - 1})"
            )
        raise RuntimeError(f"non-empty {dims + 1}D or {dims + 2}D (batch mode) tensor expected for input")
    sizes = x.shape[-dims:]
    if name == "avg_pool3d" and any(n < k for n, k in zip(sizes, kernel, strict=True)):
        found = " ".join(f"{axis}: {n}" for axis, n in zip("THW", sizes, strict=True))
        wanted = " ".join(f"k{axis}: {k}" for axis, k in zip("THW", kernel, strict=True))
        raise RuntimeError(f"input image ({found}) smaller than kernel size ({wanted})")
    out = [pooled_size(*each, ceil_mode) for each in zip(sizes, kernel, stride, padding, dilation, strict=True)]
    if any(n < 1 for n in out):
        given = "x".join(map(str, x.shape[-dims - 1 :]))
        found = "x".join(map(str, (x.shape[-dims - 1], *out)))
        raise RuntimeError(f"Given input size: ({given}). Calculated output size: ({found}). Output size is too small")
    return out

"""A tensor with the elements outside its mask replaced by what changes nothing in a reduction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

Dims = int | Sequence[int] | None


def replaced(name: str, input: Tensor, mask: Tensor | None, ord: float | None = None) -> Tensor:
    """``input`` with what a reduction starts from where ``mask`` is false; itself without a mask."""
    if mask is None:
        return input
    kept = whole_mask(input, mask)
    start = _start(name, input, ord)
    if start is None:
        raise NotImplementedError(f"identity of {name} on {input.dtype} input")
    kind = input.dtype if isinstance(start, int) or input.is_floating_point() else dtypes.float32
    result: Tensor = FUNCTIONS["where"](kept, input, FUNCTIONS["tensor"](start, dtype=kind))
    return result


def whole_mask(input: Tensor, mask: Tensor) -> Tensor:
    """The mask as booleans in the shape of ``input``. Raises IndexError if it has more dimensions."""
    m: Any = mask
    if m.shape != input.shape:
        if m.ndim > input.ndim:
            raise IndexError(
                "_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)"
            )
        m = FUNCTIONS["broadcast_to"](m.clone(), input.shape)
    result: Tensor = m.to(dtype=dtypes.bool_)
    return result


def _start(name: str, input: Tensor, ord: float | None) -> float | int | None:
    """The number that changes nothing in a reduction of ``input``; None if there is none."""
    if name == "sum":
        return 0
    if name == "prod":
        return 1
    if name == "median":
        return math.nan
    if name == "norm":
        return math.inf if ord == -math.inf else 0
    greatest = name in ("amax", "argmax", "logaddexp", "logsumexp")
    if input.is_floating_point():
        return -math.inf if greatest else math.inf
    if input.dtype is dtypes.bool_:
        return None
    limits = np.iinfo(input._array.dtype)
    return int(limits.min if greatest else limits.max)


def canonical(dim: Dims, ndim: int) -> tuple[int, ...]:
    """Dimensions counted from the front, in order; all for None and for no dimension at all."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    count = max(ndim, 1)
    found: list[int] = []
    for d in (dim,) if isinstance(dim, int) else dim:
        if d in found:
            raise RuntimeError(f"dim={d} appears multiple times in the list of dims")
        if not -count <= d < count:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got {d})"
            )
        found.append(d % count)
    return tuple(sorted(found))

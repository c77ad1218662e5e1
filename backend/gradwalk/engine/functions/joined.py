"""What undoes an op of several results: their cotangents joined again, zeros where one has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor, wrap
from .dims import normalize_dim
from .registry import function


def _zeros(like: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(like, Tensor):
        return wrap(np.zeros(shape, like._array.dtype))
    return np.zeros(shape, like.dtype)


@function
def stacked(grads: Sequence[Any], dim: int) -> Any:
    """The cotangents of ``unbind``'s results along ``dim`` again."""
    present = next(grad for grad in grads if grad is not None)
    parts = [_zeros(present, tuple(present.shape)) if grad is None else grad for grad in grads]
    if isinstance(present, Tensor):
        return OPS["stack"](*parts, dim=dim)
    return np.stack(parts, axis=normalize_dim(dim, present.ndim + 1))


@function
def joined(grads: Sequence[Any], sizes: Sequence[int], split_size: Any, dim: int) -> Any:
    """The cotangents of the parts that were cut off along ``dim``; ``split_size``: one extent, or one for each."""
    axis = normalize_dim(dim, len(sizes))
    extent = sizes[axis]
    present = next(grad for grad in grads if grad is not None)
    parts = []
    for number, grad in enumerate(grads):
        if grad is None:
            width = split_size[number] if isinstance(split_size, tuple) else min(split_size, extent)
            if not isinstance(split_size, tuple) and number == len(grads) - 1:
                width = extent - width * number
            grad = _zeros(present, (*sizes[:axis], width, *sizes[axis + 1 :]))
        parts.append(grad)
    return OPS["cat"](*parts, dim=axis) if isinstance(present, Tensor) else np.concatenate(parts, axis=axis)

"""``matmul`` of more than two dimensions: it comes apart into one product of all rows, or products of many matrices."""

from __future__ import annotations

from math import prod

import numpy as np

from .. import ops
from ..errors import broadcast_mismatch
from ..grad_mode import is_grad_enabled
from ..graph import skip_sequence_number
from ..tensor import Tensor
from .dimensions import t, transpose
from .linalg import bmm, mm, mv
from .shape import expand, reshape
from .strides import contiguous


def product(x: Tensor, y: Tensor) -> Tensor:
    """``x @ y``, where one of them is a batch. Raises RuntimeError for shapes that do not multiply."""
    if x.ndim == y.ndim == 3:
        x, y = _without_batch_of_one(x, y), _without_batch_of_one(y, x)
    return _folded(x, y) if _should_fold(x, y) else _batched(x, y)


def _without_batch_of_one(x: Tensor, other: Tensor) -> Tensor:
    """The one matrix of a batch that is broadcast over another, if a gradient will flow to it."""
    return ops.view.squeeze_dim(x, dim=0) if x.shape[0] == 1 != other.shape[0] and x.requires_grad else x


def _should_fold(x: Tensor, y: Tensor) -> bool:
    """Whether the larger of two operands is taken as one matrix of all its rows; not where that would only copy."""
    larger, smaller = (x, y) if x.ndim >= y.ndim else (y, x)
    if larger is y and y.requires_grad and is_grad_enabled():
        skip_sequence_number()  # of the transposed view that PyTorch looks at here
    if larger.ndim < 3 or smaller.ndim > 2:
        return False
    if smaller.requires_grad:
        return True
    if x.ndim == 2:
        return False
    rows = larger._array if larger is x else larger._array.swapaxes(-1, -2)
    steps, sizes = rows.strides, rows.shape
    return rows.size == 0 or all(steps[i] == steps[i + 1] * sizes[i + 1] for i in range(rows.ndim - 2))


def _folded(x: Tensor, y: Tensor) -> Tensor:
    """A batch of matrices times one matrix or vector, or the other way round: one product of all rows at once."""
    if y.ndim > x.ndim:
        result = _folded(transpose(y, -2, -1), t(x) if x.ndim == 2 else x)
        return contiguous(transpose(result, -2, -1)) if x.ndim == 2 else result
    rows = reshape(x, (prod(x.shape[:-1]), x.shape[-1]))
    result = mv(rows, y) if y.ndim == 1 else mm(rows, y)
    return ops.view.unsafe_view(result, size=(*x.shape[:-1], *y.shape[1:]))


def _batched(x: Tensor, y: Tensor) -> Tensor:
    vector_left, vector_right = x.ndim == 1, y.ndim == 1
    a = ops.view.unsqueeze(x, dim=0) if vector_left else x
    b = ops.view.unsqueeze(y, dim=1) if vector_right else y
    left, right = tuple(a.shape[:-2]), tuple(b.shape[:-2])
    mismatch = broadcast_mismatch(left, right)
    if mismatch is not None:
        raise mismatch
    batch = tuple(np.broadcast_shapes(left, right))
    a = reshape(expand(a, (*batch, *a.shape[-2:])), (prod(batch), *a.shape[-2:]))
    b = reshape(expand(b, (*batch, *b.shape[-2:])), (prod(batch), *b.shape[-2:]))
    result = bmm(a, b)
    sizes = [*batch, *result.shape[-2:]]
    if vector_left:
        del sizes[-2]
    if vector_right:
        result = ops.view.squeeze_dim(result, dim=-1)
        del sizes[-1]
    return ops.view.unsafe_view(result, size=tuple(sizes))

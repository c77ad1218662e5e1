"""Matrix products: ``matmul`` of any ranks comes apart into the products of the op table, as in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..errors import broadcast_mismatch
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public
from .shape import expand, reshape


@public()
def dot(input: Any, tensor: Any) -> Tensor:
    """Dot product of two vectors."""
    x, y = must_be_tensor("dot", "input", 1, input), must_be_tensor("dot", "tensor", 2, tensor)
    return ops.linalg.dot(x, y)


@public()
def mm(input: Any, mat2: Any) -> Tensor:
    """Product of two matrices."""
    return ops.linalg.mm(must_be_tensor("mm", "input", 1, input), must_be_tensor("mm", "mat2", 2, mat2))


@public()
def mv(input: Any, vec: Any) -> Tensor:
    """Product of a matrix and a vector."""
    return ops.linalg.mv(must_be_tensor("mv", "input", 1, input), must_be_tensor("mv", "vec", 2, vec))


@public()
def bmm(input: Any, mat2: Any) -> Tensor:
    """Products of two batches of matrices."""
    return ops.linalg.bmm(must_be_tensor("bmm", "input", 1, input), must_be_tensor("bmm", "mat2", 2, mat2))


@public()
def outer(input: Any, vec2: Any) -> Tensor:
    """Outer product of two vectors."""
    x = must_be_tensor("outer", "input", 1, input)
    return ops.pointwise.mul(ops.view.unsqueeze(x, dim=1), vec2)


@public()
def matmul(input: Any, other: Any) -> Tensor:
    """Matrix product of any ranks, as ``@``. Raises RuntimeError for shapes that do not multiply."""
    x, y = must_be_tensor("matmul", "input", 1, input), must_be_tensor("matmul", "other", 2, other)
    if x.ndim == 0 or y.ndim == 0:
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {x.ndim}D and {y.ndim}D")
    if x.ndim == 1 and y.ndim == 1:
        return dot(x, y)
    if x.ndim == 2 and y.ndim == 1:
        return mv(x, y)
    if x.ndim == 1 and y.ndim == 2:
        return ops.view.squeeze_in_place_of_vector(mm(ops.view.unsqueeze(x, dim=0), y), dim=0)
    if x.ndim == 2 and y.ndim == 2:
        return mm(x, y)
    if y.ndim <= 2:
        return _folded(x, y)
    return _batched(x, y)


def _folded(x: Tensor, y: Tensor) -> Tensor:
    """A batch of matrices times one matrix or vector: one product of all rows at once."""
    rows = reshape(x, (-1, x.shape[-1]))
    product = mv(rows, y) if y.ndim == 1 else mm(rows, y)
    return ops.view.unsafe_view(product, size=(*x.shape[:-1], *y.shape[1:]))


def _batched(x: Tensor, y: Tensor) -> Tensor:
    vector_left, vector_right = x.ndim == 1, y.ndim == 1
    a = ops.view.unsqueeze(x, dim=0) if vector_left else x
    b = ops.view.unsqueeze(y, dim=1) if vector_right else y
    left, right = tuple(a.shape[:-2]), tuple(b.shape[:-2])
    mismatch = broadcast_mismatch(left, right)
    if mismatch is not None:
        raise mismatch
    batch = tuple(np.broadcast_shapes(left, right))
    a = reshape(expand(a, (*batch, *a.shape[-2:])), (-1, *a.shape[-2:]))
    b = reshape(expand(b, (*batch, *b.shape[-2:])), (-1, *b.shape[-2:]))
    product = bmm(a, b)
    sizes = [*batch, *product.shape[-2:]]
    if vector_left:
        del sizes[-2]
    return ops.view.unsafe_view(product, size=tuple(sizes))


def _matmul_operator(self: Tensor, other: Any) -> Any:
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


METHODS["__matmul__"] = _matmul_operator

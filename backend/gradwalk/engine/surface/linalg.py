"""Matrix products: ``matmul`` of any ranks comes apart into the products of the op table, as in PyTorch."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .. import ops
from ..errors import broadcast_mismatch
from ..failed_calls import again
from ..grad_mode import is_grad_enabled
from ..graph import skip_sequence_number
from ..observe import observer
from ..published import AsOp, compiled
from ..tensor import Tensor
from .dimensions import t, transpose
from .registry import METHODS, must_be_tensor, public
from .shape import expand, reshape
from .strides import contiguous


@public(straight=AsOp("dot", 2))
def dot(input: Any, tensor: Any) -> Tensor:
    """Dot product of two vectors."""
    x, y = must_be_tensor("dot", "input", 1, input), must_be_tensor("dot", "tensor", 2, tensor)
    return ops.linalg.dot(x, y)


@public(straight=AsOp("mm", 2))
def mm(input: Any, mat2: Any) -> Tensor:
    """Product of two matrices."""
    return ops.linalg.mm(must_be_tensor("mm", "input", 1, input), must_be_tensor("mm", "mat2", 2, mat2))


@public(straight=AsOp("mv", 2))
def mv(input: Any, vec: Any) -> Tensor:
    """Product of a matrix and a vector."""
    return ops.linalg.mv(must_be_tensor("mv", "input", 1, input), must_be_tensor("mv", "vec", 2, vec))


@public(straight=AsOp("bmm", 2))
def bmm(input: Any, mat2: Any) -> Tensor:
    """Products of two batches of matrices."""
    return ops.linalg.bmm(must_be_tensor("bmm", "input", 1, input), must_be_tensor("bmm", "mat2", 2, mat2))


@public()
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """``beta * input + alpha * mat1 @ mat2``."""
    x, a = must_be_tensor("addmm", "input", 1, input), must_be_tensor("addmm", "mat1", 2, mat1)
    return ops.linalg.addmm(x, a, must_be_tensor("addmm", "mat2", 3, mat2), beta=beta, alpha=alpha)


@public()
def outer(input: Any, vec2: Any) -> Tensor:
    """Outer product of two vectors."""
    x, y = must_be_tensor("outer", "input", 1, input), must_be_tensor("outer", "vec2", 2, vec2)
    for name, each in (("self", x), ("vec2", y)):
        if each.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {each.ndim}-D")
    return ops.pointwise.mul(reshape(x, (-1, 1)), vec2)


@public(straight=AsOp("mm", 2, dims=2))
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
        row = ops.view.squeeze_in_place_of_vector(mm(ops.view.unsqueeze(x, dim=0), y), dim=0)
        observer().about_to_change()
        row._storage.version = 1  # PyTorch squeezes the product in place
        return row
    if x.ndim == 2 and y.ndim == 2:
        return mm(x, y)
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
        product = _folded(transpose(y, -2, -1), t(x) if x.ndim == 2 else x)
        return contiguous(transpose(product, -2, -1)) if x.ndim == 2 else product
    rows = reshape(x, (prod(x.shape[:-1]), x.shape[-1]))
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
    a = reshape(expand(a, (*batch, *a.shape[-2:])), (prod(batch), *a.shape[-2:]))
    b = reshape(expand(b, (*batch, *b.shape[-2:])), (prod(batch), *b.shape[-2:]))
    product = bmm(a, b)
    sizes = [*batch, *product.shape[-2:]]
    if vector_left:
        del sizes[-2]
    if vector_right:
        product = ops.view.squeeze_dim(product, dim=-1)
        del sizes[-1]
    return ops.view.unsafe_view(product, size=tuple(sizes))


def _matmul_operator(self: Tensor, other: Any) -> Any:
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


METHODS["__matmul__"] = compiled(_matmul_operator, _matmul_operator, again, straight=AsOp("mm", 2, dims=2))
METHODS["__rmatmul__"] = lambda self, other: matmul(other, self) if isinstance(other, Tensor) else NotImplemented

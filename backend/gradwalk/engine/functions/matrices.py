"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import at_once
from ..dtypes import Array
from ..op import OPS
from ..products import of_batch, product, times_vector
from ..tensor import Tensor
from .registry import function
from .shapes import reshape, t


@function
@at_once
def mm(a: Any, b: Any) -> Any:
    """Product of two matrices."""
    if isinstance(a, Tensor):
        return OPS["mm"](a, b)
    return product(a, b)


def _goes_by_columns(sizes: Any, strides: Any) -> bool:
    return bool(strides) and strides[0] == 1 and strides[1] == sizes[0]


@function
@at_once
def times_transposed(grad: Any, mat2: Any, sizes: Any, strides: Any) -> Any:
    """``grad @ mat2.T``; for an operand that lies column by column, so that the result does too."""
    if _goes_by_columns(sizes, strides):
        return t(mm(mat2, t(grad)))
    return mm(grad, t(mat2))


@function
@at_once
def transposed_times(mat1: Any, grad: Any, sizes: Any, strides: Any) -> Any:
    """``mat1.T @ grad``; for an operand that lies column by column, so that the result does too."""
    if _goes_by_columns(sizes, strides):
        return t(mm(t(grad), mat1))
    return mm(t(mat1), grad)


@function
def mv(a: Any, b: Any) -> Any:
    """Product of a matrix and a vector."""
    if isinstance(a, Tensor):
        return OPS["mv"](a, b)
    return times_vector(a, b)


@function
def bmm(a: Any, b: Any) -> Any:
    """Products of two batches of matrices."""
    if isinstance(a, Tensor):
        return OPS["bmm"](a, b)
    return of_batch(a, b)


@function
def outer(a: Any, b: Any) -> Any:
    """Outer product of two vectors."""
    return reshape(a, (a.shape[0], 1)) * b


@function
def spread_over(x: Any, batch: int) -> Any:
    """One matrix, repeated for each of a batch of that size."""
    size = (batch, *tuple(x.shape))
    return OPS["expand"](OPS["unsqueeze"](x, dim=0), size=size) if isinstance(x, Tensor) else np.broadcast_to(x, size)


def check_matrices(a: Array, b: Array) -> None:
    """Raises RuntimeError, in PyTorch's words, unless two matrices multiply."""
    if a.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if b.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )

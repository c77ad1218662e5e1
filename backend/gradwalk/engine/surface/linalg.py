"""Products of vectors and matrices, and ``matmul``, which comes apart into them, as in PyTorch."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..failed_calls import again
from ..observe import observer
from ..published import AsOp, compiled
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public


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
    from .batches import product  # which most programs do without

    return product(x, y)


def _matmul_operator(self: Tensor, other: Any) -> Any:
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


METHODS["__matmul__"] = compiled(_matmul_operator, _matmul_operator, again, straight=AsOp("mm", 2, dims=2))
METHODS["__rmatmul__"] = lambda self, other: matmul(other, self) if isinstance(other, Tensor) else NotImplemented

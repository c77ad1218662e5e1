"""Distances and directions of vectors."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.op import OPS
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of ``x1 - x2 + eps`` along the last dimension."""
    difference = OPS["add.Scalar"](x1 - x2, other=eps)
    return OPS["norm.dim"](difference, p=float(p), dim=(max(x1.ndim, x2.ndim) - 1,), keepdim=keepdim)


def normalize(input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: Any = None) -> Tensor:
    """Vectors along ``dim`` divided by their p-norm."""
    lengths: Any = input.norm(p, dim, keepdim=True)
    lengths = lengths.clamp_min(eps).expand_as(input)
    result: Tensor = input / lengths if out is None else FUNCTIONS["div"](input, lengths, out=out)
    return result


def pdist(input: Any, p: float = 2.0) -> Tensor:
    """The distances between each two rows of a matrix."""
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    if not input.is_floating_point():
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    return OPS["_pdist"](input.contiguous(), p=float(p))

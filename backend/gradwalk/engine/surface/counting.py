"""Counting, what is different, and looking up places in sorted sequences."""

from __future__ import annotations

from typing import Any

from ..functions.dims import normalize_dim
from ..op import OPS
from ..tensor import Tensor
from .registry import must_be_tensor, public
from .selection import diff


def _asked_for(results: tuple[Tensor, ...], inverse: bool, counts: bool) -> Any:
    kept = [results[0], *([results[1]] if inverse else []), *([results[2]] if counts else [])]
    return tuple(kept) if len(kept) > 1 else kept[0]


@public()
def unique(
    input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False,
    dim: int | None = None,
) -> Any:  # fmt: skip
    """What different elements (or slices along ``dim``) there are, where each is among them, and how often."""
    x = must_be_tensor("unique", "input", 1, input)
    results = OPS["unique"].several(x) if dim is None else OPS["unique_dim"].several(x, dim=dim)
    return _asked_for(results, return_inverse, return_counts)


@public()
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """:func:`unique` of what stands side by side."""
    if dim is not None:
        raise NotImplementedError("Gradwalk's unique_consecutive works on all elements: leave dim out.")
    return _asked_for(OPS["unique_consecutive"].several(input), return_inverse, return_counts)


@public(method=False)
def searchsorted(
    sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: bool = False, side: str | None = None
) -> Tensor:
    """Where each value would have to be inserted for the sequence to stay sorted."""
    x = must_be_tensor("searchsorted", "sorted_sequence", 1, sorted_sequence)
    if side is not None:
        if side not in ("left", "right"):
            raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
        right = side == "right"
    return OPS["searchsorted"](x, input, out_int32=out_int32, right=right)


@public(method=False)
def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The number of the bucket that each value falls into."""
    edges = must_be_tensor("bucketize", "boundaries", 2, boundaries)
    if edges.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({edges.ndim})")
    return OPS["searchsorted"](edges, input, out_int32=out_int32, right=right)


@public()
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number from 0 on occurs, or the weights of where it does."""
    return OPS["bincount"](must_be_tensor("bincount", "input", 1, input), weights, minlength=minlength)


@public()
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements fall into each of some bins of equal width."""
    return OPS["histc"](must_be_tensor("histc", "input", 1, input), bins=bins, min=min, max=max)


@public(method=False)
def trapezoid(y: Tensor, x: Any = None, *, dx: float = 1, dim: int = -1) -> Tensor:
    """The integral over a dimension by the trapezoidal rule, in steps of ``dx`` or between the places ``x``."""
    values = must_be_tensor("trapezoid", "y", 1, y)
    if x is None:
        last = OPS["select"](values, dim=dim, index=-1)
        ends = OPS["add"](OPS["select"](values, dim=dim, index=0), last)
        half = OPS["mul.Scalar"](ends, other=0.5)
        total = OPS["sub"](OPS["sum.dim"](values, dim=(dim,), keepdim=False), half)
        return OPS["mul.Scalar"](total, other=dx)
    dim = normalize_dim(dim, values.ndim)
    count = values.shape[dim]
    places = must_be_tensor("trapezoid", "x", 2, x)
    steps = diff(places)
    if values.ndim > 1 and steps.ndim == 1:
        shape = [1] * values.ndim
        shape[dim] = count - 1
        steps = OPS["view"](steps, size=tuple(shape))
    left = OPS["slice"](values, dim=dim, start=0, end=-1, step=1)
    right = OPS["slice"](values, dim=dim, start=1, end=None, step=1)
    areas = OPS["mul"](OPS["add"](left, right), steps)
    return OPS["div.Scalar"](OPS["sum.dim"](areas, dim=(dim,), keepdim=False), other=2.0)


public(method=False, name="trapz")(trapezoid)

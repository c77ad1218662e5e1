"""Counting, what is different, and looking up places in sorted sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..dtypes import INEXACT
from ..errors import type_name
from ..op import OPS
from ..ops import _counting as counting
from ..tensor import Tensor, wrap
from ..warn import warn_once
from .pointwise import operand
from .registry import FUNCTIONS, must_be_bool, must_be_tensor, public
from .results import named
from .sizes import made, storable

_histogram, _histogramdd = (named(name, "hist", "bin_edges") for name in ("histogram", "histogramdd"))


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
    for name, value in (("sorted", sorted), ("return_inverse", return_inverse), ("return_counts", return_counts)):
        must_be_bool("_unique2" if dim is None else "unique_dim", name, value)
    if dim is not None and (isinstance(dim, bool) or not isinstance(dim, int)):
        raise TypeError(f"unique_dim(): argument 'dim' (position 2) must be int, not {type_name(dim)}")
    results = OPS["unique"].several(x) if dim is None else OPS["unique_dim"].several(x, dim=dim)
    return _asked_for(results, return_inverse, return_counts)


@public()
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """:func:`unique` of what stands side by side."""
    if dim is not None:
        return _asked_for(OPS["unique_consecutive"].several(input, dim=dim), return_inverse, return_counts)
    return _asked_for(OPS["unique_consecutive"].several(input), return_inverse, return_counts)


@public(method=False)
def searchsorted(
    sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: bool = False, side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Where each value would have to be inserted for the sequence to stay sorted."""
    x = must_be_tensor("searchsorted", "sorted_sequence", 1, sorted_sequence)
    if side is not None:
        if side not in ("left", "right"):
            raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
        right = side == "right"
    in_order = x
    if sorter is not None:
        _check_sorter(x, sorter)
        in_order = wrap(np.take_along_axis(x._array, sorter._array, -1))
    found = OPS["searchsorted"](in_order, input, out_int32=out_int32, right=right)
    _warn_of_gaps(input, x, sorter)
    return found


def _warn_of_gaps(values: Any, boundaries: Tensor, sorter: Tensor | None = None) -> None:
    """PyTorch copies what does not lie row by row, and says so once."""
    if isinstance(values, Tensor) and not values._array.size:
        return
    for name, x, line in (("input value", values, 32), ("boundary", boundaries, 38), ("sorter", sorter, 44)):
        if isinstance(x, Tensor) and not x._array.flags.c_contiguous:
            warn_once(_GAPS.format(name, line))


_GAPS = (
    "torch.searchsorted(): {0} tensor is non-contiguous, this will lower the performance due to extra data copy when "
    "converting non-contiguous tensor to contiguous, please use contiguous {0} tensor if possible. This message will "
    "only appear once per program. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/BucketizationUtils.h:{1}.)"
)


def _check_sorter(x: Tensor, sorter: Tensor) -> None:
    if x.shape != sorter.shape:
        raise RuntimeError(
            "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor "
            f"{list(x.shape)}and got sorter tensor {list(sorter.shape)}"
        )
    if sorter._array.dtype != np.int64:
        raise RuntimeError(
            "torch.searchsorted(): sorter must be a tensor of long dtype but got dtype "
            f"{sorter.dtype.legacy_name.removesuffix('Tensor')}"
        )
    if ((sorter._array < 0) | (sorter._array >= x.shape[-1])).any():
        raise RuntimeError("torch.searchsorted(): sorter index out of range")


@public(method=False)
def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The number of the bucket that each value falls into."""
    edges = must_be_tensor("bucketize", "boundaries", 2, boundaries)
    if edges.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({edges.ndim})")
    found = OPS["searchsorted"](edges, input, out_int32=out_int32, right=right)
    _warn_of_gaps(input, edges)
    return found


@public()
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number from 0 on occurs, or the weights of where it does."""
    return OPS["bincount"](must_be_tensor("bincount", "input", 1, input), weights, minlength=minlength)


@public()
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements fall into each of some bins of equal width."""
    return OPS["histc"](must_be_tensor("histc", "input", 1, input), bins=bins, min=min, max=max)


@public()
def histogram(
    input: Tensor, bins: Any = 100, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """How many elements, or how much weight, falls into each bin; and where the bins' edges are."""
    x = must_be_tensor("histogram", "input", 1, input)
    operands, count = ((x, weight, bins), 0) if isinstance(bins, Tensor) else ((x, weight, None), bins)
    return _histogram(OPS["histogram"].several(*operands, bins=count, range=range, density=density))


@public(method=False)
def histogramdd(
    input: Tensor, bins: Any, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> Any:
    """How many points, or how much weight, falls into each box; and where the boxes' edges are along each dimension."""
    x = must_be_tensor("histogramdd", "input", 1, input)
    each = [bins] * x.shape[-1] if isinstance(bins, int) and x.ndim else bins
    taken = [cuts._array if isinstance(cuts, Tensor) else cuts for cuts in each]
    weights = None if weight is None else weight._array
    found, edges = counting.histogramdd(x._array, taken, range, weights, density)
    given = [
        cuts if isinstance(cuts, Tensor) else made("tensor", e, False, {}, (x,))
        for cuts, e in zip(each, edges, strict=True)
    ]
    return _histogramdd((made("tensor", found, False, {}, (x,)), tuple(given)))


@public(method=False)
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Which elements are among others; either side may be a number."""
    if not isinstance(elements, Tensor):
        must_be_tensor("isin", "test_elements", 2, test_elements)
    for x in (elements, test_elements):
        if isinstance(x, bool) or (isinstance(x, Tensor) and x._array.dtype.kind == "b"):
            raise RuntimeError("Unsupported input type encountered for isin(): Bool")
    return OPS["isin"](elements, operand("isin", test_elements), assume_unique=assume_unique, invert=invert)


@public(method=False)
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The matrix whose columns are the powers of a vector."""
    base = must_be_tensor("vander", "x", 1, x)
    if base.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = base._array.shape[0] if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    kind = base._array.dtype if base._array.dtype.kind in INEXACT else np.dtype(np.int64)
    result = wrap(np.ones(storable((base._array.shape[0], count), kind), dtype=kind))
    if count:
        apply_in_place(OPS["fill"], OPS["select"](result, dim=1, index=0), value=1)
    if count > 1:
        # In place as in PyTorch, whose backward pass therefore finds the powers written over.
        apply_in_place(OPS["copy"], _all_but_first(result), OPS["unsqueeze"](base, dim=1))
        target = _all_but_first(result)
        apply_in_place(OPS["copy"], target, OPS["cumprod"](_all_but_first(result), dim=1))
    return result if increasing else FUNCTIONS["flip"](result, (1,))


def _all_but_first(matrix: Tensor) -> Tensor:
    return OPS["slice"](matrix, dim=1, start=1, end=None, step=1)

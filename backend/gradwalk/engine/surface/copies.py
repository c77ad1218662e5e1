"""Tensors rearranged into copies: turned round, shifted, repeated, cut to a triangle."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from .. import ops
from ..apply import apply_in_place
from ..dtypes import Array
from ..functions.dims import normalize_dim
from ..op import OPS
from ..ops._words import label
from ..tensor import Tensor, wrap
from .parts import sequence_of
from .registry import must_be_tensor, public
from .shape import expand, flatten, unsqueeze
from .sizes import sizes_of


@public(method=False)
def flip(input: Tensor, dims: Any) -> Tensor:
    """Elements in the opposite order along each of ``dims``."""
    return ops.copies.flip(must_be_tensor("flip", "input", 1, input), dims=sizes_of((dims,)))


@public(function=False, name="flip")
def _flip_method(self: Tensor, *positions: Any, dims: Any = None) -> Tensor:
    if dims is None and not positions:
        raise TypeError('flip() missing 1 required positional arguments: "dims"')
    return ops.copies.flip(self, dims=sizes_of(positions if dims is None else (dims,)))


@public()
def fliplr(input: Tensor) -> Tensor:
    """:func:`flip` of the second dimension."""
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, (1,))


@public()
def flipud(input: Tensor) -> Tensor:
    """:func:`flip` of the first dimension."""
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, (0,))


@public()
def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Elements shifted round the end."""
    x = must_be_tensor("roll", "input", 1, input)
    return ops.copies.roll(x, shifts=sequence_of(shifts), dims=() if dims is None else sequence_of(dims))


@public()
def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Turned by ``k`` quarters in the plane of two dimensions."""
    return ops.copies.rot90(must_be_tensor("rot90", "input", 1, input), k=k, dims=tuple(dims))


@public(function=False)
def repeat(self: Tensor, *repeats: Any) -> Tensor:
    """Copies side by side, so many along each dimension."""
    if not repeats:
        raise TypeError('repeat() missing 1 required positional arguments: "repeats"')
    return ops.copies.repeat(self, repeats=sizes_of(repeats))


@public(method=False)
def tile(input: Tensor, dims: Any) -> Tensor:
    """:func:`repeat` with as many leading ones as are missing."""
    x = must_be_tensor("tile", "input", 1, input)
    times = sizes_of((dims,))
    return ops.copies.repeat(x, repeats=(1,) * (x.ndim - len(times)) + times)


@public(function=False, name="tile")
def _tile_method(self: Tensor, *dims: Any) -> Tensor:
    if not dims:
        raise TypeError('tile() missing 1 required positional arguments: "dims"')
    return tile(self, sizes_of(dims))


@public()
def repeat_interleave(
    input: Any = None, repeats: Any = None, dim: int | None = None, *, output_size: Any = None
) -> Tensor:
    """Each element (of dimension ``dim``) so many times in a row."""
    if repeats is None or (input is None and isinstance(repeats, Tensor)):
        input = repeats if input is None else input
        return _places(must_be_tensor("repeat_interleave", "repeats", 1, input)._array)
    x = must_be_tensor("repeat_interleave", "input", 1, input)
    if dim is None:
        x, dim = flatten(x), 0
    if isinstance(repeats, Tensor) and not x.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    axis = normalize_dim(dim, x.ndim)
    if not isinstance(repeats, Tensor):
        if repeats < 0:
            raise RuntimeError("Repeats must be non-negative")
        wide = unsqueeze(x, axis + 1)
        copy = ops.pointwise.clone_contiguous(expand(wide, *x.shape[: axis + 1], repeats, *x.shape[axis + 1 :]))
        return flatten(copy, axis, axis + 1)
    counts = repeats._array
    if counts.ndim > 1:
        raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
    if counts.size == 1:
        counts = np.broadcast_to(counts.reshape(1), x._array.shape[axis])
    if counts.size != x._array.shape[axis]:
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got "
            f"repeats.size(0) = {counts.size} and input.size({axis}) = {x._array.shape[axis]}"
        )
    return ops.indexing.index_select(x, _places(counts), dim=axis)


def _places(counts: Array) -> Tensor:
    """Each place so many times in a row. Raises RuntimeError for what are no counts."""
    if counts.dtype not in (np.int32, np.int64):
        raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{label(counts.dtype)}'")
    if counts.ndim != 1:
        raise RuntimeError("repeat_interleave only accept 1D vector as repeat")
    if counts.size and counts.min() < 0:
        raise RuntimeError("repeats can not be negative")
    return wrap(np.repeat(np.arange(counts.size, dtype=counts.dtype), counts))


@public(method=False)
def constant_pad_nd(input: Tensor, pad: Any, value: float = 0) -> Tensor:
    """One number round a tensor: so many positions before and after, the last dimension's first."""
    x = must_be_tensor("constant_pad_nd", "input", 1, input)
    return OPS["constant_pad_nd"](x, pad=sizes_of((pad,)), value=value)


@public()
def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle; zeros above the diagonal."""
    return ops.copies.tril(must_be_tensor("tril", "input", 1, input), diagonal=index(diagonal))


@public()
def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle; zeros below the diagonal."""
    return ops.copies.triu(must_be_tensor("triu", "input", 1, input), diagonal=index(diagonal))


@public(function=False)
def tril_(self: Tensor, diagonal: int = 0) -> Tensor:
    """:func:`tril`, in place."""
    return apply_in_place(ops.copies.tril, self, diagonal=index(diagonal))


@public(function=False)
def triu_(self: Tensor, diagonal: int = 0) -> Tensor:
    """:func:`triu`, in place."""
    return apply_in_place(ops.copies.triu, self, diagonal=index(diagonal))

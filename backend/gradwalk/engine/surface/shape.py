"""The same elements in another shape: views where that can be, with PyTorch's ways to say the shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..functions.dims import check_view, normalize_dim
from ..functions.shapes import reshaped
from ..history import find_histories
from ..tensor import Tensor
from .registry import must_be_tensor, public
from .rereading import reread
from .sizes import sizes_of
from .strides import contiguous


@public(function=False)
def view(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape, sharing storage. Raises RuntimeError where that cannot be."""
    if len(shape) == 1 and isinstance(shape[0], Dtype):
        return reread(self, shape[0])
    if not shape:
        raise TypeError(_VIEW_OF_WHAT)
    return ops.view.view(self, size=_whole(shape, self))


def _whole(shape: Any, x: Tensor) -> tuple[int, ...]:
    """A shape with its -1 worked out. Raises RuntimeError for one that has no room for just these elements."""
    sizes = sizes_of(shape)
    try:
        return check_view(sizes, x._array.size)
    except RuntimeError:
        find_histories([x])
        raise


@public(function=False)
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`view` in the shape of another tensor."""
    return view(self, tuple(other.shape))


@public(method=False)
def reshape(input: Any, shape: Any) -> Tensor:
    """The same elements in another shape: a view where possible, else a copy."""
    x = must_be_tensor("reshape", "input", 1, input)
    wanted = _whole((shape,), x)
    return reshaped(x, wanted)


@public(function=False, name="reshape")
def _reshape_method(self: Tensor, *shape: Any) -> Tensor:
    if not shape:
        raise TypeError('reshape() missing 1 required positional arguments: "shape"')
    return reshape(self, sizes_of(shape))


@public()
def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Join dimensions ``start_dim`` to ``end_dim`` into one."""
    x = must_be_tensor("flatten", "input", 1, input)
    start, end = normalize_dim(start_dim, x.ndim), normalize_dim(end_dim, x.ndim)
    if x.ndim == 0:
        return reshape(x, (1,))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return x
    joined = int(np.prod(x.shape[start : end + 1]))
    return reshape(x, (*x.shape[:start], joined, *x.shape[end + 1 :]))


@public(function=False)
def expand(self: Tensor, *sizes: Any, implicit: bool = False) -> Tensor:
    """Repeat along new or size-1 dimensions without copying; -1 keeps a size. ``implicit`` changes nothing."""
    return ops.view.expand(self, size=sizes_of(sizes))


@public(function=False)
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`expand` to the shape of another tensor."""
    return expand(self, *other.shape)


@public()
def unsqueeze(input: Any, dim: int) -> Tensor:
    """Insert a dimension of size 1."""
    return ops.view.unsqueeze(must_be_tensor("unsqueeze", "input", 1, input), dim=dim)


@public()
def squeeze(input: Any, dim: Any = None) -> Tensor:
    """Remove dimensions of size 1: all, or ``dim`` only."""
    x = must_be_tensor("squeeze", "input", 1, input)
    if isinstance(dim, tuple | list):
        return ops.view.squeeze_dims(x, dim=tuple(dim))
    return ops.view.squeeze(x) if dim is None else ops.view.squeeze_dim(x, dim=dim)


@public()
def ravel(input: Tensor) -> Tensor:
    """All elements in a row: a view where they lie so, else a copy."""
    return view(contiguous(must_be_tensor("ravel", "input", 1, input)), -1)


@public(method=False)
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """:func:`expand`, as a function."""
    return ops.view.expand(must_be_tensor("broadcast_to", "input", 1, input), size=sizes_of((size,)))


@public(function=False, name="broadcast_to")
def _broadcast_to_method(self: Tensor, *size: Any) -> Tensor:
    return expand(self, *size)


@public(function=False)
def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`reshape` in the shape of another tensor."""
    return reshape(self, tuple(other.shape))


@public(method=False)
def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """One dimension split into several."""
    x = must_be_tensor("unflatten", "input", 1, input)
    if not x.ndim:
        raise RuntimeError(
            f"unflatten got an unexpected error:\nDimension specified as {dim} but tensor has no dimensions\n"
        )
    axis = normalize_dim(dim, x.ndim)
    wanted, extent = list(sizes_of((sizes,))), x._array.shape[axis]
    if not wanted:
        raise RuntimeError("unflatten: sizes must be non-empty")
    known = int(np.prod([n for n in wanted if n != -1]))
    if wanted.count(-1) == 1 and known and extent % known == 0:
        wanted[wanted.index(-1)] = extent // known
    elif -1 in wanted or known != extent:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes_of((sizes,)))} don't multiply up to the size of dim {axis} "
            f"({extent}) in the input tensor"
        )
    return view(x, *x.shape[:axis], *wanted, *x.shape[axis + 1 :])


@public(function=False, name="unflatten")
def _unflatten_method(self: Tensor, dim: int, sizes: Any) -> Tensor:
    return unflatten(self, dim, sizes)


_VIEW_OF_WHAT = (
    "view() received an invalid combination of arguments - got (), but expected one of:\n"
    " * (torch.dtype dtype)\n * (tuple of ints size)\n"
)

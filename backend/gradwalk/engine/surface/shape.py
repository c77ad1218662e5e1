"""Shapes, views and indexing, with PyTorch's ways to say them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .. import ops
from ..apply import apply_in_place
from ..functions.dims import check_view, normalize_dim
from ..size import Size
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public


def sizes_of(arguments: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    if len(arguments) == 1 and isinstance(arguments[0], tuple | list):
        arguments = tuple(arguments[0])
    return tuple(int(n) for n in arguments)


@public(function=False)
def view(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape, sharing storage. Raises RuntimeError where that cannot be."""
    return ops.view.view(self, size=check_view(sizes_of(shape), self._array.size))


@public(function=False)
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`view` in the shape of another tensor."""
    return view(self, *other.shape)


@public(method=False)
def reshape(input: Any, shape: Any) -> Tensor:
    """The same elements in another shape: a view where possible, else a copy."""
    x = must_be_tensor("reshape", "input", 1, input)
    wanted = check_view(sizes_of((shape,)), x._array.size)
    try:
        np.reshape(x._array, wanted, copy=False)
    except ValueError:
        return ops.view.unsafe_view(_contiguous_clone(x), size=wanted)
    return ops.view.view(x, size=wanted)


@public(function=False, name="reshape")
def _reshape_method(self: Tensor, *shape: Any) -> Tensor:
    if not shape:
        raise TypeError('reshape() missing 1 required positional arguments: "shape"')
    return reshape(self, sizes_of(shape))


def _contiguous_clone(x: Tensor) -> Tensor:
    return ops.pointwise.clone_contiguous(x)


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
def expand(self: Tensor, *sizes: Any) -> Tensor:
    """Repeat along new or size-1 dimensions without copying; -1 keeps a size."""
    return ops.view.expand(self, size=sizes_of(sizes))


@public(function=False)
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`expand` to the shape of another tensor."""
    return expand(self, *other.shape)


@public()
def t(input: Any) -> Tensor:
    """Transpose a matrix."""
    return ops.view.t(must_be_tensor("t", "input", 1, input))


@public()
def transpose(input: Any, dim0: int, dim1: int) -> Tensor:
    """Swap two dimensions."""
    return ops.view.transpose(must_be_tensor("transpose", "input", 1, input), dim0=dim0, dim1=dim1)


@public(method=False)
def permute(input: Any, dims: Any) -> Tensor:
    """Dimensions in another order."""
    return ops.view.permute(must_be_tensor("permute", "input", 1, input), dims=tuple(dims))


@public(function=False, name="permute")
def _permute_method(self: Tensor, *dims: Any) -> Tensor:
    return permute(self, sizes_of(dims))


@public()
def unsqueeze(input: Any, dim: int) -> Tensor:
    """Insert a dimension of size 1."""
    return ops.view.unsqueeze(must_be_tensor("unsqueeze", "input", 1, input), dim=dim)


@public()
def squeeze(input: Any, dim: int | None = None) -> Tensor:
    """Remove dimensions of size 1: all, or ``dim`` only."""
    x = must_be_tensor("squeeze", "input", 1, input)
    return ops.view.squeeze(x) if dim is None else ops.view.squeeze_dim(x, dim=dim)


@public()
def unbind(input: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """All slices along a dimension."""
    return ops.view.unbind.several(must_be_tensor("unbind", "input", 1, input), dim=dim)


@public()
def select(input: Any, dim: int, index: int) -> Tensor:
    """One slice along a dimension."""
    return ops.view.select(must_be_tensor("select", "input", 1, input), dim=dim, index=index)


def _transposed(self: Tensor) -> Tensor:
    if self.ndim not in (0, 2):
        warnings.warn(_T_OF_OTHER_RANKS, UserWarning, stacklevel=2)
    if self.ndim == 2:
        return permute(self, (1, 0))
    return permute(self, tuple(reversed(range(self.ndim)))) if self.ndim else self


def _matrices_transposed(self: Tensor) -> Tensor:
    if self.ndim < 2:
        raise RuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {self.ndim}-D tensor.")
    return transpose(self, -2, -1)


METHODS["T"] = property(_transposed)  # type: ignore[assignment]
METHODS["mT"] = property(_matrices_transposed)  # type: ignore[assignment]


# -- what a tensor says of its shape ----------------------------------------------------------------------------------


@public(function=False)
def size(self: Tensor, dim: int | None = None) -> Size | int:
    """The shape, or the extent of one dimension."""
    return self.shape if dim is None else self._array.shape[_existing(dim, self.ndim)]


@public(function=False)
def stride(self: Tensor, dim: int | None = None) -> tuple[int, ...] | int:
    """Elements to skip in the storage for one step along each dimension."""
    steps = tuple(step // self._array.itemsize for step in self._array.strides)
    return steps if dim is None else steps[_existing(dim, self.ndim)]


def _existing(dim: int, ndim: int) -> int:
    if ndim == 0:
        raise IndexError(f"dimension specified as {dim} but tensor has no dimensions")
    return normalize_dim(dim, ndim)


@public()
def numel(input: Tensor) -> int:
    """How many elements."""
    return int(input._array.size)


METHODS["nelement"] = numel
METHODS["dim"] = METHODS["ndimension"] = lambda self: self.ndim
METHODS["storage_offset"] = lambda self: self._storage.offset_of(self._array)
METHODS["is_contiguous"] = lambda self: bool(self._array.flags.c_contiguous)
METHODS["_is_view"] = lambda self: self._base is not None


@public(function=False)
def contiguous(self: Tensor) -> Tensor:
    """The tensor itself if its elements lie row by row, else a copy that does."""
    return self if self._array.flags.c_contiguous else _contiguous_clone(self)


# -- indexing ---------------------------------------------------------------------------------------------------------


def index(self: Tensor, key: Any) -> Tensor:
    """``self[key]`` for ints, slices, None and ``...``, each a view. Raises IndexError in PyTorch's words."""
    part = _part(self, key)
    return ops.view.alias(self) if part is self else part


def _part(self: Tensor, key: Any) -> Tensor:
    """What a key selects; the tensor itself if that is all of it."""
    parts = list(key) if isinstance(key, tuple) else [key]
    consumed = sum(1 for part in parts if part is not None and part is not Ellipsis)
    if consumed > self.ndim:
        raise IndexError(f"too many indices for tensor of dimension {self.ndim}")
    result, dim, axis = self, 0, 0  # ``axis`` counts in the tensor as it was, ``dim`` in what is left of it
    for part in parts:
        if part is None:
            result, dim = unsqueeze(result, dim), dim + 1
        elif part is Ellipsis:
            dim, axis = dim + self.ndim - consumed, axis + self.ndim - consumed
        elif isinstance(part, slice):
            result, dim, axis = _sliced(result, dim, part), dim + 1, axis + 1
        else:
            result, axis = _selected(result, dim, _as_index(part), axis), axis + 1
    return result


def _as_index(part: Any) -> int:
    if isinstance(part, bool) or not hasattr(part, "__index__"):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(part).__name__})"
        )
    return int(part.__index__())


def _selected(x: Tensor, dim: int, position: int, axis: int) -> Tensor:
    if x.ndim == 0:
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    extent = x._array.shape[dim]
    if not -extent <= position < extent:
        raise IndexError(f"index {position} is out of bounds for dimension {axis} with size {extent}")
    return ops.view.select(x, dim=dim, index=position)


def _sliced(x: Tensor, dim: int, part: slice) -> Tensor:
    extent = x._array.shape[dim]
    step = 1 if part.step is None else int(part.step)
    if step <= 0:
        raise ValueError("step must be greater than zero")
    start = 0 if part.start is None else int(part.start)
    end = 2**63 - 1 if part.stop is None else int(part.stop)
    if start == 0 and step == 1 and end >= extent:
        return x
    return ops.view.slice(x, dim=dim, start=start, end=end, step=step)


def assign(self: Tensor, key: Any, value: Any) -> None:
    """``self[key] = value``: a copy into the view that the key selects."""
    target = _part(self, key)
    if isinstance(value, Tensor):
        op = ops.in_place.fill_tensor if value.ndim == 0 < target.ndim else ops.in_place.copy
        apply_in_place(op, target, _spread(value, target))
    else:
        apply_in_place(ops.in_place.copy, target, value)


def _spread(value: Tensor, target: Tensor) -> Tensor:
    """What is assigned, in the shape of the part that it is assigned to. Raises RuntimeError if it does not fit."""
    if value.ndim == 0 or value.shape == target.shape:
        return value
    sizes = list(value.shape)
    while sizes and sizes[0] == 1:
        del sizes[0]
    return expand(view(value, tuple(sizes)), *target.shape)


METHODS["__getitem__"] = index
METHODS["__setitem__"] = assign

_T_OF_OTHER_RANKS = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
    "throw an error "
    "in a future release. Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, "
    "-1))` to reverse the dimensions of a tensor. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4314.)"
)

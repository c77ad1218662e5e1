"""Shapes, views and indexing, with PyTorch's ways to say them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..functions.dims import check_view, normalize_dim
from ..size import Size
from ..tensor import Tensor, wrap
from ..warn import warn
from .registry import METHODS, must_be_tensor, public


def sizes_of(arguments: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    if len(arguments) == 1 and isinstance(arguments[0], tuple | list):
        arguments = tuple(arguments[0])
    return tuple(int(n) for n in arguments)


@public(function=False)
def view(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape, sharing storage. Raises RuntimeError where that cannot be."""
    if len(shape) == 1 and isinstance(shape[0], Dtype):
        return _view_as(self, shape[0])
    if not shape:
        raise TypeError(_VIEW_OF_WHAT)
    return ops.view.view(self, size=check_view(sizes_of(shape), self._array.size))


def _view_as(x: Tensor, wanted: Dtype) -> Tensor:
    """The same bytes read as another dtype; nothing flows back through that."""
    if wanted.itemsize != x._array.itemsize:
        raise NotImplementedError("Gradwalk's view(dtype) keeps the size of elements; use .to(dtype) to convert.")
    return wrap(x._array.view(wanted.numpy), x._storage)


@public(function=False)
def view_as(self: Tensor, other: Tensor) -> Tensor:
    """:func:`view` in the shape of another tensor."""
    return view(self, tuple(other.shape))


@public(method=False)
def reshape(input: Any, shape: Any) -> Tensor:
    """The same elements in another shape: a view where possible, else a copy."""
    x = must_be_tensor("reshape", "input", 1, input)
    wanted = check_view(sizes_of((shape,)), x._array.size)
    try:
        np.reshape(x._array, wanted, copy=False)
    except ValueError:
        return ops.view.unsafe_view(_contiguous_clone(x), size=wanted)
    return (ops.view.view if x._array.flags.c_contiguous else ops.view.reshape_alias)(x, size=wanted)


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


@public()
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Dimensions moved to other positions, the rest in their order."""
    x = must_be_tensor("movedim", "input", 1, input)
    sources, destinations = (list(d) if isinstance(d, tuple | list) else [d] for d in (source, destination))
    if len(sources) != len(destinations):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({sources} dims) should contain the same number of "
            f"dims as destination ({destinations} dims)"
        )
    places = [normalize_dim(d, x.ndim) for d in sources], [normalize_dim(d, x.ndim) for d in destinations]
    for name, found, given in zip(("source", "destination"), places, (sources, destinations), strict=True):
        if len(set(found)) != len(found):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({given})")
    if x.ndim == 0:
        return ops.view.alias(x)
    order = [d for d in range(x.ndim) if d not in places[0]]
    for to, origin in sorted(zip(places[1], places[0], strict=True)):
        order.insert(to, origin)
    return permute(x, order)


public(name="moveaxis")(movedim)


@public()
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """:func:`transpose`, under numpy's name."""
    return transpose(input, axis0, axis1)


@public()
def swapdims(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """:func:`transpose`, under another name."""
    return transpose(input, dim0, dim1)


@public()
def adjoint(input: Tensor) -> Tensor:
    """The matrices transposed."""
    return transpose(input, -2, -1)


@public()
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A view of the storage with sizes, strides and offset as given."""
    x = must_be_tensor("as_strided", "input", 1, input)
    sizes, steps = tuple(size), tuple(stride)
    offset = x._storage.offset_of(x._array) if storage_offset is None else storage_offset
    needed = 0 if 0 in sizes else 1 + offset + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))
    if needed * x._array.itemsize > x._storage.base.nbytes:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {offset}, and itemsize "
            f"{x._array.itemsize} requiring a storage size of {needed * x._array.itemsize} are out of bounds for "
            f"storage of size {x._storage.base.nbytes}"
        )
    if not x._array.flags.c_contiguous or (storage_offset is not None and x._storage.offset_of(x._array)):
        raise NotImplementedError(
            "Gradwalk's as_strided looks at a contiguous tensor from the beginning of its storage; take .contiguous()."
        )
    return ops.view.as_strided(x, size=sizes, stride=steps, storage_offset=storage_offset)


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
        warn(_T_OF_OTHER_RANKS)
    if self.ndim == 2:
        return permute(self, (1, 0))
    return permute(self, tuple(reversed(range(self.ndim)))) if self.ndim else self


def _matrices_transposed(self: Tensor) -> Tensor:
    if self.ndim < 2:
        raise RuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {self.ndim}-D tensor.")
    return transpose(self, -2, -1)


METHODS["H"] = METHODS["mH"] = property(lambda self: _matrices_transposed(self))  # type: ignore[assignment]
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


_VIEW_OF_WHAT = (
    "view() received an invalid combination of arguments - got (), but expected one of:\n"
    " * (torch.dtype dtype)\n * (tuple of ints size)\n"
)
_T_OF_OTHER_RANKS = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
    "throw an error "
    "in a future release. Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, "
    "-1))` to reverse the dimensions of a tensor. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4314.)"
)

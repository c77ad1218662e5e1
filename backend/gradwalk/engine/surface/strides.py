"""How a tensor lies in memory: what it says of its sizes and strides, and views with sizes and strides as given."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..functions.dims import normalize_dim
from ..geometry import refuse_outside
from ..layouts import strides_of
from ..memory_format import lies_in, memory_format
from ..size import Size
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public
from .sizes import sizes_of


@public(function=False)
def size(self: Tensor, dim: int | None = None) -> Size | int:
    """The shape, or the extent of one dimension."""
    return self.shape if dim is None else self._array.shape[_existing(dim, self.ndim)]


@public(function=False)
def stride(self: Tensor, dim: int | None = None) -> tuple[int, ...] | int:
    """Elements to skip in the storage for one step along each dimension."""
    steps = strides_of(self._array)
    return steps if dim is None else steps[_existing(dim, self.ndim)]


def _existing(dim: int, ndim: int) -> int:
    if ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return normalize_dim(dim, ndim)


@public()
def numel(input: Tensor) -> int:
    """How many elements."""
    return int(input._array.size)


METHODS["nelement"] = numel
METHODS["dim"] = METHODS["ndimension"] = lambda self: self.ndim
METHODS["storage_offset"] = lambda self: self._storage.offset_of(self._array)
METHODS["_is_view"] = lambda self: self._base is not None


@public(function=False)
def is_contiguous(self: Tensor, memory_format: Any = None) -> bool:
    """Whether the elements lie row by row, or as a format says."""
    return lies_in(self._array, memory_format)


@public(function=False)
def contiguous(self: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself if its elements lie row by row (or as a format says), else a copy that does."""
    if lies_in(self._array, memory_format):
        return self
    if memory_format is None:
        return ops.pointwise.clone_contiguous(self)
    return ops.pointwise.clone_in_format(self, memory_format=memory_format)


@public(function=False)
def dim_order(self: Tensor, *, ambiguity_check: Any = False) -> tuple[int, ...]:
    """The dimensions from the longest stride to the shortest.

    ``ambiguity_check``: raises RuntimeError if there are several such orders; with formats, unless just one fits.
    """
    if not isinstance(ambiguity_check, bool | list) or (
        isinstance(ambiguity_check, list) and not all(isinstance(x, memory_format) for x in ambiguity_check)
    ):
        raise TypeError("The ambiguity_check argument must be a bool or a list of memory formats.")
    if ambiguity_check and (len(set(self._array.strides)) < self.ndim or 1 in self._array.shape):
        formats = ambiguity_check if isinstance(ambiguity_check, list) else []
        if sum(lies_in(self._array, each) for each in formats) != 1:
            raise RuntimeError(
                "The tensor does not have unique dim order, or cannot map to exact one of the given memory formats."
            )
    return tuple(sorted(range(self.ndim), key=lambda d: -self._array.strides[d]))


@public()
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A view of the storage with sizes, strides and offset as given."""
    x = must_be_tensor("as_strided", "input", 1, input)
    return ops.view.as_strided(x, **strided_params(x, size, stride, storage_offset))


def strided_params(x: Tensor, size: Any, stride: Any, storage_offset: int | None) -> dict[str, Any]:
    """What the op needs to look at a tensor's storage. Raises RuntimeError for what lies outside of it."""
    sizes, steps = sizes_of((size,)), sizes_of((stride,))
    if len(sizes) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(step < 0 for step in steps):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {list(steps)}")
    storage, itemsize = x._storage, x._array.itemsize
    start = storage.offset_of(x._array)
    offset = start if storage_offset is None else storage_offset
    if offset < 0 or min(sizes, default=0) < 0:
        refuse_outside(storage.base.size, sizes, steps, offset)
    needed = 0 if 0 in sizes else 1 + offset + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))
    if needed * itemsize > storage.base.nbytes:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {offset}, and itemsize "
            f"{itemsize} requiring a storage size of {needed * itemsize} are out of bounds for "
            f"storage of size {storage.base.nbytes}"
        )
    params = {"size": sizes, "stride": steps, "storage_offset": storage_offset}
    if x._array.flags.c_contiguous and start == 0 and needed <= x._array.size:
        return params
    return params | {
        "memory": storage.flat(), "origin": (tuple(step // itemsize for step in x._array.strides), start)
    }  # fmt: skip

"""A tensor's memory: what may be asked of it, and another shape or another tensor's memory put in its place."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

import numpy as np

from ..apply import refuse_leaves
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..geometry import strided
from ..layouts import row_by_row
from ..memory_format import channels_last, channels_last_3d, contiguous_format, lies_in, preserve_format, steps_in
from ..observe import observer
from ..op import OPS
from ..ops._words import C_NAMES
from ..resizing import resize
from ..storage import ExchangedStorage, Storage, root_of
from ..tangents import tangent_of
from ..tensor import Tensor, wrap
from ..views import rebase_history
from ..warn import warn, warn_once
from ..writes import count_write, refuse_inference
from .registry import METHODS, must_be_tensor, public
from .sizes import sizes_of
from .storages import DEPRECATED, TypedStorage, UntypedStorage, legacy_class


@public(function=False)
def untyped_storage(self: Tensor) -> UntypedStorage:
    """The bytes that the tensor looks at."""
    return UntypedStorage(root_of(self._storage))


@public(function=False)
def storage(self: Tensor) -> TypedStorage:
    """The numbers that the tensor looks at."""
    warn_once(DEPRECATED)
    return TypedStorage(root_of(self._storage), dtype=self.dtype)


@public(function=False)
def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Whether two tensors are the same view of the same storage."""
    same = self._storage.base is tensor._storage.base and self._array.strides == tensor._array.strides
    return same and np.shares_memory(self._array, tensor._array) and self.shape == tensor.shape


@public(function=False)
def set_(self: Tensor, source: Any = None, storage_offset: int = 0, size: Any = None, stride: Any = None) -> Tensor:
    """Look at another tensor's storage from now on, or at none. A gradient that comes by afterwards is refused."""
    refuse_leaves(self)
    if source is None:
        found, kept = np.zeros(0, self._array.dtype), None
    elif isinstance(source, Tensor) and size is None:
        _check_same_dtype(source.dtype, self.dtype)
        found, kept = source._array, source._storage
    else:
        kept = source._storage
        kind = self._array.dtype
        flat = kept.flat().view(np.uint8).view(kind)
        shape = (flat.size - storage_offset,) if size is None else tuple(size)
        if stride is not None and len(stride) != len(shape):
            raise RuntimeError(f"unequal size length ({len(shape)}) and stride length ({len(stride)})")
        found = strided(flat, shape, row_by_row(shape) if stride is None else tuple(stride), storage_offset)
    made = OPS["set"](self, source if isinstance(source, Tensor) else wrap(found))
    if made._grad_fn is not None:
        rebase_history(self, made._grad_fn)
    observer().about_to_change()
    if kept is not self._storage:  # whose count goes on: it is the tensor's and its views', not the memory's
        self._storage = ExchangedStorage(found if kept is None else kept.base, self._storage)
    self._array = found
    node = self._accumulator and self._accumulator()
    if self._grad_fn is None and node is not None:
        node.make_way()  # gradients of what it was go on to arrive there
    count_write(self._storage)
    return self


def _check_same_dtype(source: Dtype, wanted: Dtype) -> None:
    if source is not wanted:
        names = C_NAMES[source.name], C_NAMES[wanted.name]
        raise RuntimeError(f"Could not set tensor of type {names[0]} to a tensor of type {names[1]}")


@public(function=False)
def resize_(self: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Another shape for the same storage, which grows if it must."""
    if memory_format is preserve_format:
        raise RuntimeError("Unsupported memory formatPreserve")
    return _resized(self, sizes_of(sizes), memory_format)


@public()
def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = None) -> Tensor:
    """:func:`resize_` to the shape of another tensor, and to its order with ``torch.preserve_format``."""
    if memory_format is preserve_format:
        kept = (channels_last, channels_last_3d)
        memory_format = next((x for x in kept if lies_in(the_template._array, x)), contiguous_format)
    x = must_be_tensor("resize_as_", "input", 1, input)
    return _resized(x, tuple(the_template.shape), memory_format)


def _resized(x: Tensor, shape: tuple[int, ...], order: Any) -> Tensor:
    if x.requires_grad:
        refuse_inference(x._storage)
    if x.requires_grad and not x._storage.inference:
        raise RuntimeError("cannot resize variables that require grad")
    if tangent_of(x) is not None:
        raise RuntimeError("cannot resize variables that has a forward grad")
    if any(n < 0 for n in shape):
        raise RuntimeError("numel: integer multiplication overflow")
    same = x._array.shape == shape
    if not same or (order is not None and not lies_in(x._array, order)):
        resize(x, shape, None if order is None else steps_in(shape, order))
    if not same:
        count_write(x._storage)
    return x


@public(function=False, name="resize")
def _resize(self: Tensor, *sizes: Any) -> Tensor:
    warn("non-inplace resize is deprecated")
    return METHODS["reshape"](self, *sizes)  # type: ignore[no-any-return]


@public(function=False)
def resize_as(self: Tensor, tensor: Tensor) -> Tensor:
    """:func:`reshape_as`, under its old name."""
    warn("non-inplace resize_as is deprecated")
    return METHODS["reshape"](self, *tensor.shape)  # type: ignore[no-any-return]


_SHARED: WeakSet[Storage] = WeakSet()
"""Memory that other processes could see, if there were any."""


def _share_memory(self: Tensor) -> Tensor:
    _SHARED.add(self._storage)
    return self


METHODS["share_memory_"] = _share_memory
METHODS["is_shared"] = lambda self: self._storage in _SHARED
METHODS["storage_type"] = lambda self: legacy_class(self.dtype)

"""Views and in-place writes: how a view finds its history again after its base, or it itself, was written."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import Array
from .graph import NO_EDGE, Node, expected

if TYPE_CHECKING:
    from .tensor import Tensor

Geometry = tuple[tuple[int, ...], tuple[int, ...], int]
"""Sizes, strides and offset in elements, within a storage."""


def geometry(tensor: Tensor) -> Geometry:
    """Where a tensor lies in its storage."""
    array = tensor._array
    strides = tuple(step // array.itemsize for step in array.strides)
    return array.shape, strides, tensor._storage.offset_of(array)


def strided(array: Array, sizes: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Array:
    """A view of a contiguous array's memory with this geometry."""
    flat = array.reshape(-1)[offset:]
    return np.lib.stride_tricks.as_strided(flat, sizes, tuple(step * array.itemsize for step in strides))


def regenerate_grad_fn(view: Tensor) -> None:
    """Give a view of a base that was written since an ``AsStridedBackward0`` on the base's present history."""
    from .apply import gradient_edge
    from .graph import node_class
    from .op import OPS

    base = view._base
    assert base is not None
    sizes, strides, offset = geometry(view)
    saved = {"size": sizes, "stride": strides, "storage_offset": offset, "self_sizes": base.shape}
    node = node_class("AsStridedBackward0")(OPS["as_strided"], (gradient_edge(base),), saved)
    node.outputs = (expected(view._array),)
    view._grad_fn, view._output_nr, view._requires_grad = node, 0, True
    view._view_version = view._storage.version


class CopySlices(Node):
    """The history of a base that was written through a view: part of its gradient goes to what was written."""

    __slots__ = ("inner", "place")
    __module__ = "torch.autograd.graph"

    def __init__(self, base: Tensor, view: Tensor, inner: Node) -> None:
        from .apply import gradient_edge

        super().__init__(None, (gradient_edge(base), *inner.edges[1:]), {})
        self.inner = inner
        sizes, strides, offset = geometry(view)
        self.place: Geometry = sizes, strides, offset - base._storage.offset_of(base._array)
        self.outputs = (expected(base._array),)

    def name(self) -> str:
        return "torch::autograd::CopySlices"

    def __repr__(self) -> str:
        return f"<CopySlices object at {id(self):#x}>"

    def release(self) -> bool:
        return self.inner.release()

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        if as_tensors:
            return self._vjp_of_tensors(gradients[0], wanted)
        whole = np.array(gradients[0], order="C")
        part = strided(whole, *self.place)
        cotangents = self.inner.vjp([part.copy()], as_tensors=False)
        into_view = cotangents[0] if self._inner_first_needed() else None
        part[...] = 0 if into_view is None else into_view
        return [whole if self.edges[0][0] is not None else None, *cotangents[1:]]

    def _vjp_of_tensors(self, gradient: Tensor, wanted: Container[Node] | None) -> list[Any]:
        from .apply import apply_in_place
        from .op import OPS
        from .tensor import wrap

        whole = apply_in_place(OPS["copy"], wrap(np.empty_like(gradient._array)), gradient)
        part = OPS["as_strided"](whole, size=self.place[0], stride=self.place[1], storage_offset=self.place[2])
        cotangents = self.inner.vjp([OPS["clone"](part)], as_tensors=True)
        if self._inner_first_needed() and cotangents[0] is not None:
            apply_in_place(OPS["copy"], part, cotangents[0])
        else:
            apply_in_place(OPS["zero"], part)
        return [whole if self.edges[0][0] is not None else None, *cotangents[1:]]

    def _inner_first_needed(self) -> bool:
        return self.inner.edges[0] is not NO_EDGE

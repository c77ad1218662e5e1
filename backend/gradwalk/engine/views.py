"""Views and in-place writes: how a view finds its history again after its base, or it itself, was written."""

from __future__ import annotations

from collections.abc import Container, Iterable
from copy import copy
from math import prod
from typing import Any

import numpy as np

from .addresses import address
from .dtypes import Array
from .errors import (
    BACKWARD_TWICE,
    ITS_BASE,
    ONE_OF_MANY_VIEWS,
    SHARED_MEMORY,
    VIEW_OF_FUNCTION,
    VIEW_OF_MODE,
    short_name,
)
from .geometry import Geometry, geometry, strided
from .grad_mode import _State
from .graph import NO_EDGE, Node, expected
from .history import gradient_edge, move_retention
from .layouts import row_by_row, strides_of
from .node_classes import node_class_of
from .op import OPS, Op
from .size import Size
from .storage import InferenceStorage, Memory, Mirror, Signs, counting_by_itself, read_with, same_place, signs_of
from .storage import whole as spanned
from .tensor import Tensor, wrap
from .written import written

_OF_MANY = frozenset(("unbind", "split", "split_with_sizes"))
"""Ops with several views as results: none of them may be written in place."""


def origin_of_view(op: Op, source: Tensor) -> str | None:
    """Where a view comes from, if that forbids to write into it: a view of such a view is one too."""
    if Memory.kind is InferenceStorage:
        return "inference"
    if not _State.enabled:
        return "no_grad"
    return "many" if op.name in _OF_MANY else source._origin


def refuse_lost_history(view: Tensor, what: str) -> None:
    """Raises RuntimeError for a view whose history would be lost by a write, to it or to its base."""
    node, origin = view._grad_fn, view._origin
    maker = "" if node is None else f"Output {view._output_nr} of {_maker(node)}"
    if origin in _OUTSIDE:
        which = f"{maker} is a view of a view which" if maker else "A view"
        block = "no_grad" if origin == "no_grad" else "inference_mode"
        raise RuntimeError(f"{which} {VIEW_OF_MODE.format(what, origin, _OUTSIDE[origin], block)}")
    if origin is not None:  # without a node in the words of no_grad, though nothing but its base required no grad
        words = VIEW_OF_FUNCTION if origin == "function" else ONE_OF_MANY_VIEWS
        which = f"{maker} is a view and {what}" if maker else f"A view was created in no_grad mode and {what}"
        raise RuntimeError(words.format(which, "" if maker else f" {_OUTSIDE['no_grad']}"))


_OUTSIDE = {"no_grad": "with grad mode enabled", "inference": "in normal mode"}
"""Modes in which views are made that may not be written outside, and how PyTorch says outside."""


def _maker(node: Node) -> str:
    """What made a view, as PyTorch says it: an op, or a Function of a user's."""
    name = node.name()
    return name.removesuffix("Backward") if node.runs_on_nothing else short_name(name)


def regenerate_grad_fn(view: Tensor) -> None:
    """Give a view of a base that was written since an ``AsStridedBackward0`` on the base's present history.

    Raises RuntimeError for views whose history cannot be found again.
    """
    base = view._base
    assert base is not None
    refuse_lost_history(view, ITS_BASE)
    node = _node_of_steps(view, base)
    node.outputs = (expected(view._array),)
    move_retention(view, node)
    view._grad_fn, view._output_nr, view._requires_grad = node, 0, True
    view._view_version = view._storage.version


def read_otherwise(op: Op, source: Tensor, views: list[Tensor]) -> None:
    """Give an op's views of complex numbers the memory that they look at, and the way by which they come from their
    base: it is gone again, op by op, when their history must be found after a write."""
    signs = SIGNS.get(op.name)
    for view in views:
        if signs is not None:
            view._storage = read_with(source._storage, signs)
            view._array = same_place(view._array, source._storage, view._storage)
        if view._base is None:
            continue
        if signs is not None or op.name in _OTHER_NUMBERS:
            plain = source._base is not None and not source._steps
            view._steps = (geometry(source), op.name) if plain else (*source._steps, op.name)
        elif source._steps:
            view._steps = (*source._steps, geometry(view))


def read_by_itself(source: Tensor, result: Tensor) -> None:
    """Let what ``.data`` gives look at its tensor's memory where that is read with other signs."""
    if isinstance(source._storage, Mirror):
        result._storage = counting_by_itself(source._storage)
        result._array = same_place(source._array, source._storage, result._storage)


def see_whole(source: Tensor, result: Tensor) -> None:
    """Let what ``.data`` gives of a view be a part of the memory that the view is a part of."""
    whole, own = source._storage.base, result._storage
    is_part = whole is not source._array and own.base is result._array
    if is_part and result._array.__array_interface__ == source._array.__array_interface__:
        own.base = whole


def share_memory(source: Tensor, results: Iterable[Tensor]) -> None:
    """Let results of one of these ops be parts of their operand's memory, each with a version of its own; where that is
    read with other signs, parts of what is read."""
    for result in results:
        if isinstance(source._storage, Mirror):
            result._array = result._array.copy()
        result._storage.base = result._array if isinstance(source._storage, Mirror) else source._storage.base


SIGNS: dict[str, Signs] = {"conj": (1, -1), "neg_view": (-1, -1)}
"""What views of the same numbers with other signs do."""
_OTHER_NUMBERS = frozenset(("view_as_real", "view_as_complex"))


def _node_of_steps(view: Tensor, base: Tensor) -> Node:
    """The node of a view's way from its base, after those of the steps before."""
    edge = gradient_edge(base)
    place, kind = geometry(base), base._array.dtype
    for step in view._steps or (geometry(view),):
        if isinstance(step, str):
            op, saved = OPS[step], {}
        else:
            op = OPS["as_strided"]
            saved = {"size": step[0], "stride": step[1], "storage_offset": step[2], "self_sizes": Size(place[0])}
            saved["origin"] = place[1:]
        node = node_class_of(op)(op, (edge,), saved)
        place, kind = _after(step, place, kind)
        node.outputs = ((place[0], kind),)
        edge = node, 0
    return node


def _after(step: str | Geometry, place: Geometry, kind: np.dtype[Any]) -> tuple[Geometry, np.dtype[Any]]:
    """Where numbers lie, and of which dtype they are, after a step of a view's way."""
    if step == "view_as_real":
        return in_parts(place), np.dtype(f"f{kind.itemsize // 2}")
    if step == "view_as_complex":
        sizes, strides, offset = place
        return (sizes[:-1], tuple(n // 2 for n in strides[:-1]), offset // 2), np.dtype(f"c{2 * kind.itemsize}")
    return place if isinstance(step, str) else step, kind


def in_parts(place: Geometry) -> Geometry:
    """Where the pairs of parts of complex numbers lie, counted in parts."""
    sizes, strides, offset = place
    return (*sizes, 2), (*(2 * step for step in strides), 1), 2 * offset


class CopySlices(Node):
    """The history of a base that was written through a view: part of its gradient goes to what was written."""

    __slots__ = ("inner", "kind", "place", "signs", "start", "steps", "strides")
    __module__ = "torch.autograd.graph"

    def __init__(self, base: Tensor, view: Tensor, inner: Node) -> None:
        super().__init__(None, (gradient_edge(base), *inner.edges[1:]), {})
        self.inner = inner
        sizes, strides, offset = geometry(view)
        start = base._storage.offset_of(base._array)
        self.kind = view._array.dtype
        """Another than the base's where a complex tensor was written part by part, or pairs as complex numbers."""
        self.place: Geometry = sizes, strides, offset - start * base._array.itemsize // self.kind.itemsize
        self.strides = strides_of(base._array)
        self.steps = view._steps or ((sizes, strides, offset),)
        """The view's way from its base, whose first element is at ``start`` bytes of its memory."""
        self.start = start * base._array.itemsize
        signs = zip(signs_of(view._storage), signs_of(base._storage), strict=True)
        self.signs = tuple(a * b for a, b in signs)
        self.outputs = (expected(base._array),)

    def name(self) -> str:
        return "torch::autograd::CopySlices"

    def __repr__(self) -> str:
        return f"<CopySlices object at {address(self)}>"

    @property
    def casts(self) -> bool:
        return self.inner.casts

    def release(self) -> bool:
        self.freed = True
        if self.inner.op is not None:  # PyTorch lets go of it: who else holds it, as a node of its own, finds it whole
            self.inner = copy(self.inner)
            self.inner._saved = dict(self.inner.saved)
        released = self.inner.release()
        self.inner.edges = ()
        return released

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        if self.freed:
            raise RuntimeError(BACKWARD_TWICE)
        if as_tensors:
            return self._vjp_of_tensors(gradients[0], wanted)
        shape, kind = gradients[0].shape, gradients[0].dtype
        if self.strides == row_by_row(shape) and self._span() == prod(shape):  # memory of its own, and no view
            whole = np.empty(shape, kind)
            memory = whole.reshape(-1)
        else:
            memory = np.empty(self._span(), kind)
            whole = strided(memory, shape, self.strides, 0)
        whole[...] = gradients[0]
        part = strided(memory.view(self.kind), *self.place)
        self._refuse_shared_memory()
        cotangents = self.inner.vjp([self._signed(part.copy())], as_tensors=False)
        into_view = cotangents[0] if self._inner_first_needed() else None
        part[...] = 0 if into_view is None else self._signed(into_view)
        written(whole, 2)  # once with the gradient, once with what its part gives
        return [whole if self.edges[0][0] is not None else None, *cotangents[1:]]

    def _vjp_of_tensors(self, gradient: Tensor, wanted: Container[Node] | None) -> list[Any]:
        self._refuse_shared_memory()
        memory = np.empty(self._span(), gradient._array.dtype)
        lying = wrap(strided(memory, gradient.shape, self.strides, 0), Memory.kind(memory))
        whole = OPS["copy"].in_place(lying, gradient)
        part = self._part_of(whole)
        cotangents = self.inner.vjp([OPS["clone"](part)], as_tensors=True)
        if self._inner_first_needed() and cotangents[0] is not None:
            OPS["copy"].in_place(part, cotangents[0])
        else:
            OPS["zero"].in_place(part)
        return [whole if self.edges[0][0] is not None else None, *cotangents[1:]]

    def _signed(self, part: Array) -> Array:
        """The cotangent of a part for the one of what the view shows of it, and the other way."""
        real, imaginary = self.signs
        part = np.conjugate(part) if real != imaginary and part.dtype.kind == "c" else part
        return np.negative(part) if real < 0 else part

    def _part_of(self, whole: Tensor) -> Tensor:
        """The part of the base's gradient that was written, as the view sees it."""
        for step in self.steps:
            if isinstance(step, str):
                whole = OPS[step](whole)
                continue
            sizes, strides, offset = step
            kind = whole._array.dtype
            whole = OPS["as_strided"](
                whole, size=sizes, stride=strides, storage_offset=offset - self.start // kind.itemsize,
                memory=spanned(whole._storage.base).view(kind), origin=geometry(whole)[1:],
            )  # fmt: skip
        return whole

    def _span(self) -> int:
        """How many elements the gradient's memory has, which lies as the base does."""
        shape = self.outputs[0][0]
        span = 0 if 0 in shape else 1 + sum((n - 1) * step for n, step in zip(shape, self.strides, strict=True))
        return span + span % 2 if self.kind.kind == "c" else span

    def _refuse_shared_memory(self) -> None:
        """Raises RuntimeError if what was written holds elements of the base more than once."""
        sizes, strides, _ = self.place
        if self._inner_first_needed() and any(
            step == 0 and extent > 1 for step, extent in zip(strides, sizes, strict=True)
        ):
            raise RuntimeError(SHARED_MEMORY.format("more than one element of the written-to tensor refers"))

    def _inner_first_needed(self) -> bool:
        return self.inner.edges[0] is not NO_EDGE


def rebase_history(target: Tensor, node: Node) -> None:
    """Let ``node`` be what made ``target``; through a view, let its base come from a CopySlices around ``node``."""
    base = target._base
    if base is None:
        move_retention(target, node)
        target._grad_fn, target._output_nr, target._requires_grad = node, 0, True
        return
    slices = CopySlices(base, target, node)
    move_retention(base, slices)
    base._grad_fn, base._output_nr = slices, 0
    base._requires_grad = True
    target.grad_fn  # noqa: B018 (reading it makes the view's new node, at this place in the sequence, as PyTorch does)


Tensor._find_history = regenerate_grad_fn

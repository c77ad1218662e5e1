"""A gradient arrives at a leaf: how it is added to ``.grad``, and how that lies in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import grad_mode
from .accumulate_grad import AccumulateGrad
from .apply import apply_in_place
from .dtypes import Array
from .errors import bracketed, broadcast_mismatch
from .layouts import is_dense, laid, row_by_row, strides_of
from .observe import observer
from .op import OPS
from .tensor import Tensor, wrap
from .warn import warn_once_for_all
from .writes import about_to_write
from .written import times_written


def accumulate(node: AccumulateGrad, gradient: Any, additions: int = 0) -> None:
    """Add a gradient to the leaf's ``.grad``: into a new tensor at first and under create_graph, else in place.

    PyTorch takes over the buffer in which the gradient was summed, with a version for each of the ``additions`` (or of
    the times it is noted to be written); one
    that lies otherwise in memory than the leaf it writes into a new buffer, whose version is then 1. A leaf that has
    stopped requiring grad since the forward pass gets nothing.
    """
    leaf = node.variable
    if not leaf._requires_grad:
        return
    present = leaf._grad
    if isinstance(gradient, Tensor) and not grad_mode._State.enabled:  # of tangents, which stay behind
        gradient = gradient._array
    if isinstance(gradient, Tensor):
        leaf._grad = _copied(gradient, leaf._array) if present is None else OPS["add"](present, gradient)
        if present is not None:
            _warn_of_layout(leaf._grad._array, leaf._array, 282)
    elif present is None:
        fresh = np.array(gradient, order="C")
        in_rows = leaf._array.flags.c_contiguous
        is_taken_over = in_rows if fresh.shape == leaf._array.shape else _lies_as(leaf._array, fresh)
        leaf._grad = wrap(fresh if is_taken_over else _laid_for(leaf._array, fresh))
        times = additions or times_written(gradient)
        lies_as_leaf = gradient.flags.c_contiguous if in_rows else gradient.strides == leaf._grad._array.strides
        if not gradient.size:
            lies_as_leaf = _lies_as(leaf._array, gradient)
        leaf._grad._storage.version = times if lies_as_leaf else 1
    else:
        _warn_of_layout(present._array, leaf._array, 252)
        if present._array.shape != gradient.shape:
            gradient = _spread(gradient, present._array.shape)
        about_to_write(present._array)
        np.add(present._array, gradient, out=present._array)
        present._storage.version += 1
        observer().storage_written(present._storage)
    observer().accumulated(node, gradient, present is None)


def _warn_of_layout(gradient: Array, leaf: Array, line: int) -> None:
    """Warn, once for each place in PyTorch, of a gradient that lies otherwise than its leaf, or than row by row if that
    has gaps."""
    if gradient.strides == leaf.strides and leaf.flags.c_contiguous:
        return
    have, wanted = strides_of(gradient), strides_of(leaf) if is_dense(leaf) else row_by_row(leaf.shape)
    places = zip(gradient.shape, have, wanted, strict=False)
    if have != wanted and any(extent > 1 and step != other for extent, step, other in places):
        sizes = f"grad.sizes() = {bracketed(gradient.shape)}, strides() = {bracketed(have)}"
        of_leaf = f"param.sizes() = {bracketed(leaf.shape)}, strides() = {bracketed(strides_of(leaf))}"
        warn_once_for_all(f"layout of gradients, {line}", f"{_LAYOUT}\n{sizes}\n{of_leaf} {_PLACE.format(line)}")


_LAYOUT = "grad and param do not obey the gradient layout contract. This is not an error, but may impair performance."
_PLACE = "(Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/functions/accumulate_grad.h:{}.)"


def _copied(gradient: Tensor, leaf: Array) -> Tensor:
    return apply_in_place(OPS["copy"], wrap(_laid_for(leaf, gradient._array)), gradient)


def _laid_for(leaf: Array, gradient: Array) -> Array:
    """A copy of a leaf's gradient that has its shape and lies as the leaf does, or row by row if that has gaps. Raises
    as :func:`_spread`."""
    if leaf.shape != gradient.shape:
        gradient = _spread(gradient, leaf.shape)
    return laid(gradient, strides_of(leaf) if is_dense(leaf) else row_by_row(leaf.shape))


def _spread(gradient: Array, shape: tuple[int, ...]) -> Array:
    """A leaf's gradient in a shape that was the leaf's before or is it now. Raises RuntimeError where it does not
    broadcast to that."""
    mismatch = broadcast_mismatch(shape, gradient.shape)
    if mismatch is not None:
        raise mismatch
    both = np.broadcast_shapes(shape, gradient.shape)
    if both != shape:
        raise RuntimeError(f"output with shape {bracketed(shape)} doesn't match the broadcast shape {bracketed(both)}")
    return np.broadcast_to(gradient, both)


def _lies_as(leaf: Array, gradient: Array) -> bool:
    """Whether a gradient of another shape passes for one of the leaf's: by the strides of its dimensions."""
    have, wanted = strides_of(gradient), strides_of(leaf)
    return len(have) <= len(wanted) and all(
        extent == 1 or step == other for extent, step, other in zip(gradient.shape, have, wanted, strict=False)
    )

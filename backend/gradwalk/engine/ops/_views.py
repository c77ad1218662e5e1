"""Forwards of views, on arrays: the result shares the argument's memory, or RuntimeError says why it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import at_once
from ..dtypes import Array
from ..errors import bracketed, tensor_type
from ..functions.dims import check_view, normalize_dim
from ..functions.shapes import into_select, into_slice
from ..geometry import strided
from ..layouts import laid, row_by_row


def view(x: Array, size: Sequence[int]) -> Array:
    wanted = check_view(size, x.size)
    try:
        seen = np.reshape(x, wanted, copy=False)
        if not seen.size:
            return x[...] if seen.shape == x.shape else laid(seen, row_by_row(seen.shape))
        return _with_pytorchs_steps(seen, x) if 1 in wanted else seen
    except ValueError:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        ) from None


def _with_pytorchs_steps(seen: Array, x: Array) -> Array:
    """A view of ``x`` in another shape whose dimensions of one have PyTorch's strides, which ``stride()`` shows."""
    if not x.ndim:
        steps = (x.itemsize,) * seen.ndim
    else:
        steps = _steps_in_shape(x, seen.shape)
    return seen if steps == seen.strides else np.lib.stride_tricks.as_strided(seen, seen.shape, steps)


def _steps_in_shape(x: Array, size: Sequence[int]) -> tuple[int, ...]:
    """The strides of ``x`` in a shape that fits it: each stretch of memory without gaps is divided from its end."""
    steps: list[int] = []
    place, base, have, taken = len(size) - 1, x.strides[-1], 1, 1
    for dim in reversed(range(x.ndim)):
        have *= x.shape[dim]
        if dim and (x.shape[dim - 1] == 1 or x.strides[dim - 1] == have * base):
            continue
        while place >= 0 and (taken < have or size[place] == 1):
            steps.append(taken * base)
            taken *= size[place]
            place -= 1
        if dim:
            base, have, taken = x.strides[dim - 1], 1, 1
    return tuple(reversed(steps))


def _steps_of_expanded(x: Array, size: Sequence[int]) -> tuple[int, ...]:
    """The strides of ``x`` repeated to ``size``: those of dimensions of one show in ``stride()``, so they are
    PyTorch's."""
    if not x.ndim:
        return (0,) * len(size)
    lead, steps, past = len(size) - x.ndim, [], x.itemsize
    for i in reversed(range(len(size))):
        have, step = (x.shape[i - lead], x.strides[i - lead]) if i >= lead else (1, past)
        steps.append(step if have == size[i] else 0)
        past = size[i] * steps[-1]
    return tuple(reversed(steps))


def expand(x: Array, size: Sequence[int]) -> Array:
    lead = len(size) - x.ndim
    if lead < 0:
        raise RuntimeError(
            f"expand({tensor_type(x)}{{{bracketed(x.shape)}}}, size={bracketed(size)}): the "
            f"number of sizes "
            f"provided ({len(size)}) must be greater or equal to the number of dimensions in the tensor ({x.ndim})"
        )
    wanted = list(size)
    overflow = RuntimeError("numel: integer multiplication overflow")
    if not x.ndim and min(wanted, default=0) < 0:
        raise overflow
    for i, n in reversed(list(enumerate(size))):
        have = x.shape[i - lead] if i >= lead else None
        if n == -1:
            if have is None:
                raise RuntimeError(
                    f"The expanded size of the tensor ({n}) isn't allowed in a leading, non-existing dimension {i}"
                )
            wanted[i] = have
        elif have not in (None, 1, n):
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({have}) at non-singleton "
                f"dimension "
                f"{i}.  Target sizes: {bracketed(size)}.  Tensor sizes: {bracketed(x.shape)}"
            )
    if min(wanted, default=0) < 0:
        raise overflow
    steps = _steps_of_expanded(x, wanted)
    return np.lib.stride_tricks.as_strided(x, wanted, steps)  # unlike broadcast_to, it can be written


def t(x: Array) -> Array:
    if x.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {x.ndim}D")
    return x.T


def transpose(x: Array, dim0: int, dim1: int) -> Array:
    a, b = normalize_dim(dim0, x.ndim), normalize_dim(dim1, x.ndim)
    return np.swapaxes(x, a, b) if x.ndim else x[...]


def permute(x: Array, dims: Sequence[int]) -> Array:
    if len(dims) != x.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {x.ndim} is not equal to len(dims) = {len(dims)}"
        )
    order = [normalize_dim(d, x.ndim) for d in dims]
    if len(set(order)) != len(order):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return np.transpose(x, order)


def unsqueeze(x: Array, dim: int) -> Array:
    axis = normalize_dim(dim, x.ndim + 1)
    if x.flags.c_contiguous and 1 not in x.shape and x.size:
        return np.expand_dims(x, axis)
    step = x.shape[axis] * x.strides[axis] if axis < x.ndim else x.itemsize
    sizes, steps = list(x.shape), list(x.strides)
    sizes.insert(axis, 1)
    steps.insert(axis, step)
    return np.lib.stride_tricks.as_strided(x, sizes, steps)


def squeeze(x: Array, dim: int | Sequence[int]) -> Array:
    dims = [normalize_dim(d, x.ndim) for d in ((dim,) if isinstance(dim, int) else dim)]
    return np.squeeze(x, tuple(d for d in dims if x.ndim and x.shape[d] == 1))


def select(x: Array, dim: int, index: int) -> Array:
    if x.ndim == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    axis = normalize_dim(dim, x.ndim)
    extent = x.shape[axis]
    if not -extent <= index < extent:
        sizes = bracketed(x.shape)
        raise IndexError(f"select(): index {index} out of range for tensor of size {sizes} at dimension {axis}")
    position: Any = (slice(None),) * axis + (index, ...)
    selected: Array = x[position]
    return selected


def sliced(x: Array, dim: int, start: int | None, end: int | None, step: int) -> Array:
    axis = normalize_dim(dim, x.ndim)
    if step <= 0:
        raise ValueError("step must be greater than zero")
    position: Any = (slice(None),) * axis + (slice(start, end, step), ...)
    part: Array = x[position]
    return part if part.size else _empty_at(x, part, axis, start, step)


def _empty_at(x: Array, part: Array, axis: int, start: int | None, step: int) -> Array:
    """A slice without elements where PyTorch has it and with its steps, of which numpy keeps neither:
    ``storage_offset()`` and ``stride()`` show them, and ``as_strided`` begins there."""
    first = slice(start, None).indices(x.shape[axis])[0]
    longer = tuple(n + (dim == axis) for dim, n in enumerate(x.shape))
    there = np.lib.stride_tricks.as_strided(x, longer)[(slice(None),) * axis + (slice(first, first + 1), ...)]
    strides = tuple(n * step if dim == axis else n for dim, n in enumerate(x.strides))
    return np.lib.stride_tricks.as_strided(there, part.shape, strides)


def unbind(x: Array, dim: int) -> tuple[Array, ...]:
    if not x.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    axis = normalize_dim(dim, x.ndim)
    return tuple(select(x, axis, index) for index in range(x.shape[axis]))


def as_strided(
    x: Array, size: Sequence[int], stride: Sequence[int], storage_offset: int | None,
    memory: Array | None = None, origin: Any = None,
) -> Array:  # fmt: skip
    """``memory``: the storage's elements in a row, if ``x`` is not all of it; ``origin``: where ``x`` lies in it."""
    if memory is not None:
        return strided(memory, tuple(size), tuple(stride), origin[1] if storage_offset is None else storage_offset)
    if storage_offset is None:
        return np.lib.stride_tricks.as_strided(x, tuple(size), tuple(n * x.itemsize for n in stride))
    return strided(x, tuple(size), tuple(stride), storage_offset)


def narrow_copy(x: Array, dim: int, start: int, length: int) -> Array:
    if x.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if dim >= x.ndim:
        raise RuntimeError(
            "Expected dim < static_cast<int64_t>(self_sizes.size()) to be true, but got false.  (Could this error "
            "message be improved?  If so, please report an enhancement request to PyTorch.)"
        )
    extent = x.shape[normalize_dim(dim, x.ndim)]
    if not -extent <= start <= extent:
        raise IndexError(f"start out of range (expected to be in range of [{-extent}, {extent}], but got {start})")
    first = start + extent if start < 0 else start
    if length < 0 or first + length > extent:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({extent}).")
    return sliced(x, dim, first, first + length, 1).copy()


@at_once
def same(x: Array) -> Array:
    return x[...]


def select_backward(grad: Array, input_sizes: Sequence[int], dim: int, index: int) -> Array:
    whole: Array = into_select(grad, input_sizes, dim, index)
    return whole


def slice_backward(grad: Array, input_sizes: Sequence[int], dim: int, start: int, end: int, step: int) -> Array:
    whole: Array = into_slice(grad, input_sizes, dim, start, end, step)
    return whole

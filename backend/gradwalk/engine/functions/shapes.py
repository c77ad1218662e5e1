"""Functions of shape: views, and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..core import at_once
from ..geometry import strided
from ..layouts import row_by_row
from ..op import OPS
from ..tensor import Tensor, wrap
from ..written import written
from .dims import check_view, normalize_dim, normalize_dims
from .registry import function


@function
@at_once
def expand(x: Any, size: Sequence[int]) -> Any:
    """Repeat along new or size-1 dimensions without copying."""
    if isinstance(x, Tensor):
        return OPS["expand"](x, size=tuple(size))
    if x.ndim == 0 and type(x) is np.ndarray:  # as np.broadcast_to in a fifth of its time
        spread = np.ndarray(size, x.dtype, x, 0, (0,) * len(size))
        spread.flags.writeable = False
        return spread
    return np.broadcast_to(x, tuple(size))


@function
def unsqueeze(x: Any, dim: int) -> Any:
    """Insert a dimension of size 1."""
    if isinstance(x, Tensor):
        return OPS["unsqueeze"](x, dim=dim)
    return np.expand_dims(x, dim)


@function
def squeeze(x: Any, dim: int) -> Any:
    """Remove a dimension if its size is 1."""
    if isinstance(x, Tensor):
        return OPS["squeeze.dim"](x, dim=dim)
    return np.squeeze(x, dim) if x.ndim and x.shape[dim] == 1 else x


@function
def reshape(x: Any, size: Sequence[int]) -> Any:
    """The same elements in another shape; a view where it can be one."""
    if isinstance(x, Tensor):
        return reshaped(x, check_view(tuple(size), x._array.size))
    return _one(x, size) if x.size == 1 and x.ndim and not x.strides[-1] else x.reshape(size)


def _one(x: Any, size: Sequence[int]) -> Any:
    """One number that was spread, in another shape: as PyTorch's views of it, with strides of 0."""
    view = np.ndarray((1,) * len(size), x.dtype, x, 0, (0,) * len(size))
    view.flags.writeable = x.flags.writeable
    return view


def reshaped(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """:func:`reshape` of a tensor, by the op that PyTorch takes for how its elements lie; ``size`` has no -1."""
    try:
        np.reshape(x._array, size, copy=False)
    except ValueError:
        return OPS["unsafe_view"](OPS["clone.contiguous"](x), size=size)
    return OPS["view" if x._array.flags.c_contiguous else "reshape_alias"](x, size=size)


@function
def t(x: Any) -> Any:
    """Transpose a matrix."""
    return OPS["t"](x) if isinstance(x, Tensor) else np.asarray(x).T


@function
def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Swap two dimensions."""
    if isinstance(x, Tensor):
        return OPS["transpose"](x, dim0=dim0, dim1=dim1)
    return np.swapaxes(x, dim0, dim1) if x.ndim else x


@function
def inverse_permute(x: Any, dims: Sequence[int]) -> Any:
    """Undo ``permute(dims)``."""
    order = tuple(int(i) for i in np.argsort([d % len(dims) for d in dims]))
    return OPS["permute"](x, dims=order) if isinstance(x, Tensor) else np.transpose(x, order)


@function
def unsqueeze_to(x: Any, sizes: Sequence[int], dim: Any = None) -> Any:
    """Give back the size-1 dimensions that a squeeze of ``sizes`` removed (along ``dim`` only, if given)."""
    ndim = len(sizes)
    dims = range(ndim) if dim is None else normalize_dims(dim, ndim) if ndim else ()
    for d in dims:
        if sizes[d] == 1:
            x = unsqueeze(x, d)
    return x


@function
def into_select(grad: Any, sizes: Sequence[int], dim: int, index: int) -> Any:
    """Zeros of shape ``sizes`` with ``grad`` at position ``index`` of dimension ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["select_backward"](grad, input_sizes=tuple(sizes), dim=dim, index=index)
    whole = np.zeros(sizes, dtype=grad.dtype)
    np.moveaxis(whole, dim, 0)[index] = grad
    return whole


@function
def into_slice(grad: Any, sizes: Sequence[int], dim: int, start: int, end: int | None, step: int) -> Any:
    """Zeros of shape ``sizes`` with ``grad`` in positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(grad, Tensor):
        last = 2**63 - 1 if end is None else end
        return OPS["slice_backward"](grad, input_sizes=tuple(sizes), dim=dim, start=start, end=last, step=step)
    whole = np.zeros(sizes, dtype=grad.dtype)
    np.moveaxis(whole, dim, 0)[start:end:step] = np.moveaxis(grad, dim, 0)
    return whole


@function
def into_strided(
    grad: Any, sizes: Sequence[int], size: Any, stride: Any, storage_offset: int | None, origin: Any = None
) -> Any:
    """The cotangent of what a strided view was taken of: what arrives is added up where the view lay.

    ``origin``: strides and offset of that tensor; None if it lies row by row from the beginning of its storage.
    """
    grad, size, stride = _without_repeats(grad, size, stride)
    steps, start = (row_by_row(tuple(sizes)), 0) if origin is None else origin
    offset = start if storage_offset is None else storage_offset
    base = min(start, offset)
    length = max(_reach(sizes, steps, start), _reach(size, stride, offset)) - base
    positions = strided(np.arange(length), tuple(size), tuple(stride), offset - base).reshape(-1)
    seen = strided(np.arange(length), tuple(sizes), tuple(steps), start - base)
    times = np.bincount(seen.reshape(-1), minlength=length)
    is_shared = bool(times.max(initial=0) > 1)
    if isinstance(grad, Tensor):
        place = {"size": tuple(size), "stride": tuple(stride), "storage_offset": offset - base}
        whole = _added(grad, length, positions, place)
        if is_shared:
            apply_in_place(OPS["div"], whole, wrap(times.astype(grad._array.dtype)))
        return OPS["as_strided"](whole, size=tuple(sizes), stride=tuple(steps), storage_offset=start - base)
    flat = np.zeros(length, dtype=grad.dtype)
    np.add.at(flat, positions, np.asarray(grad).reshape(-1))
    if is_shared:
        flat /= np.maximum(times, 1).astype(grad.dtype)
        return strided(flat, tuple(sizes), tuple(steps), start - base)
    return written(strided(flat, tuple(sizes), tuple(steps), start - base))


def _without_repeats(grad: Any, size: Any, stride: Any) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """The cotangent without dimensions of one element, summed over those whose elements are one and the same."""
    kept = []
    for d in reversed(range(len(size))):
        if size[d] == 1:
            grad = squeeze(grad, d)
        elif stride[d] == 0:
            grad = OPS["sum.dim"](grad, dim=(d,)) if isinstance(grad, Tensor) else np.add.reduce(grad, axis=d)
        else:
            kept.append(d)
    return grad, tuple(size[d] for d in reversed(kept)), tuple(stride[d] for d in reversed(kept))


def _reach(sizes: Sequence[int], steps: Sequence[int], offset: int) -> int:
    """How much of a storage a tensor of this geometry needs."""
    if 0 in sizes:
        return offset
    return offset + 1 + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))


def _added(grad: Tensor, length: int, positions: Any, place: dict[str, Any]) -> Tensor:
    """Zeros in a row with a tensor's elements added at positions: in place where none of them meet."""
    whole = wrap(np.zeros(length, dtype=grad._array.dtype))
    if np.unique(positions).size != positions.size:
        row = OPS["view"](OPS["clone.contiguous"](grad), size=(grad._array.size,))
        return OPS["index_add"](whole, wrap(positions), row, dim=0, alpha=1)
    apply_in_place(OPS["copy"], OPS["as_strided"](whole, **place), grad)
    return whole


@function
def selected(x: Any, dim: int, index: int) -> Any:
    """Position ``index`` of dimension ``dim``."""
    return OPS["select"](x, dim=dim, index=index) if isinstance(x, Tensor) else np.moveaxis(x, dim, 0)[index, ...]


@function
def sliced(x: Any, dim: int, start: int, end: int | None, step: int) -> Any:
    """Positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(x, Tensor):
        return OPS["slice"](x, dim=dim, start=start, end=end, step=step)
    return np.moveaxis(np.moveaxis(x, dim, 0)[start:end:step], 0, dim)


@function
def unbound(x: Any, dim: int) -> list[Any]:
    """All positions of a dimension."""
    if isinstance(x, Tensor):
        return [OPS["select"](x, dim=dim, index=n) for n in range(x._array.shape[dim])]
    moved = np.moveaxis(x, dim, 0)
    return [moved[n, ...] for n in range(len(moved))]


@function
def split_sizes(x: Any, sizes: Sequence[Sequence[int]], dim: int) -> list[Any]:
    """The parts of ``x`` that tensors of these sizes take when they are joined along ``dim``."""
    parts, start = [], 0
    dim = normalize_dim(dim, len(x.shape))
    for size in sizes:
        extent = 0 if tuple(size) == (0,) else size[dim]
        parts.append(sliced(x, dim, start, start + extent, 1) if tuple(size) != (0,) else _nothing(x))
        start += extent
    return parts


def _nothing(like: Any) -> Any:
    """A vector without elements, and without history."""
    return written(wrap(np.zeros(0, like._array.dtype)) if isinstance(like, Tensor) else np.zeros(0, like.dtype))


@function
def block_parts(x: Any, sizes: Sequence[Sequence[int]]) -> list[Any]:
    """The blocks along the diagonal that matrices of these sizes take.

    A vector without elements takes a row, after which PyTorch takes those of the blocks that follow one too early.
    """
    parts, row, column = [], 0, 0
    for size in sizes:
        if tuple(size) == (0,):
            parts.append(_nothing(x))
            continue
        height, width = (1,) * (2 - len(size)) + tuple(size)
        part = sliced(sliced(x, 0, row, row + height, 1), 1, column, column + width, 1)
        for _ in range(2 - len(size)):  # a row stays one, and is summed where it arrives
            part = squeeze(part, -1)
        parts.append(part)
        row, column = row + height, column + width
    return parts

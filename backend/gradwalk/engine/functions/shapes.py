"""Functions of shape: views, and their undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..op import OPS
from ..tensor import Tensor, wrap
from .dims import check_view, normalize_dims
from .registry import function


@function
def expand(x: Any, size: Sequence[int]) -> Any:
    """Repeat along new or size-1 dimensions without copying."""
    if isinstance(x, Tensor):
        return OPS["expand"](x, size=tuple(size))
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
    return reshaped(x, check_view(tuple(size), x._array.size)) if isinstance(x, Tensor) else x.reshape(size)


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
def into_slice(grad: Any, sizes: Sequence[int], dim: int, start: int, end: int, step: int) -> Any:
    """Zeros of shape ``sizes`` with ``grad`` in positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["slice_backward"](grad, input_sizes=tuple(sizes), dim=dim, start=start, end=end, step=step)
    whole = np.zeros(sizes, dtype=grad.dtype)
    np.moveaxis(whole, dim, 0)[start:end:step] = np.moveaxis(grad, dim, 0)
    return whole


@function
def into_strided(grad: Any, sizes: Sequence[int], size: Any, stride: Any, storage_offset: int | None) -> Any:
    """Zeros of shape ``sizes`` (contiguous) with ``grad`` added where the strided view lay."""
    from ..views import strided

    offset = storage_offset or 0
    if isinstance(grad, Tensor):
        return _into_strided_tensor(grad, sizes, size, stride, offset)
    whole = np.zeros(sizes, dtype=grad.dtype)
    positions = strided(np.arange(whole.size), size, stride, offset)
    np.add.at(whole.reshape(-1), positions.reshape(-1), np.asarray(grad).reshape(-1))
    return whole


def _into_strided_tensor(grad: Tensor, sizes: Sequence[int], size: Any, stride: Any, offset: int) -> Tensor:
    from ..apply import apply_in_place
    from ..views import strided

    laid_out = np.zeros(sizes, dtype=grad._array.dtype)
    whole = wrap(laid_out.reshape(-1))
    positions = strided(np.arange(whole._array.size), size, stride, offset)
    if np.unique(positions).size != positions.size:
        raise RuntimeError("Gradwalk cannot differentiate twice through as_strided with elements that overlap.")
    part = OPS["as_strided"](whole, size=tuple(size), stride=tuple(stride), storage_offset=offset)
    apply_in_place(OPS["copy"], part, grad)
    steps = tuple(step // whole._array.itemsize for step in laid_out.strides)
    return OPS["as_strided"](whole, size=tuple(sizes), stride=steps, storage_offset=0)


@function
def selected(x: Any, dim: int, index: int) -> Any:
    """Position ``index`` of dimension ``dim``."""
    return OPS["select"](x, dim=dim, index=index) if isinstance(x, Tensor) else np.take(x, index, axis=dim)


@function
def sliced(x: Any, dim: int, start: int, end: int, step: int) -> Any:
    """Positions ``start:end:step`` of dimension ``dim``."""
    if isinstance(x, Tensor):
        return OPS["slice"](x, dim=dim, start=start, end=end, step=step)
    return np.moveaxis(np.moveaxis(x, dim, 0)[start:end:step], 0, dim)


@function
def unbound(x: Any, dim: int) -> list[Any]:
    """All positions of a dimension."""
    if isinstance(x, Tensor):
        return [OPS["select"](x, dim=dim, index=n) for n in range(x._array.shape[dim])]
    return list(np.moveaxis(x, dim, 0))


@function
def split_sizes(x: Any, sizes: Sequence[Sequence[int]], dim: int) -> list[Any]:
    """The parts of ``x`` that tensors of these sizes take when they are joined along ``dim``."""
    parts, start = [], 0
    for size in sizes:
        extent = 0 if tuple(size) == (0,) else size[dim]
        parts.append(sliced(x, dim, start, start + extent, 1) if tuple(size) != (0,) else x.reshape(-1)[:0])
        start += extent
    return parts


@function
def block_parts(x: Any, sizes: Sequence[Sequence[int]]) -> list[Any]:
    """The blocks along the diagonal that matrices of these sizes take."""
    parts, row, column = [], 0, 0
    for size in sizes:
        height, width = (1,) * (2 - len(size)) + tuple(size)
        part = sliced(sliced(x, 0, row, row + height, 1), 1, column, column + width, 1)
        parts.append(part if len(size) == 2 else reshape(part, tuple(size)))
        row, column = row + height, column + width
    return parts

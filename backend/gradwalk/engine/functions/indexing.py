"""What undoes indexing: cotangents put back in the places that elements came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..op import NAMESPACE, OPS
from ..ops import _indexing, _scattering
from ..tensor import Tensor, wrap
from ..written import written
from .registry import function
from .shapes import reshape


def _zeros(like: Any, sizes: Sequence[int]) -> Any:
    return wrap(np.zeros(tuple(sizes), like._array.dtype))


@function
def index_backward(grad: Any, sizes: Sequence[int], indices: Any) -> Any:
    """Zeros with the cotangent added where the indices point to."""
    if isinstance(grad, Tensor):
        return apply_in_place(OPS["index_put_impl"], _zeros(grad, sizes), grad, indices=indices, accumulate=True)
    return written(_indexing.index_put(np.zeros(sizes, grad.dtype), grad, indices, True))


@function
def indexed(grad: Any, indices: Any) -> Any:
    """The cotangent in the places that the indices point to."""
    return OPS["index"](grad, indices=indices) if isinstance(grad, Tensor) else _indexing.index(grad, indices)


@function
def put_aside(grad: Any, indices: Any, accumulate: bool) -> Any:
    """The cotangent of what was written to: zero in the places that were overwritten."""
    if accumulate:
        return grad
    if isinstance(grad, Tensor):
        return OPS["index_put"](grad, wrap(np.zeros((), grad._array.dtype)), indices=indices, accumulate=False)
    return _indexing.index_put(grad, grad.dtype.type(0), indices, False)


@function
def gathered(grad: Any, dim: int, index: Any) -> Any:
    """The cotangent in the places along ``dim`` that the index points to."""
    return OPS["gather"](grad, index, dim=dim) if isinstance(grad, Tensor) else _scattering.gather(grad, index, dim)


@function
def gather_backward(grad: Any, x: Any, dim: int, index: Any) -> Any:
    """Zeros with the cotangent added in the places along ``dim`` that the index points to."""
    if isinstance(grad, Tensor):
        return written(OPS["scatter_add"](_zeros(grad, x.shape), index, grad, dim=dim))
    if not x.shape:  # one number, which index and cotangent may hold as a vector
        return written(np.asarray(grad.sum()))
    return written(_scattering.scatter_add(np.zeros(x.shape, grad.dtype), index, grad, dim))


@function
def scattered_aside(grad: Any, dim: int, index: Any) -> Any:
    """The cotangent, zero in the places along ``dim`` that the index points to."""
    if isinstance(grad, Tensor):
        return OPS["scatter.value"](grad, index, dim=dim, value=0)
    return _scattering.scatter_value(grad, index, dim, 0)


@function
def selected_along(grad: Any, dim: int, index: Any) -> Any:
    """The cotangent at positions ``index`` of ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["index_select"](grad, index, dim=dim)
    return _scattering.index_select(grad, index, dim)


@function
def select_along_backward(grad: Any, sizes: Sequence[int], dim: int, index: Any) -> Any:
    """Zeros with the cotangent added at positions ``index`` of ``dim``."""
    if isinstance(grad, Tensor):
        return written(OPS["index_add"](_zeros(grad, sizes), index, grad, dim=dim, alpha=1))
    return written(_scattering.index_add(np.zeros(sizes, grad.dtype), index, grad, dim, 1))


@function
def source_cotangent(grad: Any, source: Any, source_dim: int, dim: int, index: Any, alpha: float) -> Any:
    """The cotangent of what was added or copied to positions ``index`` of ``dim``."""
    part = selected_along(grad, dim, index)
    if source_dim:
        part = NAMESPACE["expand"](part, tuple(source.shape))
    elif len(part.shape):
        part = NAMESPACE["squeeze"](part, 0)
    return NAMESPACE["scaled"](part, alpha)


@function
def filled_aside(grad: Any, dim: int, index: Any) -> Any:
    """The cotangent, zero at positions ``index`` of ``dim``."""
    if isinstance(grad, Tensor):
        return OPS["index_fill"](grad, index, dim=dim, value=0)
    return _scattering.index_fill(grad, index, dim, 0)


@function
def total_along(grad: Any, dim: int, index: Any) -> Any:
    """The sum of the cotangent over positions ``index`` of ``dim``, each once."""
    if isinstance(grad, Tensor):
        return OPS["sum"](selected_along(grad, dim, wrap(np.unique(index._array))))
    return np.asarray(selected_along(grad, dim, np.unique(index)).sum(), dtype=grad.dtype)


@function
def taken(grad: Any, index: Any) -> Any:
    """The elements of the cotangent, counted in a row, at the positions of the index."""
    return OPS["take"](grad, index) if isinstance(grad, Tensor) else _indexing.take(grad, index)


@function
def take_backward(grad: Any, x: Any, index: Any) -> Any:
    """Zeros with the cotangent added at the positions of the index, counted in a row."""
    if isinstance(grad, Tensor):
        return written(OPS["put"](_zeros(grad, x.shape), index, grad, accumulate=True))
    return written(_indexing.put(np.zeros(x.shape, grad.dtype), index, grad, True))


@function
def put_source(grad: Any, index: Any, source: Any) -> Any:
    """The cotangent of what was put at the positions of the index."""
    return NAMESPACE["reshape"](taken(grad, index), tuple(source.shape))


@function
def put_down(grad: Any, index: Any, sizes: Sequence[int], accumulate: bool) -> Any:
    """The cotangent, zero at the positions that were overwritten."""
    if accumulate:
        return grad
    if isinstance(grad, Tensor):
        return OPS["put"](grad, index, wrap(np.zeros(sizes, grad._array.dtype)), accumulate=False)
    return _indexing.put(grad, index, np.zeros(sizes, grad.dtype), False)


@function
def chosen(grad: Any, mask: Any) -> Any:
    """The elements of the cotangent where the mask is true, in a row."""
    return OPS["masked_select"](grad, mask) if isinstance(grad, Tensor) else _indexing.masked_select(grad, mask)


@function
def choose_backward(grad: Any, x: Any, mask: Any) -> Any:
    """Zeros with the cotangent, in a row, where the mask is true."""
    return choose_into(grad, x.shape, mask)


@function
def choose_into(grad: Any, sizes: Sequence[int], mask: Any) -> Any:
    """:func:`choose_backward` for what had the given sizes."""
    sizes = np.broadcast_shapes(tuple(sizes), tuple(mask.shape))
    if isinstance(grad, Tensor):
        return written(OPS["masked_scatter"](_zeros(grad, sizes), mask, grad))
    return written(_indexing.masked_scatter(np.zeros(sizes, grad.dtype), mask, grad))


@function
def scatter_source(grad: Any, mask: Any, sizes: Sequence[int]) -> Any:
    """The cotangent of what a masked scatter took its elements from."""
    if isinstance(grad, Tensor):
        return OPS["masked_scatter_backward"](grad, mask, sizes=tuple(sizes))
    return _indexing.masked_scatter_backward(grad, mask, sizes)


@function
def total_where(grad: Any, mask: Any) -> Any:
    """The sum of the cotangent where the mask is true."""
    part = chosen(grad, mask)
    return OPS["sum"](part) if isinstance(part, Tensor) else np.asarray(part.sum(), dtype=grad.dtype)


@function
def from_planes(grad: Any, indices: Any, dims: int) -> Any:
    """The cotangent at numbered places of planes: the last ``dims`` dimensions of each, in a row."""
    sizes = tuple(indices.shape)
    if 0 in sizes:
        return _zeros(grad, sizes) if isinstance(grad, Tensor) else np.zeros(sizes, grad.dtype)
    in_rows = (*sizes[: len(sizes) - dims], -1)
    if isinstance(grad, Tensor):
        if not grad._array.flags.c_contiguous:
            grad = OPS["clone.contiguous"](grad)
        places = reshape(indices, in_rows)
        return OPS["view"](OPS["gather"](OPS["view"](grad, size=in_rows), places, dim=-1), size=sizes)
    places = np.reshape(indices, in_rows)
    return np.take_along_axis(grad.reshape((*places.shape[:-1], -1)), places, -1).reshape(sizes)

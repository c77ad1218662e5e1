"""The cotangent of a tensor of which a part was replaced: zeros there, and what a view sees of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..op import OPS
from ..ops import _embedding_of_parts as parts
from ..ops import _parts, _views
from ..tensor import Tensor, wrap
from .registry import function


def _without(grad: Any, name: str, seen: Any, **place: Any) -> Any:
    """``grad`` with zeros in a part; ``seen`` is what lies there."""
    nothing = np.zeros(seen.shape, seen.dtype)
    if isinstance(grad, Tensor):
        return OPS[name](grad, wrap(nothing), **place)
    return getattr(parts, name)(grad, nothing, **place)


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x


@function
def without_select(grad: Any, dim: int, index: int) -> Any:
    """The cotangent with zeros at position ``index`` of ``dim``."""
    return _without(grad, "select_scatter", _views.select(_array(grad), dim, index), dim=dim, index=index)


@function
def without_slice(grad: Any, dim: int, start: int | None, end: int | None, step: int) -> Any:
    """The cotangent with zeros in a slice."""
    seen = _views.sliced(_array(grad), dim, start, end, step)
    return _without(grad, "slice_scatter", seen, dim=dim, start=start, end=end, step=step)


@function
def without_diagonal(grad: Any, offset: int, dim1: int, dim2: int) -> Any:
    """The cotangent with zeros on a diagonal."""
    seen = _parts.diagonal(_array(grad), offset, dim1, dim2)
    return _without(grad, "diagonal_scatter", seen, offset=offset, dim1=dim1, dim2=dim2)


@function
def strided_alone(grad: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None) -> Any:
    """What a strided view sees of the cotangent, and zeros elsewhere: so PyTorch 2.13 has it, the wrong way round."""
    part = strided_part(grad, size, stride, storage_offset)
    array = _array(grad)
    whole = np.zeros(array.shape, array.dtype)
    if isinstance(grad, Tensor):
        tensor = wrap(whole)
        apply_in_place(OPS["copy"], strided_part(tensor, size, stride, storage_offset), part)
        return tensor
    strided_part(whole, size, stride, storage_offset)[...] = part
    return whole


@function
def strided_part(grad: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None) -> Any:
    """What a strided view sees of the cotangent, laid out row by row."""
    if isinstance(grad, Tensor):
        whole = grad if grad._array.flags.c_contiguous else OPS["clone.contiguous"](grad)
        return OPS["as_strided"](whole, size=tuple(size), stride=tuple(stride), storage_offset=storage_offset or 0)
    return _views.as_strided(np.ascontiguousarray(grad), size, stride, storage_offset or 0)

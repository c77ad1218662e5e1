"""Where elements are not zero, and places as coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import ops
from ..op import OPS
from ..tensor import Tensor, wrap
from .out import written_out
from .registry import must_be_tensor, public


@public(method=False, name="nonzero")
def _nonzero_function(input: Tensor, *, as_tuple: bool = False, out: Tensor | None = None) -> Any:
    if out is None:
        return nonzero(input, as_tuple=as_tuple)
    if as_tuple:
        raise RuntimeError("nonzero does not support the out kwarg when as_tuple is True")
    return written_out("nonzero", nonzero, out, (input,), {})


@public(function=False)
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """Where the elements are not zero: a row of indices for each, or a tensor for each dimension."""
    x = must_be_tensor("nonzero", "input", 1, input)
    if not as_tuple:
        return ops.indexing.nonzero(x)
    if x.ndim == 0:
        x = wrap(x._array.reshape(1))
    return ops.view.unbind.several(ops.indexing.nonzero(x), dim=1)


@public()
def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """:func:`nonzero` with so many rows: cut off, or filled up with ``fill_value``."""
    if size < 0:
        raise RuntimeError("nonzero_static: 'size' must be an non-negative integer")
    x = must_be_tensor("nonzero_static", "input", 1, input)
    return OPS["nonzero_static"](x, size=size, fill_value=fill_value)


@public()
def argwhere(input: Tensor) -> Tensor:
    """Where the elements are not zero, a row of indices for each."""
    return ops.indexing.nonzero(must_be_tensor("argwhere", "input", 1, input))


@public(method=False)
def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """Positions counted in a row, as coordinates in a shape: a tensor for each dimension."""
    if indices.is_complex() or indices._array.dtype.kind not in "iu":
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    if not isinstance(shape, int | Sequence):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    wrong = next((n for n in sizes if not isinstance(n, int)), None)
    if wrong is not None:
        raise TypeError(f"expected 'shape' sequence to only contain ints, but got {type(wrong)}")
    if any(n < 0 for n in sizes):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(sizes)}")
    if 0 in sizes and indices._array.size:
        raise RuntimeError("ZeroDivisionError")
    steps = np.cumprod((1, *sizes[:0:-1]), dtype=np.int64)[::-1][: len(sizes)]
    coordinates = indices._array[..., None] // steps % np.array(sizes, dtype=np.int64)
    return OPS["unbind"].several(wrap(coordinates.astype(indices._array.dtype)), dim=-1)

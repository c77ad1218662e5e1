"""Forwards of joins, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..layouts import channels_innermost, channels_within


def cat(arrays: list[Array], dim: int) -> Any:
    """Joined along a dimension they all have. One-dimensional empty tensors are passed over, as PyTorch does."""
    if not arrays:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for position, array in enumerate(arrays):
        if array.ndim == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {position}) cannot be concatenated")
    shapes = [(i, a) for i, a in enumerate(arrays) if a.shape != (0,)]
    if not shapes:
        return arrays[0].copy()
    _, first = shapes[0]
    axis = normalize_dim(dim, first.ndim)
    for position, array in shapes[1:]:
        if array.ndim != first.ndim:
            raise RuntimeError(f"Tensors must have same number of dimensions: got {first.ndim} and {array.ndim}")
        for d in range(first.ndim):
            if d != axis and array.shape[d] != first.shape[d]:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {first.shape[d]} but got "
                    f"size {array.shape[d]} for tensor number {position} in the list."
                )
    joined = np.ascontiguousarray(np.concatenate([a for _, a in shapes], axis=axis))
    return channels_within(joined) if all(channels_innermost(a) for _, a in shapes) else joined


def stack(arrays: list[Array], dim: int) -> Any:
    """Joined along a new dimension."""
    if not arrays:
        raise RuntimeError("stack expects a non-empty TensorList")
    for position, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {bracketed(arrays[0].shape)} at entry 0 and "
                f"{bracketed(array.shape)} at entry {position}"
            )
    axis, shape = normalize_dim(dim, arrays[0].ndim + 1), arrays[0].shape
    if axis == len(shape) or 0 in shape:
        return np.ascontiguousarray(np.stack(arrays, axis=axis))
    return cat(arrays, axis).reshape(*shape[:axis], len(arrays), *shape[axis:])  # a view of it, as in PyTorch


def block_diag(arrays: list[Array]) -> Any:
    """One matrix with the given ones along its diagonal; vectors count as rows."""
    for position, array in enumerate(arrays):
        if array.ndim > 2:
            raise RuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {position} has {array.ndim} "
                "dimensions"
            )
    blocks = [np.atleast_2d(array) for array in arrays]
    whole: Array = np.zeros(np.sum([block.shape for block in blocks], axis=0), dtype=arrays[0].dtype)
    row = column = 0
    for block in blocks:
        whole[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return whole

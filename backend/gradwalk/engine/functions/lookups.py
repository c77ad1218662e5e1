"""Rows taken from a table, and added back into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..op import OPS
from ..tensor import Tensor, wrap
from .registry import function


@function
def embedding_backward(
    grad: Any, indices: Any, sizes: Sequence[int], padding_idx: int, scale_grad_by_freq: bool
) -> Any:
    """The cotangent of a table of embeddings: what each row's uses got, added; nothing for the padding's row."""
    if isinstance(grad, Tensor):
        params = {"sizes": tuple(sizes), "padding_idx": padding_idx, "scale_grad_by_freq": scale_grad_by_freq}
        return OPS["embedding_dense_backward"](grad, indices, **params)
    return into_rows(grad, indices, sizes, padding_idx, scale_grad_by_freq)


def into_rows(grad: Any, indices: Any, sizes: Sequence[int], padding_idx: int, scale_grad_by_freq: bool) -> Any:
    """:func:`embedding_backward`, on arrays."""
    whole = np.zeros(tuple(sizes), grad.dtype)
    np.add.at(whole, indices.reshape(-1), grad.reshape(-1, sizes[-1]))
    if scale_grad_by_freq:
        counts = np.bincount(indices.reshape(-1), minlength=sizes[0])
        whole /= np.maximum(counts, 1).astype(grad.dtype)[:, None]
    if padding_idx >= 0:
        whole[padding_idx] = 0
    return whole


@function
def rows_but_padding(grad: Any, indices: Any, padding_idx: int) -> Any:
    """Rows taken again, zeros for the padding."""
    if isinstance(grad, Tensor):
        rows = OPS["index_select"](grad, wrap(indices._array.reshape(-1)), dim=0)
        if padding_idx >= 0:
            is_padding = wrap((indices._array == padding_idx).reshape(-1, 1))
            rows = apply_in_place(OPS["masked_fill"], rows, is_padding, value=0)
        return OPS["view"](rows, size=(*indices.shape, grad.shape[-1]))
    rows = grad[indices]
    return rows if padding_idx < 0 else rows * (indices != padding_idx)[..., None]

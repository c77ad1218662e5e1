"""Bags of embeddings: rows of a table summed, averaged or compared, bag by bag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.registry import on_both
from ..op import define
from ._bags import MAX, MEAN, bags, shares


def _bag(
    weight: Array, indices: Array, offsets: Array, per_sample_weights: Array | None, mode: int, padding_idx: int
) -> tuple[Array, Array]:
    """The bags' vectors, and for a maximum the row each of its numbers came from."""
    bag, counted = bags(indices, offsets, padding_idx)
    kept = indices != padding_idx
    rows = weight[indices] * kept[:, None] if per_sample_weights is None else weight[indices] * (
        per_sample_weights * kept
    )[:, None]  # fmt: skip
    whole = np.zeros((offsets.size, weight.shape[1]), weight.dtype)
    where = np.zeros((0,), np.int64)
    if mode == MAX:
        where = np.full(whole.shape, -1, np.int64)
        for place in np.flatnonzero(kept):
            row, number = weight[indices[place]], bag[place]
            better = (where[number] < 0) | (row > whole[number])
            whole[number] = np.where(better, row, whole[number])
            where[number] = np.where(better, indices[place], where[number])
        return whole, where
    np.add.at(whole, bag, rows.astype(weight.dtype, copy=False))
    if mode == MEAN:
        whole /= np.maximum(counted, 1)[:, None].astype(weight.dtype)
    return whole, where


def _bag_weight(
    grad: Array, indices: Array, offsets: Array, per_sample_weights: Array | None, where: Array, sizes: Sequence[int],
    mode: int, padding_idx: int, scale_grad_by_freq: bool,
) -> Array:  # fmt: skip
    """The cotangent of the table."""
    whole = np.zeros(tuple(sizes), grad.dtype)
    if mode == MAX:
        for number, column in np.ndindex(*where.shape):
            if where[number, column] >= 0:
                whole[where[number, column], column] += grad[number, column]
        return whole
    bag = bags(indices, offsets, padding_idx)[0]
    share = shares(indices, offsets, per_sample_weights, sizes[0], mode, padding_idx, scale_grad_by_freq)
    share = share.astype(grad.dtype)
    np.add.at(whole, indices, grad[bag] * share[:, None])
    return whole


def _bag_samples(grad: Array, weight: Array, indices: Array, offsets: Array, padding_idx: int) -> Array:
    """The cotangent of the samples' weights."""
    bag = bags(indices, offsets, padding_idx)[0]
    found: Any = (grad[bag] * weight[indices]).sum(1) * (indices != padding_idx)
    return np.asarray(found.astype(grad.dtype))


_REFUSED = "not_implemented(grad, 'aten::_embedding_bag_{}')"
embedding_bag = define(
    "embedding_bag(weight, indices, offsets, per_sample_weights, *, mode=0, padding_idx=-1, scale_grad_by_freq=False, "
    "sparse=False)",
    lambda w, i, o, p, mode, padding_idx, scale, sparse: _bag(w, i, o, p, mode, padding_idx), "EmbeddingBagBackward0",
    {
        "weight": "bag_weight(grad, indices, offsets, per_sample_weights, result1, weight_sizes, mode, padding_idx, "
        "scale_grad_by_freq)",
        "per_sample_weights": "bag_samples(grad, weight, indices, offsets, padding_idx)",
    },
    saves=("sparse", "weight_argsize_0"), hides=("weight_sizes", "result1"), results=("result0", "result1"),
    differentiable=1, shown="sum(weight[indices])", category="indexing",
)  # fmt: skip
define(
    "bag_weight(grad_output, indices, offsets, per_sample_weights, where, *, sizes=(), mode=0, padding_idx=-1, "
    "scale_grad_by_freq=False)",
    on_both("bag_weight", _bag_weight), "EmbeddingBagBackwardBackward0",
    {"grad_output": _REFUSED.format("dense_backward"), "per_sample_weights": _REFUSED.format("dense_backward")},
    shown="scatter(grad_output, indices)", category="indexing",
)  # fmt: skip
define(
    "bag_samples(grad_output, weight, indices, offsets, *, padding_idx=-1)", on_both("bag_samples", _bag_samples),
    "NotImplemented",
    {
        "grad_output": _REFUSED.format("per_sample_weights_backward"),
        "weight": _REFUSED.format("per_sample_weights_backward"),
    },
    shown="pick(grad_output, indices)", category="indexing",
)  # fmt: skip

"""Which index of a bag of embeddings belongs where, and what it brings to its row."""

from __future__ import annotations

import numpy as np

from ..dtypes import Array

SUM, MEAN, MAX = 0, 1, 2


def bags(indices: Array, offsets: Array, padding_idx: int) -> tuple[Array, Array]:
    """For every index its bag, and for every bag how many count."""
    ends = np.append(offsets[1:], indices.size)
    bag = np.repeat(np.arange(offsets.size), np.maximum(ends - offsets, 0))
    counted = np.bincount(bag[indices != padding_idx], minlength=offsets.size)
    return bag, counted


def shares(
    indices: Array, offsets: Array, per_sample_weights: Array | None, rows: int, mode: int, padding_idx: int,
    scale_grad_by_freq: bool,
) -> Array:  # fmt: skip
    """What part of its bag's cotangent each index brings to its row, in double precision."""
    bag, counted = bags(indices, offsets, padding_idx)
    share: Array = (indices != padding_idx).astype(np.float64)
    if per_sample_weights is not None:
        share = share * per_sample_weights
    if scale_grad_by_freq:  # PyTorch counts the index at the place that says how many rows came before, in order
        _, ranks = np.unique(indices, return_inverse=True)
        share = share / np.bincount(indices, minlength=rows)[np.sort(indices)[ranks]]
    if mode == MEAN:
        share = share / np.maximum(counted, 1)[bag]
    return share

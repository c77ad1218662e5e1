"""Scaled dot-product attention, as the ops it is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradwalk.engine.surface.linalg import matmul
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor, wrap

from ._dropout import dropout


def scaled_dot_product_attention(
    query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False,
) -> Tensor:  # fmt: skip
    """Values averaged by how well their keys fit the query. All (..., length, width)."""
    if enable_gqa:
        raise RuntimeError("Gradwalk's attention has no enable_gqa; repeat key and value with repeat_interleave.")
    if attn_mask is not None and is_causal:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    factor = math.sqrt(1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    scores: Any = matmul(query * factor, key.transpose(-2, -1) * factor)
    if is_causal:
        attn_mask = wrap(np.tril(np.ones((query.shape[-2], key.shape[-2]), dtype=bool)))
    if attn_mask is not None:
        if attn_mask._array.dtype == bool:
            attn_mask = wrap(np.where(attn_mask._array, 0, -np.inf).astype(query._array.dtype))
        scores = scores + attn_mask
    weights = FUNCTIONS["softmax"](scores, -1)
    if dropout_p > 0:
        weights = dropout(weights, dropout_p)
    return matmul(weights, value)

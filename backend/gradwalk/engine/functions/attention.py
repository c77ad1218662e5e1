"""Scaled dot-product attention in one op: values averaged by how well their keys fit, and what that passes back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import Array
from ..products import matmul
from .registry import on_both


def _shared(x: Array, heads: int) -> Array:
    """Heads of keys or values repeated for the queries' heads that share them."""
    return x if x.shape[1] == heads else np.repeat(x, heads // x.shape[1], axis=1)


def _scale(query: Array, scale: float | None) -> Any:
    return query.dtype.type(1 / math.sqrt(query.shape[-1]) if scale is None else scale)


def _scores(query: Array, key: Array, mask: Array | None, is_causal: bool, scale: float | None) -> Array:
    scores: Array = matmul(query, key.swapaxes(-1, -2)) * _scale(query, scale)
    if is_causal:
        seen = np.tril(np.ones(scores.shape[-2:], bool))
        scores = np.where(seen, scores, scores.dtype.type(-np.inf))
    if mask is not None and mask.dtype.kind == "b":
        return np.where(mask, scores, scores.dtype.type(-np.inf))
    return scores if mask is None else scores + mask


def attention(
    query: Array, key: Array, value: Array, mask: Array | None, dropout_p: float, is_causal: bool, scale: float | None
) -> tuple[Array, Array]:
    """The result, laid out as ``query`` is, and the logarithms of what the weights were divided by."""
    del dropout_p
    heads = query.shape[1]
    scores = _scores(query, _shared(key, heads), mask, is_causal, scale)
    highest = scores.max(-1, keepdims=True)
    highest = np.where(np.isinf(highest), scores.dtype.type(0), highest)
    weights = np.exp(scores - highest)
    total = weights.sum(-1, keepdims=True)
    averaged = matmul(weights / np.where(total == 0, 1, total), _shared(value, heads))
    output = np.empty_like(query)
    output[...] = averaged
    return output, (np.log(total) + highest)[..., 0]


def _slopes(
    grad: Array, query: Array, key: Array, value: Array, mask: Array | None, output: Array, log_total: Array,
    is_causal: bool, scale: float | None,
) -> tuple[Array, Array]:  # fmt: skip
    """The weights, and the cotangents of the products of queries and keys."""
    heads = query.shape[1]
    scores = _scores(query, _shared(key, heads), mask, is_causal, scale)
    weights = np.exp(scores - np.where(np.isinf(log_total), 0, log_total)[..., None])
    passed = matmul(grad, _shared(value, heads).swapaxes(-1, -2))
    through = weights * (passed - (weights * passed).sum(-1, keepdims=True))
    return weights, through * _scale(query, scale)


def _gathered(x: Array, heads: int) -> Array:
    """The cotangents of the heads that shared keys or values, summed."""
    if x.shape[1] == heads:
        return x
    total: Array = x.reshape(x.shape[0], heads, -1, *x.shape[2:]).sum(2)
    return total


def _attention_backward(grad: Array, *given: Any) -> tuple[Array, Array, Array]:
    """The cotangents of the queries, the keys and the values."""
    query, key, value = given[:3]
    weights, through = _slopes(grad, *given)
    of_key = _gathered(matmul(through.swapaxes(-1, -2), query), key.shape[1])
    of_value = _gathered(matmul(weights.swapaxes(-1, -2), grad), value.shape[1])
    return matmul(through, _shared(key, query.shape[1])), of_key, of_value


attention_backward = on_both("attention_backward", _attention_backward)

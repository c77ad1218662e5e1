"""Scaled dot-product attention in one op: values averaged by how well their keys fit, and what that passes back.

It goes operation for operation as PyTorch's kernels for the CPU (ATen's ``FlashAttentionKernel.cpp``): by blocks of
queries and of keys, with a highest score, a sum and an average so far for each query.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import elementary
from ..dtypes import Array
from ..fused import plus_products
from ..layouts import preserved
from ..products import add_product, product
from .registry import on_both
from .row_sums import sums_of_rows

_KEYS = 512
"""In a block."""
_VECTOR_BYTES = 32


def _shared(x: Array, heads: int) -> Array:
    """Heads of keys or values repeated for the queries' heads that share them."""
    return x if x.shape[1] == heads else np.repeat(x, heads // x.shape[1], axis=1)


def _scale(query: Array, scale: float | None) -> Any:
    return query.dtype.type(1 / math.sqrt(query.shape[-1]) if scale is None else scale)


def _queries_at_once(length: int) -> int:
    return min(256 if length >= 768 else 64 if length >= 192 else 32, length)


def _blocks(query: Array, key: Array) -> Iterator[tuple[slice, list[slice]]]:
    """Queries that are taken at once, and keys one block after another."""
    length, count = query.shape[2], key.shape[2]
    step = _queries_at_once(length)
    keys = [slice(start, min(start + _KEYS, count)) for start in range(0, count, _KEYS)]
    for start in range(0, length, step):
        yield slice(start, min(start + step, length)), keys


def _products(a: Array, b: Array, before: int = 0) -> Array:
    """Of each batch and head: each matrix lies so many numbers behind the beginning of a register, on which it depends
    how MKL adds up."""
    made = _room((*a.shape[:3], b.shape[3]), a.dtype, before)
    for place in np.ndindex(a.shape[:2]):
        if a.shape[3] == 1:
            made[place] = product(a[place], b[place])
        else:
            add_product(made[place], a[place], b[place], 1)
    return made


def _room(shape: tuple[int, ...], dtype: Any, before: int) -> Array:
    """Zeros: matrices of which each lies so many numbers behind the beginning of a register."""
    size, lanes = shape[2] * shape[3], _VECTOR_BYTES // dtype.itemsize
    before %= lanes
    apart = -(-(before + size) // lanes) * lanes
    return np.zeros((*shape[:2], apart), dtype)[..., before : before + size].reshape(shape)


def _add_products(whole: Array, a: Array, b: Array, factor: float) -> None:
    for place in np.ndindex(a.shape[:2]):
        add_product(whole[place], a[place], b[place], factor)


def _spread(mask: Array | None, query: Array, key: Array) -> Array | None:
    """A mask with a number for each score."""
    return None if mask is None else np.broadcast_to(mask, (*query.shape[:3], key.shape[2]))


def _is_added(mask: Array) -> bool:
    return bool(mask.dtype.kind != "b")


def _hidden(scores: Array, mask: Array | None, is_causal: bool, queries: slice, keys: slice) -> Array:
    """The scores of a block, without those that are not to be seen."""
    nothing = scores.dtype.type(-np.inf)
    if is_causal:
        seen = np.arange(queries.start, queries.stop)[:, None] >= np.arange(keys.start, keys.stop)
        scores = np.where(seen, scores, nothing)
    if mask is not None and mask.dtype.kind == "b":
        scores = np.where(mask[:, :, queries, keys], scores, nothing)
    return scores


def _raised(x: Array) -> tuple[Array, Array]:
    """Exponentials of rows, and their sums: of whole vectors, and then of what is left, which ATen has in double."""
    if x.dtype != np.float32:
        weights = np.exp(x)
        return weights, weights.sum(-1, keepdims=True)
    width, lanes = x.shape[-1], _VECTOR_BYTES // x.itemsize
    whole = width - width % lanes
    rest = np.exp(x[..., whole:].astype(np.float64)).astype(np.float32)
    if not whole:
        return rest, np.add.accumulate(rest, axis=-1)[..., -1:]
    weights = elementary.attention_exp(x[..., :whole])
    total = sums_of_rows(np.ascontiguousarray(weights))
    if whole < width:
        total = np.add.accumulate(np.concatenate((total, rest), axis=-1), axis=-1)[..., -1:]
        weights = np.concatenate((weights, rest), axis=-1)
    return weights, total


def attention(
    query: Array, key: Array, value: Array, mask: Array | None, dropout_p: float, is_causal: bool, scale: float | None
) -> tuple[Array, Array]:
    """The result, laid out as ``query`` is, and the logarithms of what the weights were divided by."""
    del dropout_p
    kind, heads = query.dtype.type, query.shape[1]
    key, value, factor = _shared(key, heads), _shared(value, heads), _scale(query, scale)
    mask = _spread(mask, query, key)
    output, log_total = preserved(query), np.empty(query.shape[:3], query.dtype)
    # In ATen scores lie before averages, and a highest one and a sum for each query.
    before = _queries_at_once(query.shape[2]) * (min(_KEYS, key.shape[2]) + 2)
    with np.errstate(all="ignore"):
        for queries, blocks in _blocks(query, key):
            found: Any = None
            highest = total = np.full((*query.shape[:2], queries.stop - queries.start, 1), -np.inf, query.dtype)
            for keys in blocks:
                scores = _products(query[:, :, queries], key[:, :, keys].swapaxes(-1, -2))
                if mask is not None and _is_added(mask):
                    scores = plus_products(mask[:, :, queries, keys], scores, factor)
                else:
                    scores = scores * factor
                scores = _hidden(scores, mask, is_causal, queries, keys)
                now = np.maximum(highest, scores.max(-1, keepdims=True))
                weights, sums = _raised(scores - np.where(np.isinf(now), kind(0), now))
                if found is None:
                    found, total = _products(weights, value[:, :, keys], before), sums
                else:
                    fading = elementary.exp_one_by_one(highest - np.where(np.isinf(now), kind(0), now))
                    total = plus_products(sums, fading, total)
                    found *= fading
                    _add_products(found, weights, value[:, :, keys], 1)
                highest = now
            total = np.where(total == 0, kind(1), total)
            highest = np.where(np.isinf(highest), kind(0), highest)
            output[:, :, queries] = found * (1 / total)
            log_total[:, :, queries] = (highest + elementary.log_one_by_one(total))[..., 0]
    return output, log_total


def _gathered(x: Array, heads: int) -> Array:
    """The cotangents of the heads that shared keys or values, summed."""
    if x.shape[1] == heads:
        return x
    total: Array = x.reshape(x.shape[0], heads, -1, *x.shape[2:]).sum(2)
    return total


def _by_places(x: Array) -> Array:
    """The numbers of all heads at one place side by side, as the kernel lays cotangents out."""
    laid = np.empty([x.shape[d] for d in (0, 2, 1, 3)], x.dtype)
    laid[...] = x.swapaxes(1, 2)
    return laid.swapaxes(1, 2)


def _attention_backward(
    grad: Array, query: Array, key: Array, value: Array, mask: Array | None, output: Array, log_total: Array,
    is_causal: bool, scale: float | None,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """The cotangents of the queries, the keys and the values."""
    heads, factor = query.shape[1], _scale(query, scale)
    shared_key, shared_value = _shared(key, heads), _shared(value, heads)
    mask = _spread(mask, query, key)
    of_query, of_key, of_value = (np.zeros(x.shape, x.dtype) for x in (query, shared_key, shared_value))
    with np.errstate(all="ignore"):
        for queries, blocks in _blocks(query, key):
            passed_on = sums_of_rows(np.ascontiguousarray(grad[:, :, queries] * output[:, :, queries]))
            some = grad[:, :, queries]
            for keys in blocks:
                scores = np.zeros((*some.shape[:3], keys.stop - keys.start), query.dtype)
                _add_products(scores, query[:, :, queries], shared_key[:, :, keys].swapaxes(-1, -2), float(factor))
                if mask is not None and _is_added(mask):
                    scores = scores + mask[:, :, queries, keys]
                scores = _hidden(scores, mask, is_causal, queries, keys)
                weights = elementary.vector_exp(scores - log_total[:, :, queries, None])
                _add_products(of_value[:, :, keys], weights.swapaxes(-1, -2), some, 1)
                through = weights * (_products(some, shared_value[:, :, keys].swapaxes(-1, -2)) - passed_on)
                _add_products(of_query[:, :, queries], through, shared_key[:, :, keys], float(factor))
                _add_products(of_key[:, :, keys], through.swapaxes(-1, -2), query[:, :, queries], float(factor))
    of_key, of_value = _gathered(of_key, key.shape[1]), _gathered(of_value, value.shape[1])
    return _by_places(of_query), _by_places(of_key), _by_places(of_value)


attention_backward = on_both("attention_backward", _attention_backward)

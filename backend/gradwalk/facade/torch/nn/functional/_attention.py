"""Scaled dot-product attention: one op where PyTorch's CPU kernel takes it, else the ops it is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_attention as ops
from gradwalk.engine.surface.casts import cast
from gradwalk.engine.surface.linalg import matmul
from gradwalk.engine.tensor import Tensor, wrap

from ...backends.cuda import ALLOWED
from ._dropout import dropout

_C_NAMES = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int",
    "int32": "int", "bool": "bool", "uint8": "unsigned char", "int8": "signed char", "int16": "short int",
}  # fmt: skip

BIASES: list[type[Any]] = []
"""Classes of masks that say themselves what attention under them is."""


def _c_name(x: Tensor) -> str:
    return _C_NAMES.get(x.dtype.name, x.dtype.name)


def _check(query: Any, key: Any, value: Any, mask: Any, dropout_p: float) -> None:
    if not query.dtype == key.dtype == value.dtype:
        raise RuntimeError(
            f"Expected query, key, and value to have the same dtype, but got query.dtype: {_c_name(query)} key.dtype: "
            f"{_c_name(key)} and value.dtype: {_c_name(value)} instead."
        )
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )
    if mask is not None and mask.dtype.name not in ("bool", query.dtype.name, "float32"):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: "
            f"{_c_name(mask)} and  query.dtype: {_c_name(query)} instead."
        )
    if not 0 <= dropout_p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {dropout_p:g}")


def _in_one(query: Any, key: Any, value: Any, mask: Any, dropout_p: float, enable_gqa: bool) -> bool:
    """Whether PyTorch's CPU kernel for attention takes these."""
    if dropout_p > 0 or not query.ndim == key.ndim == value.ndim == 4 or not query.dtype.is_floating_point:
        return False
    if mask is not None and (mask.requires_grad or mask.ndim not in (2, 4)):
        return False
    if query.shape[0] != key.shape[0] or key.shape[:3] != value.shape[:3] or key.shape[0] != value.shape[0]:
        return False
    shared = enable_gqa and key.shape[1] and query.shape[1] % key.shape[1] == 0
    if query.shape[1] != key.shape[1] and not shared:
        return False
    if mask is not None:
        wanted = (*query.shape[:3], key.shape[2])[-mask.ndim :]
        if any(n not in (1, m) for n, m in zip(mask.shape, wanted, strict=True)):
            return False
    return bool(query.shape[-1] == key.shape[-1] == value.shape[-1] and query.shape[2] and key.shape[2])


def scaled_dot_product_attention(
    query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False,
) -> Tensor:  # fmt: skip
    """Values averaged by how well their keys fit the query. All (..., length, width)."""
    if isinstance(attn_mask, tuple(BIASES)):
        bias: Any = attn_mask
        return bias.attention(query, key, value, dropout_p, is_causal, scale, enable_gqa)  # type: ignore[no-any-return]
    _check(query, key, value, attn_mask, dropout_p)
    if not (math.prod((*query.shape[:-1], value.shape[-1])) and key.shape[-2]):
        return _of_nothing(query, key, value)
    if ALLOWED["flash"] and _in_one(query, key, value, attn_mask, dropout_p, enable_gqa):
        if attn_mask is not None and attn_mask._array.dtype == bool:
            attn_mask = _additive(attn_mask, query)
        return ops.flash_attention.several(
            query, key, value, attn_mask, dropout_p=float(dropout_p), is_causal=is_causal, scale=scale
        )[0]
    if not ALLOWED["math"]:
        raise RuntimeError(
            "No viable backend for scaled_dot_product_attention was found. This is likely due to turning off both the "
            "math kernel and the fused kernels."
        )
    if attn_mask is not None and is_causal:
        raise RuntimeError("_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True")
    if enable_gqa:
        key, value = _repeated(query, key), _repeated(query, value)
    kind = query.dtype
    if kind in (dtypes.float16, dtypes.bfloat16):
        query, key, value = (cast(x, dtypes.float32) for x in (query, key, value))
    width = query.shape[-1]
    factor = math.sqrt((1 / math.sqrt(width) if width else math.inf) if scale is None else abs(scale))
    scaled, times = OPS["mul.Scalar"], -1 if scale is not None and scale < 0 else 1
    scores: Any = matmul(scaled(query, other=factor * times), scaled(key.transpose(-2, -1), other=factor))
    if is_causal:
        attn_mask = wrap(np.tril(np.ones((query.shape[-2], key.shape[-2]), dtype=bool)))
    if attn_mask is not None:
        scores = scores + (_additive(attn_mask, query) if attn_mask._array.dtype == bool else attn_mask)
    weights: Any = ops.safe_softmax(scores, dim=-1)
    if dropout_p > 0:
        weights = dropout(weights, dropout_p)
    return cast(matmul(weights, value), kind)


def _of_nothing(query: Any, key: Any, value: Any) -> Tensor:
    """Zeros, which depend on what there is."""
    zeros: Any = wrap(np.zeros((*query.shape[:-1], value.shape[-1]), query._array.dtype))
    last, middle, first = (x.sum() for x in (value, key, query))  # in PyTorch's order
    return zeros + OPS["mul.Scalar"](first + middle + last, other=0)  # type: ignore[no-any-return]


def _additive(mask: Any, query: Any) -> Tensor:
    """Zeros where a mask of booleans lets through, minus infinity elsewhere."""
    return wrap(np.where(mask._array, 0, -np.inf).astype(query._array.dtype))


def _repeated(query: Any, x: Any) -> Any:
    if query.shape[-3] % x.shape[-3]:
        raise RuntimeError("Number of heads in key and value must divide the number of heads in query")
    return x.repeat_interleave(query.shape[-3] // x.shape[-3], -3)

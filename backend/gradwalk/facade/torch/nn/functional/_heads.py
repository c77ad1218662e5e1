"""Attention of several heads as one function: projections, masks, attention, and the projection after it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.warn import warn

from ._attention import scaled_dot_product_attention
from ._dropout import dropout
from ._linear import linear
from ._padding import pad


def canonical_mask(mask: Any, name: str, other: Any, other_name: str, dtype: Any) -> Any:
    """A mask to be added: minus infinity where one of booleans says True. Warns if ``other`` is of another type."""
    if mask is None:
        return None
    if mask.dtype.name != "bool" and not mask.dtype.is_floating_point:
        raise AssertionError(f"only bool and floating types of {name} are supported")
    if other is not None and other.dtype != mask.dtype:
        warn(
            f"Support for mismatched {name} and {other_name} is deprecated. Use same type for both instead.",
        )
    if mask.dtype.is_floating_point:
        return mask
    return wrap(np.where(mask._array, -np.inf, 0).astype(dtype.numpy))


def _is_batched(query: Any, key: Any, value: Any, padding: Any, mask: Any, heads: int) -> bool:
    """Raises AssertionError for shapes that do not go together."""
    rank = query.ndim
    if rank not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {rank}-D query tensor")
    kind = "batched (3-D)" if rank == 3 else "unbatched (2-D)"
    if key.ndim != rank or value.ndim != rank:
        raise AssertionError(
            f"For {kind} `query`, expected `key` and `value` to be {rank}-D but found {key.ndim}-D and {value.ndim}-D "
            "tensors respectively"
        )
    if padding is not None and padding.ndim != rank - 1:
        raise AssertionError(
            f"For {kind} `query`, expected `key_padding_mask` to be `None` or {rank - 1}-D but found {padding.ndim}-D "
            "tensor instead"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(
            f"For {kind} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {mask.ndim}-D tensor instead"
        )
    if rank == 2 and mask is not None and mask.ndim == 3:
        wanted = (heads, query.shape[0], key.shape[0])
        if tuple(mask.shape) != wanted:
            raise AssertionError(f"Expected `attn_mask` shape to be {wanted} but got {mask.shape}")
    return bool(rank == 3)


def _parted(x: Any, count: int) -> Any:
    """Projections that lie side by side, each in one piece: (length, batch, count * width) to (count, ...)."""
    apart = x.unflatten(-1, (count, x.shape[-1] // count))
    return apart.unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()


def _packed(query: Any, key: Any, value: Any, weight: Any, bias: Any) -> tuple[Any, Any, Any]:
    """Queries, keys and values projected by one weight, in as few products as they allow."""
    width = query.shape[-1]
    if key is value:
        if query is key:
            whole = _parted(linear(query, weight, bias), 3)
            return whole[0], whole[1], whole[2]
        first, rest = weight.split([width, width * 2])
        b_first, b_rest = (None, None) if bias is None else bias.split([width, width * 2])
        q = linear(query, first, b_first)
        both = _parted(linear(key, rest, b_rest), 2)
        return q, both[0], both[1]
    weights = weight.chunk(3)
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    parts = [linear(*each) for each in zip((query, key, value), weights, biases, strict=True)]
    return parts[0], parts[1], parts[2]


def _checked_mask(mask: Any, batch: int, heads: int, length: int, keys: int) -> Any:
    if mask is None:
        return None
    wanted = (length, keys) if mask.ndim == 2 else (batch * heads, length, keys)
    if tuple(mask.shape) != wanted:
        raise RuntimeError(f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {wanted}.")
    return mask.unsqueeze(0) if mask.ndim == 2 else mask


def _with_padding(mask: Any, padding: Any, batch: int, heads: int, keys: int) -> Any:
    """The mask of every head with the padded keys hidden."""
    for dim, wanted in ((0, batch), (1, keys)):
        if padding.shape[dim] != wanted:
            raise AssertionError(f"Expected key_padded_mask.shape[{dim}] to be {wanted}, but got {padding.shape[dim]}")
    spread = padding.view(batch, 1, 1, keys).expand(-1, heads, -1, -1).reshape(batch * heads, 1, keys)
    return spread if mask is None else mask + spread


def multi_head_attention_forward(
    query: Any, key: Any, value: Any, embed_dim_to_check: int, num_heads: int, in_proj_weight: Any, in_proj_bias: Any,
    bias_k: Any, bias_v: Any, add_zero_attn: bool, dropout_p: float, out_proj_weight: Any, out_proj_bias: Any,
    training: bool = True, key_padding_mask: Any = None, need_weights: bool = True, attn_mask: Any = None,
    use_separate_proj_weight: bool = False, q_proj_weight: Any = None, k_proj_weight: Any = None,
    v_proj_weight: Any = None, static_k: Any = None, static_v: Any = None, average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:  # fmt: skip
    """What :class:`~torch.nn.MultiheadAttention` computes. All (length, batch, width), or without the batch."""
    batched = _is_batched(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    length, batch, width = query.shape
    padding = canonical_mask(key_padding_mask, "key_padding_mask", attn_mask, "attn_mask", query.dtype)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and padding is None and not need_weights:
        attn_mask = None
    else:
        attn_mask = canonical_mask(attn_mask, "attn_mask", None, "", query.dtype)
        is_causal = is_causal and padding is None
    if width != embed_dim_to_check:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}")
    if width % num_heads:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    if use_separate_proj_weight:
        if key.shape[:2] != value.shape[:2]:
            raise AssertionError(
                f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}"
            )
        biases = (None,) * 3 if in_proj_bias is None else in_proj_bias.chunk(3)
        weights = (q_proj_weight, k_proj_weight, v_proj_weight)
        for name, weight in zip("qkv", weights, strict=True):
            if weight is None:
                raise AssertionError(f"use_separate_proj_weight is True but {name}_proj_weight is None")
        q, k, v = (linear(*each) for each in zip((query, key, value), weights, biases, strict=True))
    else:
        if key.shape != value.shape:
            raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
        if in_proj_weight is None:
            raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
        q, k, v = _packed(query, key, value, in_proj_weight, in_proj_bias)
    attn_mask = _checked_mask(attn_mask, batch, num_heads, length, key.shape[0])
    _check_added(bias_k, bias_v, static_k, static_v)
    if bias_k is not None:
        k = FUNCTIONS["cat"]([k, bias_k.repeat(1, batch, 1)])
        v = FUNCTIONS["cat"]([v, bias_v.repeat(1, batch, 1)])
        attn_mask, padding = (None if each is None else pad(each, (0, 1)) for each in (attn_mask, padding))
    q = _by_head(q, batch, num_heads)
    k = _by_head(k, batch, num_heads) if static_k is None else _checked_static("static_k", static_k, q)
    v = _by_head(v, batch, num_heads) if static_v is None else _checked_static("static_v", static_v, q)
    if add_zero_attn:
        k, v = (FUNCTIONS["cat"]([each, FUNCTIONS["zeros"](each.shape[0], 1, each.shape[2], dtype=each.dtype)], dim=1)
                for each in (k, v))  # fmt: skip
        attn_mask, padding = (None if each is None else pad(each, (0, 1)) for each in (attn_mask, padding))
    keys = k.shape[1]
    if padding is not None:
        attn_mask = _with_padding(attn_mask, padding, batch, num_heads, keys)
    dropped = dropout_p if training else 0.0
    shown = None
    if need_weights:
        shown, attended = _weighted(q, k, v, attn_mask, dropped)
        joined = attended.transpose(0, 1).reshape(length * batch, width)
    else:
        if attn_mask is not None:
            one = attn_mask.shape[0] == 1 and attn_mask.ndim == 3
            attn_mask = attn_mask.unsqueeze(0) if one else attn_mask.view(batch, num_heads, -1, keys)
        q, k, v = (each.view(batch, num_heads, each.shape[1], width // num_heads) for each in (q, k, v))
        attended = scaled_dot_product_attention(q, k, v, attn_mask, dropped, is_causal)
        joined = attended.permute(2, 0, 1, 3).reshape(batch * length, width)
    projected: Any = linear(joined, out_proj_weight, out_proj_bias)
    output = projected.view(length, batch, projected.shape[1])
    if shown is not None:
        shown = shown.view(batch, num_heads, length, keys)
        shown = shown.mean(1) if average_attn_weights else shown
    if not batched:
        return output.squeeze(1), None if shown is None else shown.squeeze(0)
    return output, shown


def _check_added(bias_k: Any, bias_v: Any, static_k: Any, static_v: Any) -> None:
    """Raises AssertionError where only one key or value is added, or either to those that are given as they are."""
    if bias_k is not None and bias_v is not None:
        for name, static in (("key", static_k), ("value", static_v)):
            if static is not None:
                raise AssertionError(f"bias cannot be added to static {name}.")
    elif bias_k is not None:
        raise AssertionError("bias_k is set but bias_v is None")
    elif bias_v is not None:
        raise AssertionError("bias_v is set but bias_k is None")


def _checked_static(name: str, static: Any, queries: Any) -> Any:
    for dim, wanted in ((0, queries.size(0)), (2, queries.size(2))):
        if static.size(dim) != wanted:
            raise AssertionError(f"expecting {name}.size({dim}) of {wanted}, but got {static.size(dim)}")
    return static


def _by_head(x: Any, batch: int, heads: int) -> Any:
    return x.view(x.shape[0], batch * heads, x.shape[-1] // heads).transpose(0, 1)


def _weighted(q: Any, k: Any, v: Any, mask: Any, dropped: float) -> tuple[Any, Any]:
    """The weights, and the values averaged by them."""
    scaled = q * math.sqrt(1.0 / q.shape[-1])
    turned = k.transpose(-2, -1)
    scores = FUNCTIONS["bmm"](scaled, turned) if mask is None else FUNCTIONS["baddbmm"](mask, scaled, turned)
    weights: Any = FUNCTIONS["softmax"](scores, -1)
    if dropped > 0:
        weights = dropout(weights, dropped)
    return weights, FUNCTIONS["bmm"](weights, v)

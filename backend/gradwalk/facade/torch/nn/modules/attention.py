"""Attention of several heads, and the encoder's layers made of it."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np

from gradwalk.engine.surface.creation import empty
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor, wrap

from .. import functional as F  # noqa: N812
from .. import init
from ..parameter import Parameter
from .container import ModuleList
from .dropout import Dropout
from .linear import Linear
from .module import Module
from .normalization import LayerNorm


class NonDynamicallyQuantizableLinear(Linear):
    """The linear layer after the heads, under the name that PyTorch prints."""


def _additive(mask: Any, dtype: Any) -> Any:
    if mask is None or mask._array.dtype != bool:
        return mask
    return wrap(np.where(mask._array, -np.inf, 0).astype(dtype))


class MultiheadAttention(Module):
    """Attention in ``num_heads`` parts of the width, side by side."""

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, add_bias_kv: bool = False,
        add_zero_attn: bool = False, kdim: int | None = None, vdim: int | None = None, batch_first: bool = False,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} "
                "instead"
            )
        super().__init__()
        if add_bias_kv or add_zero_attn or kdim not in (None, embed_dim) or vdim not in (None, embed_dim):
            raise NotImplementedError(
                "Gradwalk's MultiheadAttention has no add_bias_kv, add_zero_attn, kdim or vdim; project key and value "
                "with an nn.Linear first."
            )
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")
        self.in_proj_weight = Parameter(empty((3 * embed_dim, embed_dim), dtype=dtype))
        self.register_parameter("in_proj_bias", Parameter(empty(3 * embed_dim, dtype=dtype)) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        init.xavier_uniform_(self.in_proj_weight)
        if bias:
            init.constant_(self.in_proj_bias, 0.0)
            init.constant_(self.out_proj.bias, 0.0)

    def forward(
        self, query: Any, key: Any, value: Any, key_padding_mask: Any = None, need_weights: bool = True,
        attn_mask: Any = None, average_attn_weights: bool = True, is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        alone = query.ndim == 2
        if alone:
            query, key, value = (each.unsqueeze(1) for each in (query, key, value))
        elif self.batch_first:
            query, key, value = (each.transpose(0, 1) for each in (query, key, value))
        length, batch, width = query.shape
        if width != self.embed_dim:
            raise AssertionError(f"was expecting embedding dimension of {self.embed_dim}, but got {width}")
        q, k, v = (self._heads(each, place) for place, each in enumerate((query, key, value)))
        mask = self._mask(attn_mask, key_padding_mask, batch, k.shape[1])
        scores = (q * math.sqrt(1.0 / self.head_dim)) @ k.transpose(-2, -1)
        weights = FUNCTIONS["softmax"](scores if mask is None else scores + mask, -1)
        if self.training and self.dropout > 0:
            weights = F.dropout(weights, self.dropout)
        joined = (weights @ v).transpose(0, 1).contiguous().view(length * batch, width)
        output: Any = self.out_proj(joined).view(length, batch, width)
        shown = None
        if need_weights:
            shown = weights.view(batch, self.num_heads, length, k.shape[1])
            shown = shown.mean(1) if average_attn_weights else shown
        if alone:
            return output.squeeze(1), None if shown is None else shown.squeeze(0)
        return (output.transpose(1, 0) if self.batch_first else output), shown

    def _heads(self, x: Any, place: int) -> Any:
        rows = slice(place * self.embed_dim, (place + 1) * self.embed_dim)
        weight: Any = self.in_proj_weight
        bias: Any = self.in_proj_bias
        projected: Any = F.linear(x, weight[rows], None if bias is None else bias[rows])
        length, batch, _ = x.shape
        return projected.contiguous().view(length, batch * self.num_heads, self.head_dim).transpose(0, 1)

    def _mask(self, attn_mask: Any, padding: Any, batch: int, keys: int) -> Any:
        kind = self.in_proj_weight._array.dtype
        mask, hidden = _additive(attn_mask, kind), _additive(padding, kind)
        if hidden is None:
            return mask
        spread = np.broadcast_to(hidden._array.reshape(batch, 1, 1, keys), (batch, self.num_heads, 1, keys))
        whole = wrap(np.ascontiguousarray(spread).reshape(batch * self.num_heads, 1, keys))
        return whole if mask is None else mask + whole


class TransformerEncoderLayer(Module):
    """Attention and two linear layers, each added to what it was given and normalised."""

    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1, activation: Any = F.relu,
        layer_norm_eps: float = 1e-5, batch_first: bool = False, norm_first: bool = False, bias: bool = True,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        if isinstance(activation, str):
            if activation not in ("relu", "gelu"):
                raise RuntimeError(f"activation should be relu/gelu, not {activation}")
            activation = F.relu if activation == "relu" else F.gelu
        self.activation = activation

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        def attended(x: Any) -> Any:
            found = self.self_attn(
                x, x, x, attn_mask=src_mask, key_padding_mask=src_key_padding_mask, need_weights=False
            )[0]
            return self.dropout1(found)

        def fed(x: Any) -> Any:
            return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

        if self.norm_first:
            src = src + attended(self.norm1(src))
            return src + fed(self.norm2(src))  # type: ignore[no-any-return]
        src = self.norm1(src + attended(src))
        return self.norm2(src + fed(src))  # type: ignore[no-any-return]


class TransformerEncoder(Module):
    """The same encoder layer several times, each with weights of its own."""

    def __init__(
        self, encoder_layer: Module, num_layers: int, norm: Module | None = None, enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Tensor:
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask)
        return src if self.norm is None else self.norm(src)  # type: ignore[no-any-return]

"""Attention in one op, and the softmax that attention uses where PyTorch has it in several."""

from __future__ import annotations

import numpy as np

from ..dtypes import Array
from ..functions import attention as forwards
from ..op import define
from . import _activations

_NAME = "aten::_scaled_dot_product_flash_attention_for_cpu_backward"
_OPERANDS = "query, key, value, attn_mask, output, logsumexp"
_REFUSED = dict.fromkeys(("grad_output", "query", "key", "value", "output"), f"not_implemented(grad, '{_NAME}')")

flash_attention = define(
    "scaled_dot_product_flash_attention_for_cpu(query, key, value, attn_mask, *, dropout_p=0.0, is_causal=False, "
    "scale=None)",
    forwards.attention, "ScaledDotProductFlashAttentionForCpuBackward0",
    {"query, key, value": f"attention_backward(grad, {_OPERANDS}, is_causal, scale)"},
    saves=("dropout_p",), results=("output", "logsumexp"), differentiable=1,
    shown="softmax(query @ t(key)) @ value", category="linalg",
)  # fmt: skip
define(
    f"attention_backward(grad_output, {_OPERANDS}, *, is_causal=False, scale=None)", forwards.attention_backward,
    "NotImplemented", _REFUSED, shown="attention_back(grad_output, query, key, value)",
    category="linalg",
)  # fmt: skip


def _safe_softmax(x: Array, dim: int) -> Array:
    """Softmax, and zeros where everything is masked."""
    nothing = np.all(np.isneginf(x), axis=dim, keepdims=True)
    whole: Array = _activations.softmax(x, dim)
    return np.where(nothing, x.dtype.type(0), whole)


safe_softmax = define(
    "safe_softmax(self, *, dim=-1)", _safe_softmax, "SafeSoftmaxBackward0",
    {"self": "softmax_backward(grad, result, dim)"}, shown="softmax(self)", category="pointwise",
)  # fmt: skip

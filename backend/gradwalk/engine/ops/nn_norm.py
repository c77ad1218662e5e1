"""Normalisation that PyTorch computes in one op, and what passes it back in one op."""

from __future__ import annotations

from ..functions import norms, norms_again
from ..op import Declaration, define
from . import _norms as forwards

_NORM: Declaration = {"category": "normalization"}
__all__ = ["norms_again"]
_SHOWN = "(input - mean) / std * weight + bias"

native_batch_norm = define(
    "native_batch_norm(input, weight, bias, running_mean, running_var, *, training=True, eps=1e-05)",
    forwards.batch_norm, "NativeBatchNormBackward0",
    {
        "input, weight, bias": "native_batch_norm_backward(grad, input, weight, running_mean, running_var, result1, "
        "result2, training, eps, needs)"
    },
    differentiable=1, shown=_SHOWN, **_NORM,
)  # fmt: skip
native_batch_norm_backward = define(
    "native_batch_norm_backward(grad_out, input, weight, running_mean, running_var, save_mean, save_invstd, *, "
    "train=True, eps=1e-05, output_mask=(True, True, True))",
    norms.batch_norm_backward, "NativeBatchNormBackwardBackward0",
    {
        "grad_out, input, weight": "batch_norm_double_backward(grads, grad_out, input, weight, running_mean, "
        "running_var, save_mean, save_invstd, train, eps)",
        "save_mean": "underived(grads, 'native_batch_norm_backward save_mean')",
        "save_invstd": "underived(grads, 'native_batch_norm_backward save_invstd')",
    },
    shown="batch_norm_back(grad_out, input, weight)", **_NORM,
)  # fmt: skip
native_layer_norm = define(
    "native_layer_norm(input, weight, bias, *, normalized_shape=(), eps=1e-05)", forwards.layer_norm,
    "NativeLayerNormBackward0",
    {
        "input, weight, bias": "native_layer_norm_backward(grad, input, result1, result2, weight, bias, "
        "normalized_shape, needs)"
    },
    differentiable=1, shown=_SHOWN, **_NORM,
)  # fmt: skip
native_layer_norm_backward = define(
    "native_layer_norm_backward(grad_out, input, mean, rstd, weight, bias, *, normalized_shape=(), "
    "output_mask=(True, True, True))",
    norms.layer_norm_backward, "NativeLayerNormBackwardBackward0",
    {
        "grad_out, input, weight": "layer_norm_double_backward(grads, grad_out, input, weight, mean, rstd, "
        "normalized_shape)",
        "mean": "underived(grads, 'native_layer_norm_backward mean')",
        "rstd": "underived(grads, 'native_layer_norm_backward rstd')",
        "bias": "nothing(grads)",
    },
    shown="layer_norm_back(grad_out, input, weight)", **_NORM,
)  # fmt: skip
native_group_norm = define(
    "native_group_norm(input, weight, bias, *, N=1, C=1, HxW=1, group=1, eps=1e-05)", forwards.group_norm,
    "NativeGroupNormBackward0",
    {"input, weight, bias": "group_norm_backward(grads, input, weight, result1, result2, N, C, HxW, group, needs)"},
    saves=("eps",), shown=_SHOWN, kernel="GroupNormKernelImpl", **_NORM,
)  # fmt: skip

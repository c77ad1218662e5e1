"""Normalisation that PyTorch computes in one op."""

from __future__ import annotations

from ..op import Declaration, define
from . import _norms as forwards

_NORM: Declaration = {"category": "normalization"}

_RUNNING = "running_mean, running_var, training, eps"
native_batch_norm = define(
    "native_batch_norm(input, weight, bias, running_mean, running_var, *, training=True, eps=1e-05)",
    forwards.batch_norm, "NativeBatchNormBackward0",
    {
        "input": f"batch_norm_input(grad, input, weight, {_RUNNING})",
        "weight": f"batch_norm_weight(grad, input, {_RUNNING})",
        "bias": "sum_channels(grad)",
    },
    saves=("result1", "result2"), differentiable=1,
    shown="(input - mean) / std * weight + bias", **_NORM,
)  # fmt: skip
native_layer_norm = define(
    "native_layer_norm(input, weight, bias, *, normalized_shape=(), eps=1e-05)", forwards.layer_norm,
    "NativeLayerNormBackward0",
    {
        "input": "layer_norm_input(grad, input, weight, normalized_shape, eps)",
        "weight": "layer_norm_weight(grad, input, normalized_shape, eps)",
        "bias": "layer_norm_bias(grad, normalized_shape)",
    },
    saves=("bias", "result1", "result2"), hides=("eps",), differentiable=1,
    shown="(input - mean) / std * weight + bias", **_NORM,
)  # fmt: skip
native_group_norm = define(
    "native_group_norm(input, weight, bias, *, N=1, C=1, HxW=1, group=1, eps=1e-05)", forwards.group_norm,
    "NativeGroupNormBackward0",
    {
        "input": "group_norm_input(grad, input, weight, group, eps)",
        "weight": "group_norm_weight(grad, input, group, eps)",
        "bias": "sum_channels(grad)",
    },
    saves=("N", "C", "HxW", "result1", "result2"),
    shown="(input - mean) / std * weight + bias", **_NORM,
)  # fmt: skip

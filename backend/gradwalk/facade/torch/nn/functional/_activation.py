"""Activation functions as ``torch.nn.functional`` has them: with ``inplace`` and, for softmax, without ``dim``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradwalk.engine import random
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812
from gradwalk.engine.op import OPS, Op
from gradwalk.engine.ops import pointwise
from gradwalk.engine.ops._words import label
from gradwalk.engine.surface import activation
from gradwalk.engine.surface.activation import (
    celu,
    elu,
    gelu,
    glu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    leaky_relu,
    logsigmoid,
    mish,
    prelu,
    relu6,
    selu,
    silu,
    softplus,
    softshrink,
    softsign,
    tanhshrink,
    threshold,
)
from gradwalk.engine.surface.registry import FUNCTIONS, must_be_tensor
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.warn import warn


def _in_place_or_not(op: Op, name: str, input: Any, inplace: bool) -> Tensor:
    x = must_be_tensor(f"{name}_" if inplace else name, "input", 1, input)
    return apply_in_place(op, x) if inplace else op(x)


def relu(input: Any, inplace: bool = False) -> Tensor:
    """``input`` where positive, else 0."""
    return _in_place_or_not(pointwise.relu, "relu", input, inplace)


def tanh(input: Any) -> Tensor:
    """Hyperbolic tangent."""
    return input.tanh()  # type: ignore[no-any-return]


def sigmoid(input: Any) -> Tensor:
    """``1 / (1 + exp(-input))``."""
    return input.sigmoid()  # type: ignore[no-any-return]


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Dtype | None = None) -> Tensor:
    """``exp(input)`` along ``dim``, divided by its sum."""
    dim = activation.implicit_dim("softmax", input.dim()) if dim is None else dim
    return input.softmax(dim, dtype=dtype)  # type: ignore[no-any-return]


def log_softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Dtype | None = None) -> Tensor:
    """The logarithm of :func:`softmax`, without its overflow."""
    dim = activation.implicit_dim("log_softmax", input.dim()) if dim is None else dim
    return input.log_softmax(dim, dtype=dtype)  # type: ignore[no-any-return]


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Dtype | None = None) -> Tensor:
    """:func:`softmax` of ``-input``."""
    dim = activation.implicit_dim("softmin", input.dim()) if dim is None else dim
    found: Tensor = (-input).softmax(dim) if dtype is None else (-input).softmax(dim, dtype=dtype)
    return found


def rrelu(
    input: Any, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """A leaky relu whose slope is drawn for each element while training, and the mean of the bounds after."""
    return rrelu_drawn(input, lower, upper, training, random.default_generator, inplace)


def rrelu_drawn(
    input: Any, lower: float, upper: float, training: bool, source: random.Generator, inplace: bool = False
) -> Tensor:
    """:func:`rrelu` with random numbers from a source."""
    x = must_be_tensor("rrelu", "input", 1, input)
    for side, bound in (("lower", lower), ("upper", upper)):
        if not math.isfinite(bound):
            raise RuntimeError(f"rrelu: {side} bound must be finite, got {bound:g}")
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    array = x._array
    noise = np.ones_like(array)
    if training:
        negative = array <= 0
        drawn = source.uniform(int(negative.sum()), np.dtype(np.float64))
        noise[negative] = drawn * (upper - lower) + lower
    if inplace:
        return apply_in_place(OPS["rrelu_with_noise_"], x, wrap(noise), lower=lower, upper=upper, training=training)
    return OPS["rrelu_with_noise"](x, wrap(noise), lower=lower, upper=upper, training=training)


def gumbel_softmax(logits: Any, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """A sample of a relaxed categorical distribution; one-hot but with the relaxed gradient if ``hard``."""
    if eps != 1e-10:
        warn("`eps` parameter is deprecated and has no effect.")
    must_be_tensor("empty_like", "input", 1, logits)
    if logits._array.size and not logits.is_floating_point():
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. dtype must be a floating point but you "
            f"specified {label(logits._array.dtype)}"
        )
    source = random.default_generator
    drawn = source.uniform(logits.numel(), np.dtype(np.float64)).reshape(logits.shape)
    noise = wrap(-np.log(-np.log1p(-drawn)).astype(logits._array.dtype))
    soft: Any = activation.softmax((logits + noise) / tau, dim)
    if not hard:
        relaxed: Tensor = soft
        return relaxed
    chosen = FUNCTIONS["argmax"](soft, dim, keepdim=True)
    one_hot = np.zeros_like(soft._array)
    np.put_along_axis(one_hot, chosen._array, 1, dim)
    result: Tensor = wrap(one_hot) - soft.detach() + soft
    return result


def rrelu_(input: Any, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """:func:`rrelu` in place."""
    return rrelu(input, lower, upper, training, inplace=True)


def leaky_relu_(input: Any, negative_slope: float = 0.01) -> Tensor:
    """:func:`leaky_relu`, in place."""
    return leaky_relu(input, negative_slope, True)


def elu_(input: Any, alpha: float = 1) -> Tensor:
    """:func:`elu`, in place."""
    return elu(input, alpha, True)


def relu_(input: Any) -> Tensor:
    """:func:`relu`, in place."""
    return relu(input, True)


def hardtanh_(input: Any, min_val: float = -1, max_val: float = 1) -> Tensor:
    """:func:`hardtanh`, in place."""
    return hardtanh(input, min_val, max_val, True)


celu_, selu_, threshold_ = (FUNCTIONS[name] for name in ("celu_", "selu_", "threshold_"))

__all__ = [
    "celu", "celu_", "elu", "elu_", "gelu", "glu", "gumbel_softmax", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "hardtanh_", "leaky_relu", "leaky_relu_", "log_softmax", "logsigmoid", "mish", "prelu", "relu",
    "relu6", "relu_", "rrelu", "rrelu_", "selu", "selu_", "sigmoid", "silu", "softmax", "softmin", "softplus",
    "softshrink", "softsign", "tanh", "tanhshrink", "threshold", "threshold_",
]  # fmt: skip

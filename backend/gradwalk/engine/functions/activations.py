"""Slopes of activation functions. Those that PyTorch has as kernels are ops, so that they can be differentiated on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import elementary
from ..core import at_once
from ..dtypes import Array
from ..fused import plus_products
from ..op import NAMESPACE, OPS
from ..tensor import Tensor, wrap
from .elementwise import divided, one_minus, one_over, shifted
from .masks import zero_if, zeros_of
from .registry import function, on_both
from .row_sums import raised_beside, sums_of_products, sums_of_rows, sums_one_by_one
from .shapes import sliced
from .special import erf
from .sums import summed

_INV_SQRT2 = math.sqrt(0.5)
_PDF_AT_0 = 1 / math.sqrt(2 * math.pi)
_TANH_SCALE = math.sqrt(2 / math.pi)
_TANH_CUBE = 0.044715


def _leaky_relu_backward(grad: Array, x: Array, slope: float, is_result: bool = False) -> Any:
    if is_result and slope < 0:
        raise RuntimeError(_NO_WAY_BACK.format("leakyReLu") + _DO_ASK)
    return np.where(x > 0, grad, grad * slope)


def _rrelu_with_noise_backward(grad: Array, x: Array, noise: Array, lower: float, upper: float, training: bool) -> Any:
    return grad * noise if training else _leaky_relu_backward(grad, x, (lower + upper) / 2)


_NO_WAY_BACK = (
    "In-place {} backward calculation is triggered with a negative slope which is not supported. This is caused by "
    "calling in-place forward function with a negative slope, please call out-of-place version instead."
)
_DO_ASK = (
    " File an issue at https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward "
    "calculation with negative slope"
)


def _elu_backward(
    grad: Array, x: Array, alpha: float, scale: float, input_scale: float, is_result: bool = False
) -> Any:
    if is_result:
        if alpha < 0:
            raise RuntimeError(_NO_WAY_BACK.format("elu"))
        return np.where(x <= 0, grad * input_scale * (x + alpha * scale), grad * scale)
    raised = elementary.exp_in_loops(x * input_scale)
    return np.where(x <= 0, grad * input_scale * (alpha * scale) * raised, grad * scale)


def _prelu_backward(grad: Array, x: Array, weight: Array) -> tuple[Any, Any]:
    return np.where(x > 0, grad, weight * grad), np.where(x > 0, grad.dtype.type(0), x * grad)


def _hardtanh_backward(grad: Array, x: Array, min_val: float, max_val: float) -> Any:
    return np.where((x <= min_val) | (x >= max_val), grad.dtype.type(0), grad)


def _softplus_backward(grad: Array, x: Array, beta: float, threshold: float) -> Any:
    z = elementary.exp_in_loops(x * beta)
    return np.where(x * beta > threshold, grad, grad * z / (z + 1))


def _log_sigmoid_backward(grad: Array, x: Array, buffer: Array) -> Any:
    negative = (x < 0).astype(x.dtype)
    return (negative - (2 * negative - 1) * (buffer / (1 + buffer))) * grad


def _hardswish_backward(grad: Array, x: Array) -> Any:
    return np.where(x <= -3, grad.dtype.type(0), np.where(x < 3, grad * (x / 3 + 0.5), grad))


def _hardsigmoid_backward(grad: Array, x: Array) -> Any:
    return np.where((x > -3) & (x < 3), grad * grad.dtype.type(1 / 6), grad.dtype.type(0))


def _shrink_backward(grad: Array, x: Array, lambd: float) -> Any:
    return np.where((x >= -lambd) & (x <= lambd), grad.dtype.type(0), grad)


def _gelu_backward(grad: Array, x: Array, approximate: str) -> Any:
    if x.dtype == np.float32 and grad.dtype == np.float32:
        if approximate == "tanh":
            return elementary.gelu_tanh_backward(grad, x)
        in_rows = x.flags.c_contiguous and x.size > 1
        return (elementary.gelu_in_rows_backward if in_rows else elementary.gelu_backward)(grad, x)
    if approximate == "none":
        cdf = 0.5 * (1 + erf(x * _INV_SQRT2))
        return grad * (cdf + x * np.exp(x * x * -0.5) * _PDF_AT_0)
    inner = np.tanh(_TANH_SCALE * (x + _TANH_CUBE * x * x * x))
    left = 0.5 * (1 + inner)
    return grad * (left + 0.5 * x * (1 - inner * inner) * _TANH_SCALE * (1 + 3 * _TANH_CUBE * x * x))


@at_once
def softmax_backward(grad: Array, result: Array, dim: int) -> Any:
    """The cotangent of what softmax was taken of."""
    if not grad.size:
        return grad * result
    if dim in (-1, grad.ndim - 1) and grad.ndim:
        return (grad - sums_of_products(grad, result)) * result
    if not grad.ndim:
        return result * (grad - grad * result)
    total = np.zeros(np.take(grad, [0], axis=dim).shape, grad.dtype)
    for at in range(grad.shape[dim]):
        total = plus_products(total, np.take(grad, [at], axis=dim), np.take(result, [at], axis=dim))
    return result * (grad - total)


@at_once
def log_softmax_backward(grad: Array, result: Array, dim: int) -> Any:
    """The cotangent of what the logarithm of softmax was taken of."""
    if not grad.ndim or not grad.size:
        return grad - elementary.vector_exp(result) * grad
    if dim in (-1, grad.ndim - 1):
        raised, total = elementary.vector_exp(result), sums_of_rows(grad)
    else:
        raised, total = raised_beside(result, dim), sums_one_by_one(grad, dim)
    found = plus_products(grad, -raised, np.broadcast_to(total, grad.shape))
    return np.where(np.isnan(found), found.dtype.type(np.nan), found)  # of one sign


def _glu_backward(grad: Array, x: Array, dim: int) -> Any:
    half = x.shape[dim] // 2
    first, gate = np.split(x, [half], axis=dim)
    gate = elementary.sigmoid(gate)
    return np.ascontiguousarray(np.concatenate([gate * grad, (1 - gate) * gate * first * grad], axis=dim))


leaky_relu_backward = on_both("leaky_relu_backward", _leaky_relu_backward)
rrelu_with_noise_backward = on_both("rrelu_with_noise_backward", _rrelu_with_noise_backward)
prelu_backward = on_both("prelu_backward", _prelu_backward)
elu_backward = on_both("elu_backward", _elu_backward)
hardtanh_backward = on_both("hardtanh_backward", _hardtanh_backward)
softplus_backward = on_both("softplus_backward", _softplus_backward)
log_sigmoid_backward = on_both("log_sigmoid_backward", _log_sigmoid_backward)
hardswish_backward = on_both("hardswish_backward", _hardswish_backward)
hardsigmoid_backward = on_both("hardsigmoid_backward", _hardsigmoid_backward)
hardshrink_backward = on_both("hardshrink_backward", _shrink_backward)
softshrink_backward = on_both("softshrink_backward", _shrink_backward)
gelu_backward = on_both("gelu_backward", _gelu_backward)
on_both("softmax_backward", softmax_backward)
on_both("log_softmax_backward", log_softmax_backward)
glu_backward = on_both("glu_backward", _glu_backward)


@function
def prelu_of_cotangent(grads: Sequence[Any], x: Any, weight: Any) -> Any:
    """The cotangent of a leaky unit's own cotangent, from those of its two cotangents."""
    of_x, of_weight = grads
    where = NAMESPACE["where"]
    if of_x is None:
        return zero_if(of_weight * x, x >= 0)
    if of_weight is None:
        return where(x >= 0, of_x, of_x * weight)
    right = of_weight * x
    return where(x >= 0, of_x, of_x * weight + right)


@function
def prelu_of_other(grads: Sequence[Any], of: int, grad_output: Any, x: Any) -> Any:
    """What a leaky unit's input gets of its slope's cotangent (``of`` 1), or the slope of the input's (0)."""
    if grads[of] is None:
        return zeros_of(x)
    return zero_if(grad_output * grads[of], x >= 0)


@function
def silu_backward(grad: Any, x: Any) -> Any:
    """The cotangent of silu's operand: of tensors, of differentiable pieces, evaluated in PyTorch's order."""
    if not isinstance(x, Tensor):
        return elementary.silu_backward(grad, x)
    sigma = NAMESPACE["sigmoid"](x)
    slope = shifted(x * one_minus(sigma), 1)
    return grad * sigma * slope


@function
def mish_backward(grad: Any, x: Any) -> Any:
    """The cotangent of mish's operand: of tensors, of differentiable pieces, evaluated in PyTorch's order."""
    if not isinstance(x, Tensor) and x.dtype == grad.dtype == np.float32:
        return elementary.mish_backward(grad, x)
    sigma = NAMESPACE["sigmoid"](x)
    bent = NAMESPACE["tanh"](NAMESPACE["log1p"](NAMESPACE["exp"](x)))
    rest = one_minus(bent * bent)
    return grad * (bent + x * sigma * rest)


@function
def elu_double_backward(
    grad: Any, grad_output: Any, x: Any, alpha: float, scale: float, input_scale: float, is_result: bool
) -> Any:
    """How elu's slope changes with its operand (or with its result)."""
    if is_result:
        return NAMESPACE["scaled_always"](grad * grad_output, input_scale) * (x < 0)
    product = NAMESPACE["scaled_always"](grad * grad_output, input_scale)
    return NAMESPACE["elu_backward"](product, x, alpha, scale, input_scale) * (x < 0)


@function
def softplus_double_backward(grad: Any, x: Any, beta: float, threshold: float) -> Any:
    """How softplus's slope changes with its operand."""
    by_number = NAMESPACE["scaled_always"]
    inner = by_number(x, beta)
    bent = NAMESPACE["sigmoid_backward"](grad, NAMESPACE["sigmoid"](inner))
    return by_number(bent * (inner < threshold), beta)


@function
def log_sigmoid_double_backward(grad: Any, x: Any) -> Any:
    """How log-sigmoid's slope changes with its operand."""
    sigma = NAMESPACE["sigmoid"](x)
    return grad * NAMESPACE["minus"](sigma, 1) * sigma


@function
def hardswish_double_backward(grad: Any, x: Any) -> Any:
    """How hardswish's slope changes with its operand."""
    inside = NAMESPACE["logical_and"](x > -3, x < 3)
    return NAMESPACE["where"](inside, divided(grad, 3), zeros_of(x))


@function
def gelu_double_backward(grad: Any, grad_output: Any, x: Any, approximate: str) -> Any:
    """How gelu's slope changes with its operand; the factors in the order in which C++ evaluates them."""
    if approximate == "none":
        by_number = NAMESPACE["scaled_always"]
        square = x * x
        density = by_number(NAMESPACE["exp"](by_number(square, -0.5)), _PDF_AT_0)
        lost = square * density
        bend = by_number(density, 2) - lost
        return grad * grad_output * bend
    by_number, power, tanh, cosh = (NAMESPACE[name] for name in ("scaled_always", "power", "tanh", "cosh"))
    argument = by_number(x + by_number(power(x, 3), _TANH_CUBE), _TANH_SCALE)
    inner, sech = tanh(argument), one_over(cosh(argument))
    half, slope = by_number(x, 0.5), one_minus(inner * inner)
    rate = by_number(shifted(by_number(x, 3 * _TANH_CUBE) * x, 1), _TANH_SCALE)
    half_slope = by_number(slope, 0.5) * rate
    falling = -sech * inner
    curve = by_number(sech, 2) * falling * rate
    bend = half * rate * curve
    bend_of_rate = by_number(by_number(x, 6 * _TANH_CUBE), _TANH_SCALE)
    last = half * slope * bend_of_rate
    total = by_number(half_slope, 2) + bend + last
    return grad * grad_output * total


@function
def softmax_double_backward(grad: Any, grad_output: Any, output: Any, dim: int) -> Any:
    """How softmax's cotangent changes with its result."""
    right = grad_output * summed(output * grad, dim)
    middle = summed(output * grad_output, dim) * grad
    return grad_output * grad - middle - right


@function
def log_softmax_double_backward(grad: Any, output: Any, dim: int) -> Any:
    """How log-softmax's cotangent passes back to the cotangent of its result."""
    return grad - summed(grad * NAMESPACE["exp"](output), dim)


@function
def log_softmax_result_backward(grad: Any, grad_output: Any, output: Any, dim: int) -> Any:
    """How log-softmax's cotangent changes with its result."""
    exponential = NAMESPACE["exp"](output)
    return -summed(grad_output, dim) * exponential * grad


@function
def glu_double_backward(grad: Any, grad_output: Any, x: Any, dim: int) -> Any:
    """How glu's cotangent changes with its operand."""
    first, gate = halves(x, dim)
    left, right = halves(grad, dim)
    gate = NAMESPACE["sigmoid"](gate)
    rest = one_minus(gate)
    slope = gate * rest
    towards = right * first
    into_first = right * grad_output * slope
    falling = gate * slope
    bend = slope * rest - falling
    from_gate = left * grad_output * slope
    return joined(into_first, towards * grad_output * bend + from_gate, dim)


@function
def glu_grad_backward(grad: Any, x: Any, dim: int) -> Any:
    """How glu's cotangent passes back to the cotangent of its result."""
    first, _ = halves(x, dim)
    ones = np.ones(tuple(first.shape), x.dtype if isinstance(x, np.ndarray) else x._array.dtype)
    if isinstance(x, Tensor):
        both = grad * OPS["glu_backward"](wrap(ones), x, dim=dim)
    else:
        both = grad * _glu_backward(ones, x, dim)
    half = first.shape[dim]
    right = sliced(both, dim, half, 2 * half, 1)
    return sliced(both, dim, 0, half, 1) + right


def halves(x: Any, dim: int) -> tuple[Any, Any]:
    """The two halves of a dimension."""
    half = x.shape[dim] // 2
    return sliced(x, dim, 0, half, 1), sliced(x, dim, half, 2 * half, 1)


def joined(a: Any, b: Any, dim: int) -> Any:
    """Two halves together again."""
    return OPS["cat"](a, b, dim=dim) if isinstance(a, Tensor) else np.concatenate([a, b], axis=dim)

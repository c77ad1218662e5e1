"""Forwards of losses, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..core import at_once
from ..dtypes import Array
from ..elementary import exp, log1p, log1p_one_by_one, log_one_by_one, vector_exp
from ..errors import bracketed, broadcast_mismatch
from ..functions.losses import MEAN, NONE, reduced
from ..functions.row_sums import sum_in_levels
from ..reduced import widened
from ._arrays import NEG_BOOL


def mse_loss(x: Array, target: Array, reduction: int) -> Any:
    need_floats("mse_cpu", x)
    error = x - target
    return reduced(error * error, reduction)


def need_floats(kernel: str, x: Array) -> None:
    """Raises NotImplementedError for integers and booleans, for which PyTorch has no such kernel."""
    if x.dtype.kind in "biu":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{_short(x)}'")


def _need_one_dtype(x: Array, target: Array) -> None:
    """Raises RuntimeError for targets of another dtype, where PyTorch's kernel does not convert them."""
    if target.dtype != x.dtype:
        raise RuntimeError(f"Found dtype {_short(target)} but expected {_short(x)}")


def _short(x: Array) -> str:
    return dtypes.of(x).legacy_name.removesuffix("Tensor")


def smooth_l1_loss(x: Array, target: Array, reduction: int, beta: float) -> Any:
    need_floats("smooth_l1_cpu", x)
    error = np.abs(x - target)
    if beta == 0:
        return reduced(error, reduction)
    half = x.dtype.type(0.5)
    return reduced(np.where(error < beta, half * error * error / beta, error - half * beta), reduction)


def huber_loss(x: Array, target: Array, reduction: int, delta: float) -> Any:
    """In the wider of both dtypes, and given in the input's, unlike other losses."""
    need_floats("huber_cpu", x)
    error = np.abs(x - (target if target.dtype.kind == "f" else target.astype(x.dtype)))
    half = error.dtype.type(0.5)
    each = np.where(error <= delta, half * error * error, delta * (error - half * delta))
    return reduced(each.astype(x.dtype, copy=False), reduction)


def _share(x: Array, reduction: int) -> Any:
    """What one element's loss gets of the reduced loss's cotangent."""
    return x.dtype.type(1 / x.size if reduction == MEAN and x.size else 1)


def mse_loss_backward(grad: Array, x: Array, target: Array, reduction: int) -> Any:
    x = widened(x)  # where the other is of float32
    return grad * (x.dtype.type(2 / x.size if reduction == MEAN and x.size else 2) * (x - target))


def smooth_l1_loss_backward(grad: Array, x: Array, target: Array, reduction: int, beta: float) -> Any:
    x = widened(x)  # where the other is of float32
    error, share = x - target, _share(x, reduction)
    inner = share * error * grad / x.dtype.type(beta) if beta else error
    return np.where(np.abs(error) < beta, inner, np.sign(error) * share * grad)


def huber_loss_backward(grad: Array, x: Array, target: Array, reduction: int, delta: float) -> Any:
    _need_one_dtype(x, target)
    error, share = x - target, _share(x, reduction)
    outer = np.sign(error) * share * grad * x.dtype.type(delta)
    return np.where(np.abs(error) < delta, share * error * grad, outer)


def soft_margin_loss_backward(grad: Array, x: Array, target: Array, reduction: int) -> Any:
    odds = exp(-target * x)
    return -target * odds * grad * _share(x, reduction) / (odds + 1)


def binary_cross_entropy_backward(grad: Array, x: Array, target: Array, weight: Array | None, reduction: int) -> Any:
    variance = np.maximum((1 - x) * x, x.dtype.type(1e-12))
    slope = grad * (x - target) / variance
    return (slope if weight is None else slope * weight) * _share(x, reduction)


def binary_cross_entropy(x: Array, target: Array, weight: Array | None, reduction: int) -> Any:
    _need_one_dtype(x, target)
    need_floats("binary_cross_entropy", x)
    for name, values in (("input", x), ("target", target)):
        if not np.all((values >= 0) & (values <= 1)):
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    if weight is not None:
        _multiplied(x.shape, weight.shape, in_place=True)
    floor = x.dtype.type(-100)
    losses = (target - 1) * np.maximum(log1p_one_by_one(-x), floor)
    losses -= target * np.maximum(log_one_by_one(x), floor)
    return reduced(losses if weight is None else (losses * weight).astype(x.dtype, copy=False), reduction)


def binary_cross_entropy_with_logits(
    x: Array, target: Array, weight: Array | None, pos_weight: Array | None, reduction: int
) -> Any:
    need_floats("log_sigmoid_cpu", x)
    if target.dtype.kind == "b":
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if target.dtype.kind != "f":
        raise RuntimeError(f"result type {_short(x)} can't be cast to the desired output type {_short(target)}")
    if pos_weight is not None:
        _multiplied(x.shape, _multiplied(pos_weight.shape, target.shape), in_place=True)
    if weight is not None:
        _multiplied(x.shape, weight.shape, in_place=True)
    log_sigmoid = np.minimum(x, 0) - log1p(vector_exp(-np.abs(x)))
    if pos_weight is None:
        losses = (1 - target) * x - log_sigmoid
    else:
        losses = (1 - target) * x - ((pos_weight - 1) * target + 1) * log_sigmoid
    # PyTorch computes in place of what is made of the target
    losses = losses if weight is None else losses * weight
    return reduced(losses.astype(target.dtype, copy=False), reduction)


def _multiplied(shape: tuple[int, ...], other: tuple[int, ...], in_place: bool = False) -> tuple[int, ...]:
    """The shape of a product. Raises RuntimeError where there is none, or where it does not fit into the first."""
    if error := broadcast_mismatch(shape, other):
        raise error
    both = np.broadcast_shapes(shape, other)
    if in_place and both != shape:
        raise RuntimeError(f"output with shape {bracketed(shape)} doesn't match the broadcast shape {bracketed(both)}")
    return both


def soft_margin_loss(x: Array, target: Array, reduction: int) -> Any:
    if x.dtype.kind in "biu":
        if target.dtype.kind == x.dtype.kind == "b":
            raise RuntimeError(NEG_BOOL)
        raise RuntimeError(f"result type Float can't be cast to the desired output type {_short(x)}")
    return reduced(log1p(exp(-target.astype(x.dtype, copy=False) * x)), reduction)


# -- of classes -------------------------------------------------------------------------------------------------------


def _check_classes(x: Array, target: Array, weight: Array | None) -> None:
    if target.dtype not in (np.int64, np.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {_short(target)}")
    classes = x.shape[1 if x.ndim > 1 else 0]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of "
            f"shape: {bracketed(weight.shape)}"
        )


def _count_alike(x: Array, target: Array, weight: Array | None, ignore_index: int) -> bool:
    """Whether each row of ``x`` has a class as its target, none of which is passed over or weighs other than 1: known
    in one look at the targets, where what follows is the same for all.
    """
    if weight is not None or x.ndim != 2 or target.shape != x.shape[:1] or not 0 < target.size <= _MOST_EXACT:
        return False
    classes = x.shape[1]
    if target.dtype != np.int64 or x.dtype.kind != "f" or 0 <= ignore_index < classes:
        return False
    return bool(np.maximum.reduce(target.view(np.uint64)) < classes)  # where those below 0 are great


_MOST_EXACT = 1 << 24
"""So many ones are added up exactly in float32."""


def class_weights(x: Array, target: Array, weight: Array | None, ignore_index: int) -> tuple[Array, Array]:
    """For each target its class, 0 for those to be passed over, and its weight, 0 for those.

    Raises IndexError for a class that does not exist.
    """
    classes = x.shape[1 if x.ndim > 1 else 0]
    counted = target != ignore_index
    wrong = counted & ((target < 0) | (target >= classes))
    if wrong.any():
        raise IndexError(f"Target {int(target[wrong].flat[0]) if target.ndim else int(target)} is out of bounds.")
    chosen = np.where(counted, target, 0).astype(np.int64)
    weights = np.ones((), dtype=x.dtype) if weight is None else weight[chosen]
    return chosen, np.where(counted, weights, x.dtype.type(0)).astype(x.dtype)


@at_once
def nll_loss(x: Array, target: Array, weight: Array | None, reduction: int, ignore_index: int) -> tuple[Any, Any]:
    """Minus the chosen class's entry, weighted; and the sum of the weights. ``x``: (N, C, ...) or (C,)."""
    if x.ndim <= 2 and target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    _check_classes(x, target, weight)
    if x.dtype.kind != "f":
        kernel = "nll_loss_out_frame" if x.ndim <= 2 else "nll_loss2d_forward_out_frame"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{_short(x)}'")
    if _count_alike(x, target, weight, ignore_index):
        losses = -x[np.arange(target.size), target]
        if reduction == NONE:
            return losses, np.zeros((), x.dtype)
        summed, total = sum_in_levels(losses), x.dtype.type(target.size)
        return (summed / total if reduction == MEAN else summed), total
    chosen, weights = class_weights(x, target, weight, ignore_index)
    if x.ndim == 1:
        picked = x[chosen.reshape(-1)[0]]
        weights = weights.reshape(-1)[0]
    else:
        picked = np.take_along_axis(x, np.expand_dims(chosen, 1), 1).squeeze(1)
    losses = np.where(target == ignore_index, x.dtype.type(0), -picked * weights)
    total = sum_in_levels(weights.astype(x.dtype, copy=False).ravel())
    if reduction == NONE and x.ndim > 1:
        return losses, np.zeros((), x.dtype)
    summed = sum_in_levels(losses.ravel())
    return (summed / total if reduction == MEAN else summed), total


@at_once
def nll_loss_backward(
    grad: Array, x: Array, target: Array, weight: Array | None, total: Array, reduction: int, ignore_index: int
) -> Array:
    """Minus the weights at the chosen classes, zeros elsewhere."""
    if x.ndim == 1 and target.ndim == 1 and x.shape != target.shape:  # which the forward pass lets through
        raise RuntimeError(f"size mismatch (got input: {bracketed(x.shape)}, target: {bracketed(target.shape)})")
    if _count_alike(x, target, weight, ignore_index):
        whole = np.zeros(x.shape, x.dtype)
        whole[np.arange(target.size), target] = -(grad / total if reduction == MEAN else grad)
        return whole
    chosen, weights = class_weights(x, target, weight, ignore_index)
    passed = -weights * (grad / total if reduction == MEAN else grad)
    passed = np.where(target == ignore_index, passed.dtype.type(0), passed)  # what is left out is written nowhere
    whole = np.zeros_like(x, order="C")
    if x.ndim == 1:
        whole[chosen.reshape(-1)[0]] = passed.reshape(-1)[0]
    else:
        np.put_along_axis(whole, np.expand_dims(chosen, 1), np.expand_dims(passed.astype(x.dtype), 1), 1)
    return whole

"""Losses of a tensor in two bytes and a target in float32, or the other way: each step is rounded to the dtype of what
PyTorch writes it into, the input's or the target's.

A function gets the forward's arguments as they are; steps are computed in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .cascade import total
from .dtypes import Array
from .reduced_steps import Round

_NONE, _MEAN = 0, 1


def _wide(*arrays: Any) -> list[Any]:
    return [None if x is None else x.astype(np.float32) for x in arrays]


def _reduced(losses: Array, kind: np.dtype[Any], reduction: int) -> Array:
    found = losses if reduction == _NONE else total(losses)
    return np.asarray(found / np.float32(losses.size) if reduction == _MEAN else found).astype(kind)


def _huber_loss(x: Array, target: Array, reduction: int, delta: float) -> Array:
    wide, other = _wide(x, target)
    error, half = np.abs(wide - other), np.float32(0.5)
    losses = np.where(error <= delta, half * error * error, delta * (error - half * delta))
    return _reduced(Round(x.dtype)(losses), x.dtype, reduction)


def _cross_entropy_with_logits(
    x: Array, target: Array, weight: Array | None, pos_weight: Array | None, reduction: int
) -> Array:
    r, (wide, wanted, weight, pos_weight) = Round(target.dtype), _wide(x, target, weight, pos_weight)
    log_sigmoid = Round(x.dtype)(np.minimum(wide, 0) - np.log1p(np.exp(-np.abs(wide))))
    if pos_weight is not None:
        log_sigmoid = ((pos_weight - 1) * wanted + 1) * log_sigmoid
    losses = r(r(r(1 - wanted) * wide) - log_sigmoid)
    return _reduced(losses if weight is None else r(losses * weight), target.dtype, reduction)


def _soft_margin_loss(x: Array, target: Array, reduction: int) -> Array:
    r, (wide, wanted) = Round(x.dtype), _wide(x, target)
    return _reduced(r(np.log1p(r(np.exp(r(r(-wanted) * wide))))), x.dtype, reduction)


def _soft_margin_loss_backward(grad: Array, x: Array, target: Array, reduction: int) -> Array:
    r, (of_loss, wide, wanted) = Round(x.dtype), _wide(grad, x, target)
    odds = np.exp(-wanted * wide)
    slope = r(r(wanted * odds) * r(-1 / x.size if reduction == _MEAN and x.size else -1))
    found: Array = (r(slope / (odds + 1)) * of_loss).astype(x.dtype)
    return found


def logits_slope(x: Array, target: Array) -> Array:
    """What a logit's cross-entropy changes by, which PyTorch computes in place of the logit's probability."""
    r, (wide, wanted) = Round(x.dtype), _wide(x, target)
    found: Array = r(r(1 / (1 + np.exp(-wide))) - wanted)
    return found


MIXED_LOSSES: dict[str, Callable[..., Any]] = {
    "huber_loss": _huber_loss, "binary_cross_entropy_with_logits": _cross_entropy_with_logits,
    "soft_margin_loss": _soft_margin_loss, "soft_margin_loss_backward": _soft_margin_loss_backward,
}  # fmt: skip
"""By op."""

"""The cotangents of losses: each element's slope, times what a mean or a sum passes on to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import NAMESPACE, OPS
from ..tensor import Tensor
from .registry import function

NONE, MEAN, SUM = range(3)
"""PyTorch's numbers for ``reduction=``."""


def reduced(losses: Any, reduction: int) -> Any:
    """The losses of all elements as they are, their mean, or their sum; on arrays."""
    if reduction == NONE:
        return losses
    total = np.add.reduce(losses, axis=None)
    return total / losses.dtype.type(losses.size) if reduction == MEAN else total


@function
def reduce_loss(losses: Any, reduction: int) -> Any:
    """:func:`reduced` on arrays or tensors."""
    if not isinstance(losses, Tensor):
        return reduced(losses, reduction)
    any_losses: Any = losses
    return losses if reduction == NONE else any_losses.mean() if reduction == MEAN else any_losses.sum()


@function
def per_element(x: Any, sizes: Any, reduction: int) -> Any:
    """What one element's loss gets of the reduced loss's cotangent: an n-th of it for a mean."""
    return NAMESPACE["divided"](x, max(int(np.prod(sizes)), 1)) if reduction == MEAN else x


@function
def mse_slope(self: Any, target: Any) -> Any:
    """The derivative of ``(self - target) ** 2``."""
    return NAMESPACE["scaled"](self - target, 2)


@function
def smooth_l1_slope(self: Any, target: Any, beta: float) -> Any:
    """The derivative of the smooth absolute error: a line within ``beta``, the sign outside."""
    error = self - target
    sign = NAMESPACE["sgn"](error)
    if beta == 0:
        return sign
    near = NAMESPACE["absolute"](error) < beta
    return NAMESPACE["where"](near, error / beta, sign)


@function
def huber_slope(self: Any, target: Any, delta: float) -> Any:
    """The derivative of Huber's loss."""
    error = self - target
    near = NAMESPACE["absolute"](error) <= delta
    return NAMESPACE["where"](near, error, NAMESPACE["scaled"](NAMESPACE["sgn"](error), delta))


@function
def bce_slope(self: Any, target: Any) -> Any:
    """The derivative of the cross-entropy of a probability, its denominator kept from zero as PyTorch does."""
    variance = (1 - self) * self
    if isinstance(variance, Tensor):
        any_variance: Any = variance
        return (self - target) / any_variance.clamp(min=1e-12)
    return (self - target) / np.maximum(variance, self.dtype.type(1e-12))


@function
def bce_target_slope(self: Any) -> Any:
    """The derivative of the cross-entropy by its target."""
    log = NAMESPACE["log"]
    return log(1 - self) - log(self)


@function
def bce_logits_slope(self: Any, target: Any, pos_weight: Any) -> Any:
    """The derivative of the cross-entropy of a logit."""
    probability = NAMESPACE["sigmoid"](self)
    if pos_weight is None:
        return probability - target
    weighted = pos_weight * target
    return (weighted + 1 - target) * probability - weighted


@function
def bce_logits_target_slope(self: Any, pos_weight: Any) -> Any:
    """The derivative of a logit's cross-entropy by its target."""
    if pos_weight is None:
        return -self
    log, sigmoid = NAMESPACE["log"], NAMESPACE["sigmoid"]
    return log(sigmoid(-self)) - pos_weight * log(sigmoid(self))


@function
def weighted(x: Any, weight: Any) -> Any:
    """``x * weight``; ``x`` where there is no weight."""
    return x if weight is None else x * weight


@function
def soft_margin_slope(self: Any, target: Any) -> Any:
    """The derivative of ``log(1 + exp(-target * self))``."""
    return -target * NAMESPACE["sigmoid"](-target * self)


@function
def nll_of_cotangent(grad: Any, target: Any, weight: Any, total_weight: Any, reduction: int, ignore_index: int) -> Any:
    """The cotangent of a class loss's own cotangent: the loss again, of what arrives."""
    del total_weight
    if isinstance(grad, Tensor):
        result = OPS["nll_loss"].several(grad, target, weight, reduction=reduction, ignore_index=ignore_index)
        return result[0]
    return OPS["nll_loss"].forward(grad, target, weight, reduction, ignore_index)[0]

"""The cotangents of losses: each element's slope, times what a mean or a sum passes on to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..cascade import total
from ..elementary import log
from ..mixed_losses import logits_slope
from ..op import NAMESPACE, OPS
from ..reduced import is_reduced
from ..tensor import Tensor, wrap
from ..written import written
from .elementwise import one_minus, scaled, shifted
from .registry import function

NONE, MEAN, SUM = range(3)
"""PyTorch's numbers for ``reduction=``."""

EPSILON = 1e-12
"""What PyTorch adds to a probability before it divides by it."""


def reduced(losses: Any, reduction: int) -> Any:
    """The losses of all elements as they are, their mean, or their sum; on arrays."""
    if reduction == NONE:
        return losses
    whole = total(losses)
    return whole / losses.dtype.type(losses.size) if reduction == MEAN else whole


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
def smooth_l1_loss_double_backward(x: Any, self: Any, target: Any, reduction: int, beta: float) -> Any:
    """``x`` times the second derivative of the smooth absolute error: ``1 / beta`` within ``beta``, else zero."""
    near = NAMESPACE["absolute"](self - target) < beta
    return per_element(NAMESPACE["divided"](x * near, beta), self.shape, reduction)


@function
def huber_loss_double_backward(x: Any, self: Any, target: Any, reduction: int, delta: float) -> Any:
    """``x`` times the second derivative of Huber's loss: one within ``delta``, else zero."""
    near = NAMESPACE["absolute"](self - target) < delta
    return per_element(x * near, self.shape, reduction)


@function
def bce_slope(self: Any, target: Any) -> Any:
    """The derivative of the cross-entropy of a probability, its denominator kept from zero as PyTorch does."""
    variance = bce_variance(self)
    return (self - target) / variance


@function
def bce_variance(self: Any) -> Any:
    """What the slope of a probability's cross-entropy is divided by."""
    above = shifted(one_minus(self), EPSILON)
    return shifted(self, EPSILON) * above


@function
def bce_curvature(self: Any, target: Any) -> Any:
    """The second derivative of the cross-entropy of a probability; right factors first, as C++ evaluates them."""
    power = NAMESPACE["power"]
    below = shifted(self, EPSILON)
    square = power(shifted(one_minus(self), EPSILON), 2)
    variance = power(below, 2) * square
    twice = scaled(self, 2) * target
    return (self * self - twice + target) / variance


@function
def written_product(x: Any, y: Any) -> Any:
    """``x * y``, written into ``x``."""
    if isinstance(x, Tensor):
        return apply_in_place(OPS["mul"], x, y)
    return x * y


@function
def bce_target_slope(self: Any) -> Any:
    """The derivative of the cross-entropy by its target."""
    if isinstance(self, Tensor):
        log_odds: Any = OPS["logit"](self)
        return -log_odds
    return -log(self / (1 - self))


@function
def bce_logits_slope(self: Any, target: Any, pos_weight: Any) -> Any:
    """The derivative of the cross-entropy of a logit."""
    if pos_weight is None and not isinstance(self, Tensor) and is_reduced(self.dtype):
        return logits_slope(self, target)
    probability = NAMESPACE["sigmoid"](self)
    if pos_weight is None:
        return probability - target
    weighted = pos_weight * target
    return (weighted + 1 - target) * probability - weighted


@function
def logits_written(x: Any, pos_weight: Any, weight: Any, reduction: int) -> Any:
    """The cotangent of logits, which PyTorch writes in place step by step, and under ``create_graph`` the last."""
    last = reduction == 1
    if isinstance(x, Tensor):
        return written(x) if last else x
    return written(x, (2 if pos_weight is None else 4) + (weight is not None) + last)


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
def huber_loss_of_cotangent(grad: Any, grad_output: Any, self: Any, target: Any, reduction: int, delta: float) -> Any:
    """The cotangent of what Huber's loss got as its own cotangent."""
    return _of_cotangent("huber_loss_backward", grad, grad_output, self, target, reduction, delta)


@function
def soft_margin_loss_of_cotangent(grad: Any, grad_output: Any, self: Any, target: Any, reduction: int) -> Any:
    """The cotangent of what the loss ``log(1 + exp(-target * self))`` got as its own cotangent."""
    return _of_cotangent("soft_margin_loss_backward", grad, grad_output, self, target, reduction)


def _of_cotangent(backward: str, grad: Any, grad_output: Any, *of_loss: Any) -> Any:
    """Each element's slope times what arrives for it; their sum where the loss is reduced."""
    reduction = of_loss[2]
    if reduction == NONE:
        return NAMESPACE[backward](grad, *of_loss)
    if not isinstance(grad, Tensor):
        return (NAMESPACE[backward](np.ones_like(grad_output), *of_loss) * grad).sum()
    slopes = NAMESPACE[backward](wrap(np.ones_like(grad_output._array)), *of_loss)
    return OPS["sum"](slopes * grad)


@function
def soft_margin_loss_double_backward(x: Any, self: Any, target: Any, reduction: int) -> Any:
    """``x`` times the second derivative of ``log(1 + exp(-target * self))``."""
    odds = NAMESPACE["exp"](self * -target)
    more = NAMESPACE["shifted"](odds, 1)
    return per_element(x * (target * target) * odds / (more * more), self.shape, reduction)


@function
def nll_of_cotangent(grad: Any, target: Any, weight: Any, total_weight: Any, reduction: int, ignore_index: int) -> Any:
    """The cotangent of a class loss's own cotangent: the loss again, of what arrives."""
    del total_weight
    loss = OPS["nll_loss" if grad.ndim < 3 else "nll_loss2d"]
    if isinstance(grad, Tensor):
        return loss.several(grad, target, weight, reduction=reduction, ignore_index=ignore_index)[0]
    return loss.forward(grad, target, weight, reduction, ignore_index)[0]

"""Losses of margins, distances and distributions, put together from smaller ops as PyTorch does it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradwalk.engine.dtypes import bool_, int64
from gradwalk.engine.errors import bracketed
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_loss as ops
from gradwalk.engine.ops import nn_margin as margins
from gradwalk.engine.ops._arrays import SUB_BOOL
from gradwalk.engine.ops._words import label
from gradwalk.engine.promotion import held
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor

from ._distance import pairwise_distance
from ._loss import legacy_reduction, reduced, reduction_number
from ._undifferentiated import refuse_gradients


def _clamped(x: Any) -> Any:
    """In place, as PyTorch does it; what the node saves is a copy."""
    return x.clamp_min_(0)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, size_average: bool | None = None, reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """``input`` where the target is 1, ``max(0, margin - input)`` where it is -1."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    zeros = OPS["zeros_like"](input)
    if not input.is_floating_point():  # the margin is written into such a tensor
        if input.dtype is bool_:
            raise RuntimeError(SUB_BOOL)
        margin = held(margin, input._array.dtype)
    outside = FUNCTIONS["where"](target != 1, _clamped(OPS["sub"](margin, input)), zeros)
    inside = FUNCTIONS["where"](target != -1, input, zeros)
    return reduced(outside + inside, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """``max(0, -target * (input1 - input2) + margin)``."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    losses = OPS["add.Scalar"](-target * (input1 - input2), other=float(margin))
    return reduced(_clamped(losses), reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """One minus the cosine where the target is 1; the cosine beyond a margin where it is -1."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    if target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found inputs with sizes "
            f"{bracketed(input1.shape)} and {bracketed(input2.shape)}."
        )
    product = (input1 * input2).sum(target.ndim)
    plus, tiny = OPS["add.Scalar"], 1e-12
    one = plus((input1 * input1).sum(target.ndim), other=tiny)
    other = plus((input2 * input2).sum(target.ndim), other=tiny)
    cosine = product / (one * other).sqrt()  # type: ignore[operator]
    zeros = OPS["zeros_like"](cosine)
    near = FUNCTIONS["ones_like"](cosine) - cosine
    far = _clamped(OPS["sub.Scalar"](cosine, other=margin))
    alike = FUNCTIONS["where"](target == 1, near, zeros)
    apart = FUNCTIONS["where"](target == -1, far, zeros)
    return reduced(alike + apart, reduction)


def _check_ranks(anchor: Any, positive: Any, negative: Any) -> None:
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )


def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0, p: float = 2, eps: float = 1e-6, swap: bool = False,
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """``max(0, d(anchor, positive) - d(anchor, negative) + margin)``."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    _check_ranks(anchor, positive, negative)
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = FUNCTIONS["minimum"](far, pairwise_distance(positive, negative, p, eps))
    losses = OPS["add.Scalar"](near, other=margin) - far  # type: ignore[operator]
    return reduced(FUNCTIONS["clamp_min"](losses, 0), reduction)


def triplet_margin_with_distance_loss(
    anchor: Any, positive: Any, negative: Any, *, distance_function: Callable[..., Any] | None = None,
    margin: float = 1.0, swap: bool = False, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """:func:`triplet_margin_loss` with a distance of one's own."""
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    _check_ranks(anchor, positive, negative)
    distance = distance_function or pairwise_distance
    near: Any = distance(anchor, positive)
    far: Any = distance(anchor, negative)
    if swap:
        far = FUNCTIONS["minimum"](far, distance(positive, negative))
    return reduced(FUNCTIONS["clamp_min"](margin + near - far, 0), reduction)


def soft_margin_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """``log(1 + exp(-target * input))``."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    refuse_gradients("soft_margin_loss", target=target)
    return ops.soft_margin_loss(input, target, reduction=number)


def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Tensor | None = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """The mean cross-entropy of every class's own sigmoid."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    from ._activation import logsigmoid

    losses: Any = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        losses = losses * weight
    return reduced(losses.sum(input.ndim - 1) / input.shape[-1], reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """Minus the log-likelihood of a normal distribution of mean ``input`` and variance ``var``."""
    variance = FUNCTIONS["full_like"](input, float(var)) if isinstance(var, int | float) else var
    if (variance._array < 0).any():
        raise ValueError("var has negative entry/entries")
    if variance.shape != input.shape:
        if input.shape[:-1] == variance.shape:
            variance = variance.unsqueeze(-1)
        elif input.ndim != variance.ndim or _stretched(input, variance) != 1:
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    variance = variance.clone()
    from gradwalk.engine.grad_mode import no_grad

    with no_grad():
        variance.clamp_(min=eps)
    losses = 0.5 * (variance.log() + (input - target) ** 2 / variance)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def _stretched(input: Any, variance: Any) -> int:
    """The sizes that differ, added up: 1 if one dimension of one element is broadcast."""
    return sum(n for m, n in zip(input.shape, variance.shape, strict=True) if m != n)


def poisson_nll_loss(
    input: Any, target: Any, log_input: bool = True, full: bool = False, size_average: bool | None = None,
    eps: float = 1e-8, reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """Minus the log-likelihood of a Poisson distribution."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    scaled = OPS["mul.Scalar"]
    if log_input:
        counted = target * input
        losses = input.exp() - counted
    else:
        shifted: Any = OPS["add.Scalar"](input, other=eps)
        losses = input - target * shifted.log()
    if full:
        doubled: Any = scaled(target, other=2 * math.pi)
        stirling: Any = target * target.log() - target + scaled(doubled.log(), other=0.5)
        losses = losses + stirling.masked_fill(target <= 1, 0)
    return reduced(losses, reduction)


def _check_scores(input: Any) -> None:
    """Raises RuntimeError for anything but scores of one sample or of a batch; a batch may be of none."""
    if input.ndim > 2 or 0 in input.shape[-1:]:
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: " + bracketed(input.shape)
        )


def _check_classes(target: Any, lowest: int, classes: int, words: str) -> None:
    """Raises RuntimeError for targets that are no int64, or name a class that is not there."""
    if target.dtype is not int64:
        raise RuntimeError(f"expected scalar type Long but found {label(target._array.dtype)}")
    if target.numel() and not lowest <= target._array.min() <= target._array.max() < classes:
        raise RuntimeError(words)


def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Tensor | None = None,
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """How far the other classes come within a margin of the target's score."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    _check_scores(input)
    classes = input.shape[-1] if input.ndim else 1
    if weight is not None and weight.numel() != classes:
        raise RuntimeError(f"inconsistent weight size, expected {classes} but got {bracketed(weight.shape)}")
    refuse_gradients("multi_margin_loss", weight=weight)
    count = input.shape[0] if input.ndim == 2 else 1
    if target.ndim > 1 or target.numel() != count:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            f"size). Expected target size [{count}], but got {bracketed(target.shape)}. Input has shape "
            f"{bracketed(input.shape)}."
        )
    _check_classes(target, 0, classes, "target out of range")
    return margins.multi_margin_loss(input, target, weight, p=p, margin=margin, reduction=number)


def multilabel_margin_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """How far a sample's other classes come within 1 of each of its own, which stand before the first negative."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    _check_scores(input)
    if target.shape != input.shape:
        raise RuntimeError(
            f"inconsistent target size: {bracketed(target.shape)} for input of size: {bracketed(input.shape)}"
        )
    _check_classes(target, -1, input.shape[-1] if input.ndim else 1, "argument #2 'target' is out of range")
    return margins.multilabel_margin_loss.several(input, target, reduction=number)[0]

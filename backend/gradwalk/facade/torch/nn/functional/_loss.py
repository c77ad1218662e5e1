"""Losses, with PyTorch's checks, warnings and decompositions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_loss as ops
from gradwalk.engine.ops._words import label
from gradwalk.engine.surface.registry import FUNCTIONS, METHODS, must_be_bool
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn
from gradwalk.engine.wrapped import Wrapped

from ._undifferentiated import refuse_gradients

_SIZES_DIFFER = (
    "Using a target size ({}) that is different to the input size ({}). This will likely lead to incorrect results "
    "due to broadcasting. Please ensure they have the same size."
)


def reduction_number(reduction: str) -> int:
    """PyTorch's number for a reduction. Raises ValueError for others."""
    known = {"none": 0, "mean": 1, "elementwise_mean": 1, "sum": 2}
    number = known.get(reduction) if isinstance(reduction, str) else None
    if number is None:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if reduction == "elementwise_mean":
        warn("reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.")
    return number


def legacy_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that two old arguments name, if they are given, with PyTorch's warning."""
    if size_average is None and reduce is None:
        return reduction
    average, whole = size_average is None or size_average, reduce is None or reduce
    found = "mean" if average and whole else "sum" if whole else "none"
    warn(f"size_average and reduce args will be deprecated, please use reduction='{found}' instead.")
    return found


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Losses as they are, their mean or their sum."""
    number = reduction_number(reduction)
    any_losses: Any = losses
    result: Tensor = losses if number == 0 else any_losses.mean() if number == 1 else any_losses.sum()
    return result


def _paired(input: Any, target: Any) -> tuple[Tensor, Tensor]:
    """Both in their common shape, with a warning if theirs differ."""
    for each in (target, input):
        if not isinstance(each, Tensor):
            each.size()  # as PyTorch does, which fails there
    if target.shape == input.shape:
        return input, target
    warn(_SIZES_DIFFER.format(target.shape, input.shape))
    x, y = FUNCTIONS["broadcast_tensors"](input, target)
    return x, y


def mse_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """The squared error of each element, averaged, summed or neither."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    x, y = _paired(input, target)
    if weight is None:
        return ops.mse_loss(x, y, reduction=reduction_number(reduction))
    return _weighted((x - y) ** 2, weight, reduction)  # type: ignore[operator]


def _weighted(losses: Any, weight: Any, reduction: str) -> Tensor:
    if weight.shape != losses.shape:
        raise ValueError("Inputs and weight must have the same size.")
    total = losses * weight
    if reduction == "mean":
        return total.sum() / weight.sum()  # type: ignore[no-any-return]
    return reduced(total, reduction)


def l1_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """The absolute error of each element, averaged, summed or neither."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    x, y = _paired(input, target)
    losses = (x - y).abs()  # type: ignore[operator]
    return reduced(losses, reduction) if weight is None else _weighted(losses, weight, reduction)


def smooth_l1_loss(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:  # fmt: skip
    """Squared below ``beta``, absolute above."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    x, y = _paired(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0.0:
        return l1_loss(x, y, reduction=reduction)
    return ops.smooth_l1_loss(x, y, reduction=reduction_number(reduction), beta=float(beta))


def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """Squared below ``delta``, ``delta`` times the absolute error above."""
    x, y = _paired(input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    if not x.is_floating_point() and y.is_floating_point():
        raise RuntimeError(
            f"result type {label(y._array.dtype)} can't be cast to the desired output type {label(x._array.dtype)}"
        )
    if weight is None:
        return ops.huber_loss(x, y, reduction=reduction_number(reduction), delta=float(delta))
    return _weighted(ops.huber_loss(x, y, reduction=0, delta=float(delta)), weight, reduction)


def binary_cross_entropy(
    input: Any, target: Any, weight: Tensor | None = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """Cross-entropy between probabilities and targets, both in [0, 1]."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    if target.shape != input.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    if weight is not None:
        weight = METHODS["expand"](weight, FUNCTIONS["broadcast_shapes"](target.shape, weight.shape))
    refuse_gradients("binary_cross_entropy", weight=weight)
    return ops.binary_cross_entropy(input, target, weight, reduction=number)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Tensor | None = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean", pos_weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Cross-entropy between sigmoids of logits and targets, computed without overflow."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    if target.shape != input.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    refuse_gradients("binary_cross_entropy_with_logits", weight=weight, pos_weight=pos_weight)
    return ops.binary_cross_entropy_with_logits(input, target, weight, pos_weight, reduction=number)


def kl_div(
    input: Any, target: Any, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:  # fmt: skip
    """Kullback-Leibler divergence of ``target`` from ``exp(input)``."""
    named, reduction = reduction, legacy_reduction(size_average, reduce, reduction)
    if reduction == "mean" and size_average is reduce is None:
        warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release."
        )
    must_be_bool("kl_div", "log_target", log_target)
    if not (input.is_floating_point() and target.is_floating_point()):
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if isinstance(input, Wrapped) or isinstance(target, Wrapped):
        from ...func._fallbacks import warn_of_fallback

        warn_of_fallback("kl_div", (input, target))
    if log_target:
        above = target - input
        losses = target.exp() * above
    else:
        crossed = target * input
        losses = FUNCTIONS["xlogy"](target, target) - crossed
    if named == "batchmean":
        total: Any = reduced(losses, "sum" if reduction == named else reduction)
        return total / input.shape[0] if input.ndim else total  # type: ignore[no-any-return]
    return reduced(losses, reduction)


# -- of classes -------------------------------------------------------------------------------------------------------


def nll_loss(
    input: Any, target: Any, weight: Tensor | None = None, size_average: bool | None = None, ignore_index: int = -100,
    reduce: bool | None = None, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """Minus the log-probability of each target class. ``input``: (N, C, ...) or (C,), ``target``: (N, ...) or ()."""
    number = reduction_number(legacy_reduction(size_average, reduce, reduction))
    return _nll(input, target, weight, number, ignore_index)


def _nll(input: Any, target: Any, weight: Any, reduction: int, ignore_index: int) -> Tensor:
    if input.ndim == 0:
        raise ValueError(f"Expected 1 or more dimensions (got {input.ndim})")
    if input.ndim == 1 and target.ndim == 1 and target.shape[0] != 1:
        if target._array.dtype not in (np.int64, np.uint8):
            raise RuntimeError(f"expected target dtype to be Long or Byte, but got {label(target._array.dtype)}")
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target.shape[0]}")
    if input.ndim > 1 and (target.ndim == 0 or input.shape[0] != target.shape[0]):
        found = target.shape[0] if target.ndim else 0
        raise ValueError(f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({found}).")
    if weight is not None and weight.dtype != input.dtype and input.is_floating_point():
        kinds = (each.dtype.legacy_name.removesuffix("Tensor") for each in (input, weight))
        raise RuntimeError("expected scalar type {} but found {}".format(*kinds))
    refuse_gradients("nll_loss_forward" if input.ndim <= 2 else "nll_loss2d_forward", weight=weight)
    given = {"reduction": reduction, "ignore_index": ignore_index}
    if input.ndim <= 2:
        return ops.nll_loss.several(input, target, weight, **given)[0]
    n, classes, *sizes = input.shape
    if tuple(target.shape[1:]) != tuple(sizes):
        if input.ndim == 4 and target.ndim != 3:
            raise RuntimeError(
                f"only batches of spatial targets supported (3D tensors) but got targets of dimension: {target.ndim}"
            )
        if input.ndim == 4:
            shapes = [list(input.shape), list(target.shape)]
            raise RuntimeError(f"size mismatch (got input: {shapes[0]} , target: {shapes[1]}")
        raise RuntimeError(f"Expected target size {[n, *sizes]}, got {list(target.shape)}")
    if input.ndim == 4:
        return ops.nll_loss2d.several(input, target, weight, **given)[0]
    flat: Any = ops.nll_loss2d.several(
        input.view(n, classes, 1, -1), target.view(n, 1, -1), weight, **given
    )[0]  # fmt: skip
    result: Tensor = flat if reduction else flat.view(target.shape)
    return result


def cross_entropy(
    input: Any, target: Any, weight: Tensor | None = None, size_average: bool | None = None, ignore_index: int = -100,
    reduce: bool | None = None, reduction: str = "mean", label_smoothing: float = 0.0,
) -> Tensor:  # fmt: skip
    """:func:`nll_loss` of the log-softmax of ``input``; targets are classes, or probabilities of its shape."""
    reduction = legacy_reduction(size_average, reduce, reduction)
    number = reduction_number(reduction)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    dim = 0 if input.ndim == 1 else 1
    of_probabilities = input.shape == target.shape
    if of_probabilities:
        if not target.dtype.is_floating_point:
            kind = target.dtype.legacy_name.removesuffix("Tensor")
            raise RuntimeError(f"Expected floating point type for target with class probabilities, got {kind}")
        if ignore_index >= 0:
            raise RuntimeError("ignore_index is not supported for floating point target")
        if input.ndim == 0:
            raise IndexError("Dimension specified as 1 but tensor has no dimensions")
    log_probabilities = FUNCTIONS["log_softmax"](input, dim)
    if of_probabilities:
        return _of_probabilities(log_probabilities, target, weight, number, dim, label_smoothing)
    loss = _nll(log_probabilities, target, weight, number, ignore_index)
    if label_smoothing == 0:
        return loss
    return _smoothed(loss, log_probabilities, target, weight, number, dim, ignore_index, label_smoothing)


def _of_probabilities(
    log_probabilities: Any, target: Any, weight: Any, reduction: int, dim: int, smoothing: float
) -> Tensor:
    classes = log_probabilities.shape[dim]
    if smoothing > 0:
        share = smoothing / classes if classes else math.inf
        target = OPS["add.Scalar"](OPS["mul.Scalar"](target, other=1 - smoothing), other=share)
    terms = log_probabilities * target
    if weight is not None:
        shape = [1] * log_probabilities.ndim
        shape[dim] = classes
        terms = terms * weight.view(shape)
    if reduction == 0:
        return -terms.sum(dim)  # type: ignore[no-any-return]
    total = terms.sum()
    if reduction == 2:
        return -total  # type: ignore[no-any-return]
    if not log_probabilities.numel():
        return -total.fill_(math.nan)  # type: ignore[no-any-return]
    return OPS["div.Scalar"](-total, other=log_probabilities.numel() // classes)


def _smoothed(
    loss: Any, log_probabilities: Any, target: Any, weight: Any, reduction: int, dim: int, ignore: int, smoothing: float
) -> Tensor:
    classes = log_probabilities.shape[dim]
    passed_over = target == ignore
    if weight is None:
        spread = -log_probabilities.sum(dim)
    else:
        shape = [1] * log_probabilities.ndim
        shape[dim] = classes
        spread = -(log_probabilities * weight.view(shape)).sum(dim)
    spread = spread.masked_fill(passed_over, 0)
    if reduction == 1:
        counted = ~passed_over
        divisor = (
            counted.sum()
            if weight is None
            else weight[target.masked_fill(passed_over, 0)].masked_fill(passed_over, 0).sum()
        )
        spread = spread.sum() / divisor
    elif reduction == 2:
        spread = spread.sum()
    smoothed: Any = OPS["mul.Scalar"](spread, other=smoothing / classes)
    total: Tensor = OPS["mul.Scalar"](loss, other=1 - smoothing) + smoothed
    return total

"""Losses of margins between a sample's scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..functions.losses import MEAN, reduced
from ..functions.registry import on_both
from ..op import Declaration, define
from ._losses import need_floats

_LOSS: Declaration = {"category": "loss"}


def _classes(x: Array) -> int:
    """How many scores a sample has; a single number is one of one class."""
    return x.shape[-1] if x.ndim else 1


def _apart(x: Array, target: Array, p: int, margin: float, weight: Array | None) -> tuple[Array, Array]:
    """For each sample and class what the class adds to the loss, and the slope of that by its score."""
    rows = x.reshape(-1, _classes(x))
    chosen = target.reshape(-1)
    own = np.take_along_axis(rows, chosen[:, None], 1)
    gap = x.dtype.type(margin) - own + rows
    within = (gap > 0) & (np.arange(rows.shape[1]) != chosen[:, None])
    scale = np.ones_like(own) if weight is None else weight[chosen][:, None]
    added = np.where(within, gap if p == 1 else gap * gap, x.dtype.type(0)) * scale / rows.shape[1]
    slope = np.where(within, x.dtype.type(1) if p == 1 else 2 * gap, x.dtype.type(0)) * scale / rows.shape[1]
    return added.astype(x.dtype), slope.astype(x.dtype)


def _multi_margin(x: Array, target: Array, weight: Array | None, p: int, margin: float, reduction: int) -> Any:
    need_floats("multi_margin_loss_cpu_kernel", x)
    losses = _apart(x, target, p, margin, weight)[0].sum(1)
    return reduced(losses if target.ndim else losses.reshape(()), reduction)


def _multi_margin_backward(
    grad: Array, x: Array, target: Array, weight: Array | None, p: int, margin: float, reduction: int
) -> Array:
    slope = _apart(x, target, p, margin, weight)[1]
    np.put_along_axis(slope, target.reshape(-1, 1), 0 - slope.sum(1, keepdims=True), 1)
    share = grad / slope.shape[0] if reduction == MEAN else grad
    whole: Array = slope * np.reshape(share, (-1, 1))
    return whole.reshape(x.shape).astype(x.dtype)


_NAME = "aten::multi_margin_loss_backward"
multi_margin_loss = define(
    "multi_margin_loss(self, target, weight, *, p=1, margin=1.0, reduction=1)", _multi_margin,
    "MultiMarginLossBackward0",
    {"self": "multi_margin_loss_backward(grad, self, target, weight, p, margin, reduction)"},
    shown="sum(margin - self[target] + self)", **_LOSS,
)  # fmt: skip
define(
    "multi_margin_loss_backward(grad_output, self, target, weight, *, p=1, margin=1.0, reduction=1)",
    on_both("multi_margin_loss_backward", _multi_margin_backward), "NotImplemented",
    dict.fromkeys(("grad_output", "self"), f"not_implemented(grad, '{_NAME}')"),
    shown="margin_back(grad_output, self)", **_LOSS,
)  # fmt: skip


def _targets(x: Array, target: Array) -> tuple[Array, Array]:
    """Which classes each sample has, as ones; and its classes in order, up to the first negative."""
    rows = target.reshape(-1, _classes(x))
    real = np.cumprod(rows >= 0, axis=1).astype(bool)
    marks = np.zeros(rows.shape, x.dtype)
    for number, row in enumerate(rows):
        marks[number, row[real[number]]] = 1
    return marks, real


def _gaps(x: Array, target: Array) -> Array:
    """(samples, place of a target, class): how far the class comes too close."""
    marks, real = _targets(x, target)
    scores, rows = x.reshape(-1, _classes(x)), target.reshape(-1, _classes(x))
    own = np.take_along_axis(scores, np.where(real, rows, 0), 1)
    gap: Array = 1 - (own[:, :, None] - scores[:, None, :])
    counted = real[:, :, None] & (marks[:, None, :] == 0)
    found: Array = np.where(counted, np.maximum(gap, 0), x.dtype.type(0))
    return found


def _multilabel(x: Array, target: Array, reduction: int) -> tuple[Any, Array]:
    losses = (_gaps(x, target).sum((1, 2)) / _classes(x)).astype(x.dtype)
    marks = _targets(x, target)[0].reshape(x.shape)
    return reduced(losses if x.ndim > 1 else losses.reshape(()), reduction), marks


def _multilabel_backward(grad: Array, x: Array, target: Array, reduction: int) -> Array:
    close = (_gaps(x, target) > 0).astype(x.dtype) / _classes(x)
    rows = target.reshape(-1, _classes(x))
    slope = close.sum(1)
    for number, row in enumerate(rows):
        np.subtract.at(slope[number], np.where(row >= 0, row, 0), close[number].sum(1))
    share = grad / slope.shape[0] if reduction == MEAN else grad
    whole: Array = slope * np.reshape(share, (-1, 1))
    return whole.reshape(x.shape).astype(x.dtype)


multilabel_margin_loss = define(
    "multilabel_margin_loss(self, target, *, reduction=1)", _multilabel, "MultilabelMarginLossBackward0",
    {"self": "multilabel_margin_loss_backward(grad, self, target, reduction)"},
    results=("output", "is_target"), saves=("is_target",), differentiable=1,
    shown="sum(1 - self[target] + self)", kernel="multilabel_margin_loss_forward_out_frame", **_LOSS,
)  # fmt: skip
define(
    "multilabel_margin_loss_backward(grad_output, self, target, *, reduction=1)",
    on_both("multilabel_margin_loss_backward", _multilabel_backward), "NotImplemented",
    dict.fromkeys(("grad_output", "self"), "not_implemented(grad, 'aten::multilabel_margin_loss_backward')"),
    shown="margin_back(grad_output, self)", **_LOSS,
)  # fmt: skip

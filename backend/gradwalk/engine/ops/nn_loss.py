"""Losses that PyTorch computes in one op."""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import Declaration, define
from . import _losses as losses

_LOSS: Declaration = {"category": "loss"}
_PROMOTED: Declaration = {"category": "loss", "promotion": "same"}

_ERROR = "reduce((self - target) ** 2)"
mse_loss = define(
    "mse_loss(self, target, *, reduction=1)", losses.mse_loss, "MseLossBackward0",
    {
        "self": "mse_loss_backward(grad, self, target, reduction)",
        "target": "-mse_loss_backward(grad, self, target, reduction)",
    },
    shown=_ERROR, **_PROMOTED,
)  # fmt: skip
mse_loss_backward = define(
    "mse_loss_backward(grad_output, self, target, *, reduction=1)",
    "per_element(grad_output * mse_slope(self, target), self.shape, reduction)", "MseLossBackwardBackward0",
    {
        "grad_output": "sum_to_size(per_element(grad * mse_slope(self, target), self_sizes, reduction), "
        "grad_output_sizes)",
        "self": "per_element(scaled(grad * grad_output, 2), self_sizes, reduction)",
        "target": "-per_element(scaled(grad * grad_output, 2), self_sizes, reduction)",
    },
    saves=("grad_output", "self", "target"), hides=("grad_output_sizes", "self_sizes"),
    shown="grad_output * mse_slope(self, target)", **_LOSS,
)  # fmt: skip
on_both(
    "mse_loss_backward",
    lambda grad, x, target, reduction: (
        grad * (x.dtype.type(2 / x.size if reduction == 1 and x.size else 2) * (x - target))
    ),
)
smooth_l1_loss = define(
    "smooth_l1_loss(self, target, *, reduction=1, beta=1.0)", losses.smooth_l1_loss, "SmoothL1LossBackward0",
    {
        "self": "per_element(grad * smooth_l1_slope(self, target, beta), self_sizes, reduction)",
        "target": "-per_element(grad * smooth_l1_slope(self, target, beta), self_sizes, reduction)",
    },
    hides=("self_sizes",), shown="smooth_l1_loss(self, target, beta)", **_PROMOTED,
)  # fmt: skip
huber_loss = define(
    "huber_loss(self, target, *, reduction=1, delta=1.0)", losses.huber_loss, "HuberLossBackward0",
    {
        "self": "per_element(grad * huber_slope(self, target, delta), self_sizes, reduction)",
        "target": "-per_element(grad * huber_slope(self, target, delta), self_sizes, reduction)",
    },
    hides=("self_sizes",), shown="huber_loss(self, target, delta)", **_PROMOTED,
)  # fmt: skip
binary_cross_entropy = define(
    "binary_cross_entropy(self, target, weight, *, reduction=1)", losses.binary_cross_entropy,
    "BinaryCrossEntropyBackward0",
    {
        "self": "per_element(weighted(grad * bce_slope(self, target), weight), self_sizes, reduction)",
        "target": "per_element(weighted(grad * bce_target_slope(self), weight), self_sizes, reduction)",
    },
    hides=("self_sizes",), saves=("target",), shown="-(target * log(self) + (1 - target) * log(1 - self))", **_LOSS,
)  # fmt: skip
binary_cross_entropy_with_logits = define(
    "binary_cross_entropy_with_logits(self, target, weight, pos_weight, *, reduction=1)",
    losses.binary_cross_entropy_with_logits, "BinaryCrossEntropyWithLogitsBackward0",
    {
        "self": "per_element(weighted(grad * bce_logits_slope(self, target, pos_weight), weight), self_sizes, "
        "reduction)",
        "target": "per_element(weighted(grad * bce_logits_target_slope(self, pos_weight), weight), self_sizes, "
        "reduction)",
    },
    hides=("self_sizes",), saves=("target",),
    shown="-(target * log(sigmoid(self)) + (1 - target) * log(1 - sigmoid(self)))", **_LOSS,
)  # fmt: skip
soft_margin_loss = define(
    "soft_margin_loss(self, target, *, reduction=1)", losses.soft_margin_loss, "SoftMarginLossBackward0",
    {"self": "per_element(grad * soft_margin_slope(self, target), self_sizes, reduction)"},
    hides=("self_sizes",), shown="log(1 + exp(-target * self))", **_LOSS,
)  # fmt: skip

# -- of classes -------------------------------------------------------------------------------------------------------

_NLL = "(self, target, weight, *, reduction=1, ignore_index=-100)"
_NLL_VJP = {"self": "nll_loss_backward(grad, self, target, weight, total_weight, reduction, ignore_index)"}
nll_loss = define(
    "nll_loss" + _NLL, losses.nll_loss, "NllLossBackward0", _NLL_VJP,
    results=("output", "total_weight"), differentiable=1, shown="-self[target]", **_LOSS,
)  # fmt: skip
nll_loss2d = define(
    "nll_loss2d" + _NLL, losses.nll_loss, "NllLoss2DBackward0", _NLL_VJP,
    results=("output", "total_weight"), differentiable=1, shown="-self[target]", **_LOSS,
)  # fmt: skip
nll_loss_backward = define(
    "nll_loss_backward(grad_output, self, target, weight, total_weight, *, reduction=1, ignore_index=-100)",
    on_both("nll_loss_backward", losses.nll_loss_backward), "NllLossBackwardBackward0",
    {
        "grad_output": "nll_of_cotangent(grad, target, weight, total_weight, reduction, ignore_index)",
        "self": "zeros_of(self)",
    },
    hides=("self",),
    shown="nll_loss_backward(grad_output, target)", **_LOSS,
)  # fmt: skip

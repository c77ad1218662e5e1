"""Losses that PyTorch computes in one op."""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import Declaration, Op, define
from . import _losses as losses

_LOSS: Declaration = {"category": "loss"}
_PROMOTED: Declaration = {"category": "loss", "promotion": "same"}

_ERROR = "reduce((self - target) ** 2)"
mse_loss = define(
    "mse_loss(self, target, *, reduction=1)", losses.mse_loss, "MseLossBackward0",
    {
        "self": "mse_loss_backward(grad, self, target, reduction)",
        "target": "mse_loss_backward(grad, target, self, reduction)",
    },
    shown=_ERROR, lies="iterated", **_PROMOTED,
)  # fmt: skip
mse_loss_backward = define(
    "mse_loss_backward(grad_output, self, target, *, reduction=1)",
    "per_element(grad_output * mse_slope(self, target), self.shape, reduction)", "MseLossBackwardBackward0",
    {
        "grad_output": "sum_to_size(mse_loss_backward(grad, self, target, reduction), grad_output_sizes)",
        "self": "per_element(scaled(grad * grad_output, 2), self_sizes, reduction)",
        "target": "-per_element(scaled(grad * grad_output, 2), self_sizes, reduction)",
    },
    saves=("grad_output", "self", "target"), hides=("grad_output_sizes", "self_sizes"),
    shown="grad_output * mse_slope(self, target)", **_LOSS,
)  # fmt: skip
on_both("mse_loss_backward", losses.mse_loss_backward)


def _with_slope_of_its_own(
    name: str, param: str, node: str, shown: str, of_its_cotangent: str, lies: str, declaration: Declaration
) -> Op:
    """Declares a loss that PyTorch differentiates by a backward op, which has a node of its own in second graphs."""
    loss = define(
        f"{name}(self, target, *, reduction=1, {param}=1.0)", getattr(losses, name), f"{node}Backward0",
        {
            "self": f"{name}_backward(grad, self, target, reduction, {param})",
            "target": f"{name}_backward(grad, target, self, reduction, {param})",
        },
        shown=shown, lies=lies, **declaration,
    )  # fmt: skip
    define(
        f"{name}_backward(grad_output, self, target, *, reduction=1, {param}=1.0)",
        on_both(f"{name}_backward", getattr(losses, f"{name}_backward")), f"{node}BackwardBackward0",
        {
            "grad_output": of_its_cotangent,
            "self": f"{name}_double_backward(grad * grad_output, self, target, reduction, {param})",
            "target": f"-{name}_double_backward(grad * grad_output, self, target, reduction, {param})",
        },
        hides=("grad_output_sizes",), shown=f"{name}_backward(grad_output, self, target)", **_LOSS,
    )  # fmt: skip
    return loss


smooth_l1_loss = _with_slope_of_its_own(
    "smooth_l1_loss", "beta", "SmoothL1Loss", "smooth_l1_loss(self, target, beta)",
    "sum_to_size(smooth_l1_loss_backward(grad, self, target, reduction, beta), grad_output_sizes)",
    "iterated", _PROMOTED,
)  # fmt: skip
huber_loss = _with_slope_of_its_own(
    "huber_loss", "delta", "HuberLoss", "huber_loss(self, target, delta)",
    "huber_loss_of_cotangent(grad, grad_output, self, target, reduction, delta)", "as first", _LOSS,
)  # fmt: skip
soft_margin_loss = define(
    "soft_margin_loss(self, target, *, reduction=1)", losses.soft_margin_loss, "SoftMarginLossBackward0",
    {"self": "soft_margin_loss_backward(grad, self, target, reduction)"},
    shown="log(1 + exp(-target * self))", lies="iterated", **_LOSS,
)  # fmt: skip
soft_margin_loss_backward = define(
    "soft_margin_loss_backward(grad_output, self, target, *, reduction=1)",
    on_both("soft_margin_loss_backward", losses.soft_margin_loss_backward), "SoftMarginLossBackwardBackward0",
    {
        "grad_output": "soft_margin_loss_of_cotangent(grad, grad_output, self, target, reduction)",
        "self": "soft_margin_loss_double_backward(grad * grad_output, self, target, reduction)",
    },
    shown="soft_margin_loss_backward(grad_output, self, target)", **_LOSS,
)  # fmt: skip
binary_cross_entropy = define(
    "binary_cross_entropy(self, target, weight, *, reduction=1)", losses.binary_cross_entropy,
    "BinaryCrossEntropyBackward0",
    {
        "self": "binary_cross_entropy_backward(grad, self, target, weight, reduction)",
        "target": "per_element(weighted(written_product(bce_target_slope(self), grad), weight), self_sizes, reduction)",
    },
    hides=("self_sizes",), saves=("target",), shown="-(target * log(self) + (1 - target) * log(1 - self))",
    lies="as first", **_LOSS,
)  # fmt: skip
binary_cross_entropy_backward = define(
    "binary_cross_entropy_backward(grad_output, self, target, weight, *, reduction=1)",
    on_both("binary_cross_entropy_backward", losses.binary_cross_entropy_backward),
    "BinaryCrossEntropyBackwardBackward0",
    {
        "grad_output": "sum_to_size(per_element(weighted(bce_slope(self, target) * grad, weight), self_sizes, "
        "reduction), grad_output_sizes)",
        "self": "per_element(weighted(written_product(bce_curvature(self, target), grad * grad_output), weight), "
        "self_sizes, reduction)",
        "target": "-per_element(weighted(grad * grad_output / bce_variance(self), weight), self_sizes, reduction)",
    },
    saves=("grad_output", "self", "target"), hides=("grad_output_sizes", "self_sizes"),
    shown="binary_cross_entropy_backward(grad_output, self, target)", **_LOSS,
)  # fmt: skip
binary_cross_entropy_with_logits = define(
    "binary_cross_entropy_with_logits(self, target, weight, pos_weight, *, reduction=1)",
    losses.binary_cross_entropy_with_logits, "BinaryCrossEntropyWithLogitsBackward0",
    {
        "self": "logits_written(per_element(weighted(bce_logits_slope(self, target, pos_weight) * grad, weight), "
        "self_sizes, reduction), pos_weight, weight, reduction)",
        "target": "per_element(weighted(bce_logits_target_slope(self, pos_weight) * grad, weight), self_sizes, "
        "reduction)",
    },
    hides=("self_sizes",), saves=("target",),
    shown="-(target * log(sigmoid(self)) + (1 - target) * log(1 - sigmoid(self)))", lies="as first", **_LOSS,
)  # fmt: skip

# -- of classes -------------------------------------------------------------------------------------------------------

_NLL = "(self, target, weight, *, reduction=1, ignore_index=-100)"
_NLL_SLOPE = "(grad_output, self, target, weight, total_weight, *, reduction=1, ignore_index=-100)"


def _of_classes(name: str, node: str) -> tuple[Op, Op]:
    """The loss and its slope; images and other numbers have each their own."""
    slope = f"{name}_backward"
    loss = define(
        name + _NLL, losses.nll_loss, f"{node}Backward0",
        {"self": f"{slope}(grad, self, target, weight, total_weight, reduction, ignore_index)"},
        results=("output", "total_weight"), differentiable=1, shown="-self[target]", **_LOSS,
    )  # fmt: skip
    return loss, define(
        slope + _NLL_SLOPE, on_both(slope, losses.nll_loss_backward), f"{node}BackwardBackward0",
        {
            "grad_output": "nll_of_cotangent(grad, target, weight, total_weight, reduction, ignore_index)",
            "self": "zeros_of(self)",
        },
        hides=("self", "total_weight"), shown=f"{slope}(grad_output, target)", **_LOSS,
    )  # fmt: skip


nll_loss, nll_loss_backward = _of_classes("nll_loss", "NllLoss")
nll_loss2d, nll_loss2d_backward = _of_classes("nll_loss2d", "NllLoss2D")

"""The functions of ``torch.nn.functional`` that stand in ``torch`` too: some the same, some with C's arguments."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from gradwalk.engine.op import OPS
from gradwalk.engine.ops._random import source_of
from gradwalk.engine.surface.arguments import explained

from ._neural_names import POOLS, SAME, WITH_C_ARGUMENTS
from .nn import functional as F  # noqa: N812 (its usual name)

Function = Callable[..., Any]

_REDUCTIONS = ("none", "mean", "sum")
"""What C calls 0, 1 and 2. Without one, PyTorch's parser gives 0."""


def layer_norm(
    input: Any,
    normalized_shape: Any,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Any:
    """The last dimensions less their mean, over their spread."""
    return F.layer_norm(input, normalized_shape, weight, bias, eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, cudnn_enabled: bool = True
) -> Any:
    """Groups of channels less their mean, over their spread."""
    return F.group_norm(input, num_groups, weight, bias, eps)


def rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    """The last dimensions over their root mean square."""
    return F.rms_norm(input, normalized_shape, weight, eps)


def batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float,
    eps: float, cudnn_enabled: bool,
) -> Any:  # fmt: skip
    """Each channel less its mean, over its spread."""
    return F._norms.batch_norm_unchecked(input, weight, bias, running_mean, running_var, training, momentum, eps)


def instance_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, use_input_stats: bool, momentum: float,
    eps: float, cudnn_enabled: bool,
) -> Any:  # fmt: skip
    """:func:`batch_norm` of each sample by itself."""
    return F.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def native_layer_norm(input: Any, normalized_shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    """:func:`layer_norm`, its means and one over its spreads."""
    return F._norms.native_layer_norm(input, normalized_shape, weight, bias, eps)


def native_batch_norm(
    input: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float,
    eps: float,
) -> Any:  # fmt: skip
    """:func:`batch_norm`, its means and one over its spreads."""
    return F._norms.batch_norm_in_full(input, weight, bias, running_mean, running_var, training, momentum, eps)


def native_group_norm(input: Any, weight: Any, bias: Any, N: int, C: int, HxW: int, group: int, eps: float) -> Any:
    """:func:`group_norm`, its means and one over its spreads."""
    return OPS["native_group_norm"].several(input, weight, bias, N=N, C=C, HxW=HxW, group=group, eps=eps)


def grid_sampler(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
    """An image or a volume at the places of a grid."""
    return F.grid_sample(input, grid, _GRID_MODES[interpolation_mode], _GRID_PADDINGS[padding_mode], align_corners)


def grid_sampler_2d(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
    """An image at the places of a grid."""
    return F.grid_sample(input, grid, _GRID_MODES[interpolation_mode], _GRID_PADDINGS[padding_mode], align_corners)


def grid_sampler_3d(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Any:
    """A volume at the places of a grid."""
    return F.grid_sample(input, grid, _GRID_MODES[interpolation_mode], _GRID_PADDINGS[padding_mode], align_corners)


_GRID_MODES, _GRID_PADDINGS = ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")


def dropout(input: Any, p: float, train: bool) -> Any:
    """Each element zero with probability ``p``, the others scaled up."""
    return F.dropout(input, p, train)


def alpha_dropout(input: Any, p: float, train: bool) -> Any:
    """Elements set to SELU's least value with probability ``p``; mean and variance stay."""
    return F.alpha_dropout(input, p, train)


def feature_alpha_dropout(input: Any, p: float, train: bool) -> Any:
    """:func:`alpha_dropout` of whole channels."""
    return F.feature_alpha_dropout(input, p, train)


def embedding(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Any:
    """Rows of ``weight``."""
    padding = None if padding_idx == -1 else padding_idx
    return F.embedding(indices, weight, padding, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)


def rrelu(
    input: Any, lower: float = 0.125, upper: float = 1 / 3, training: bool = False, generator: Any = None
) -> Any:
    """A leaky relu whose slope is drawn for each element while training."""
    return F._activation.rrelu_drawn(input, lower, upper, training, source_of(generator))


def rrelu_(
    input: Any, lower: float = 0.125, upper: float = 1 / 3, training: bool = False, generator: Any = None
) -> Any:
    """:func:`rrelu`, in place."""
    return F._activation.rrelu_drawn(input, lower, upper, training, source_of(generator), inplace=True)


def adaptive_max_pool1d(input: Any, output_size: Any) -> Any:
    """The greatest of each of ``output_size`` parts, and where they are."""
    return F.adaptive_max_pool1d_with_indices(input, output_size)


def _pool(name: str) -> Function:
    def function(
        input: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
    ) -> Any:
        return getattr(F, name)(input, kernel_size, stride, padding, dilation, ceil_mode)

    function.__doc__ = "The greatest of each window."
    return function


def kl_div(input: Any, target: Any, reduction: int = 0, *, log_target: bool = False) -> Any:
    """The divergence of Kullback and Leibler."""
    with warnings.catch_warnings():  # F.kl_div warns of "mean" in Python, above this function
        warnings.simplefilter("ignore")
        return F.kl_div(input, target, reduction=_REDUCTIONS[reduction], log_target=log_target)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, pos_weight: Any = None, reduction: int = 0
) -> Any:
    """Binary cross entropy of the sigmoids of ``input``."""
    return F.binary_cross_entropy_with_logits(
        input, target, weight, reduction=_REDUCTIONS[reduction], pos_weight=pos_weight
    )


def cosine_embedding_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: int = 0) -> Any:
    """Angles small where ``target`` is 1, large where it is -1."""
    return F.cosine_embedding_loss(input1, input2, target, margin, reduction=_REDUCTIONS[reduction])


def dropout_(input: Any, p: float, train: bool) -> Any:
    """:func:`dropout` in place."""
    return F.dropout(input, p, train, True)


def alpha_dropout_(input: Any, p: float, train: bool) -> Any:
    """:func:`alpha_dropout` in place."""
    return F.alpha_dropout(input, p, train, True)


def feature_alpha_dropout_(input: Any, p: float, train: bool) -> Any:
    """:func:`feature_alpha_dropout` in place."""
    return F.feature_alpha_dropout(input, p, train, True)


def native_dropout(input: Any, p: float, train: bool | None) -> Any:
    """:func:`dropout` as one op, and which elements it kept."""
    scale = 1.0 if not train else 0.0 if p == 1 else 1 / (1 - p)  # of its gradient: PyTorch's is not scaled for None
    return OPS["native_dropout"].several(input, p=p, train=train, scale=scale)


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: int = 0) -> Any:
    """Distances small where ``target`` is 1, beyond a margin where it is -1."""
    return F.hinge_embedding_loss(input, target, margin, reduction=_REDUCTIONS[reduction])


def margin_ranking_loss(input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: int = 0) -> Any:
    """The one that ``target`` prefers greater by a margin."""
    return F.margin_ranking_loss(input1, input2, target, margin, reduction=_REDUCTIONS[reduction])


def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0, p: float = 2, eps: float = 1e-6,
    swap: bool = False, reduction: int = 0,
) -> Any:  # fmt: skip
    """The positive nearer to the anchor than the negative by a margin."""
    return F.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, reduction=_REDUCTIONS[reduction])


def poisson_nll_loss(input: Any, target: Any, log_input: bool, full: bool, eps: float, reduction: int) -> Any:
    """Negative logarithm of Poisson's probability."""
    return F.poisson_nll_loss(input, target, log_input, full, None, eps, None, _REDUCTIONS[reduction])


NEURAL: dict[str, Function] = (
    {name: getattr(F, name) for name in SAME}
    | {name: explained(globals()[name], name, "torch") for name in WITH_C_ARGUMENTS}
    | {name: explained(_pool(name), name, "torch") for name in POOLS}
)
"""What ``torch`` shows of them."""

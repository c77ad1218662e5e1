"""Ops that PyTorch has no rule of forward mode for, and how it calls them when it refuses."""

from __future__ import annotations

from .op import Op

_NOT_YET = {
    "_pdist": "_pdist_forward", "cdist": "_cdist_forward", "cholesky": "cholesky", "ctc_loss": "_ctc_loss",
    "embedding_bag": "_embedding_bag", "grid_sampler_2d": "grid_sampler_2d", "grid_sampler_3d": "grid_sampler_3d",
    "igamma": "igamma", "igammac": "igammac", "index_reduce": "index_reduce",
    "mkldnn_rnn_layer": "mkldnn_rnn_layer", "multi_margin_loss": "multi_margin_loss",
    "multilabel_margin_loss": "multilabel_margin_loss_forward", "ormqr": "ormqr", "segment_reduce": "segment_reduce",
    "scaled_dot_product_flash_attention_for_cpu": "_scaled_dot_product_flash_attention_for_cpu",
    "soft_margin_loss_backward": "soft_margin_loss_backward", "special_zeta": "special_zeta",
    "special_zeta.self_scalar": "special_zeta", "unique": "_unique2", "unique_consecutive": "unique_consecutive",
}  # fmt: skip
"""Ops with a derivative, by Gradwalk's name: PyTorch says that they have no rule yet."""

_NEVER = {
    "binomial": "binomial", "floor_divide": "floor_divide", "floor_divide_": "floor_divide_",
    "heaviside": "heaviside", "histogram": "histogram",
    "linalg_ldl_factor_ex": "linalg_ldl_factor_ex", "linalg_ldl_solve": "linalg_ldl_solve",
    "nonzero_static": "nonzero_static", "scatter.reduce": "scatter", "scatter.value_reduce": "scatter",
}  # fmt: skip
"""Ops without any derivative."""

_NOT_IMPLEMENTED_YET = (
    "Trying to use forward AD with {} that does not support it because it has not been implemented yet.\nPlease file "
    "an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can "
    "prioritize its implementation or submit a PR adding the implementation to derivatives.yaml"
)


def has_no_rule(op: Op) -> bool:
    """Whether an op cannot pass tangents on in PyTorch."""
    return op.name in _NOT_YET or op.name in _NEVER


def refuse_without_rule(op: Op) -> None:
    """Raises NotImplementedError for such an op."""
    if op.name in _NOT_YET:
        raise NotImplementedError(_NOT_IMPLEMENTED_YET.format(_NOT_YET[op.name]))
    if op.name in _NEVER:
        raise NotImplementedError(f"Trying to use forward AD with aten::{_NEVER[op.name]} that does not support it.")

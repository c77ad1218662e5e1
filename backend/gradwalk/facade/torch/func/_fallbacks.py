"""Functions of which PyTorch warns within a vmap, for it has no rule for them and makes the call for each item."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.warn import warn

_SAME = (
    "argwhere bilinear bincount diagflat fractional_max_pool2d fractional_max_pool3d histc index_reduce "
    "index_reduce_ isclose kl_div lu_solve margin_ranking_loss masked_scatter masked_scatter_ max_unpool2d "
    "max_unpool3d multi_margin_loss multilabel_margin_loss ormqr pdist permute_copy put put_ renorm "
    "segment_reduce soft_margin_loss stft take triplet_margin_loss"
)
_NAMES = {name: name for name in _SAME.split()} | {
    "linalg_lu": "linalg_lu", "linalg_tensorsolve": "linalg_tensorsolve", "max_unpool1d": "max_unpool2d",
}  # fmt: skip
"""By the function's name, PyTorch's operator."""


def warn_of_fallback(name: str, args: Any) -> None:
    """Warn that a call goes slowly, where it does in PyTorch."""
    operator = _NAMES.get(name) or _overload(name, args)
    if operator is not None:
        warn(
            "There is a performance drop because we have not yet implemented the batching rule for "
            f"aten::{operator}. Please file us an issue on GitHub so that we can prioritize its implementation."
        )


def _overload(name: str, args: Any) -> str | None:
    """The operator of a function that is several, by its arguments."""
    second = len(args) > 1 and isinstance(args[1], Tensor)
    if name == "isin" and len(args) > 1:
        return f"isin.{'_'.join('Tensor' if isinstance(x, Tensor) else 'Scalar' for x in args[:2])}"
    if name == "histogram":
        return f"histogram.{'bins_tensor' if second else 'bin_ct'}"
    if name in ("quantile", "nanquantile"):
        return name if second else f"{name}.scalar"
    if name in ("masked_fill", "masked_fill_") and len(args) > 2 and isinstance(args[2], Tensor):
        return f"{name}.Tensor"
    return f"fill.{'Tensor' if second else 'Scalar'}" if name == "fill" else None

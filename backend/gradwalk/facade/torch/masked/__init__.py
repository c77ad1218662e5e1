"""``torch.masked``: reductions and normalisations that leave out what a mask says."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from ._normalizations import cumprod, cumsum, log_softmax, normalize, softmax, softmin
from ._reductions import amax, amin, argmax, argmin, logaddexp, logsumexp, mean, median, norm, prod, std, sum, var

__all__ = [
    "amax", "amin", "argmax", "argmin", "cumprod", "cumsum", "log_softmax", "logaddexp", "logsumexp", "mean", "median",
    "norm", "normalize", "prod", "softmax", "softmin", "std", "sum", "var",
]  # fmt: skip

_OF_MASKED_TENSORS = ("MaskedTensor", "as_masked_tensor", "is_masked_tensor", "masked_tensor", "maskedtensor")


def __getattr__(name: str) -> Any:
    if name in _OF_MASKED_TENSORS:
        raise AttributeError(
            f"module 'torch.masked' has no attribute '{name}': Gradwalk does not have it, since there are no masked "
            "tensors; the functions of torch.masked take a tensor and mask=."
        )
    raise missing("torch.masked", name)

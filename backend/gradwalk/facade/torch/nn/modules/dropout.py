"""Layers that drop out elements or channels while training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradwalk.engine.tensor import Tensor

from .. import functional as F  # noqa: N812
from .module import Module


class _DropoutNd(Module):
    function: Callable[..., Tensor]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_DropoutNd):
    """Each element zero with probability ``p``, the others scaled up."""

    function = staticmethod(F.dropout)


class Dropout1d(_DropoutNd):
    """Whole channels of sequences zero."""

    function = staticmethod(F.dropout1d)


class Dropout2d(_DropoutNd):
    """Whole channels of images zero."""

    function = staticmethod(F.dropout2d)


class Dropout3d(_DropoutNd):
    """Whole channels of volumes zero."""

    function = staticmethod(F.dropout3d)


class AlphaDropout(_DropoutNd):
    """Elements set to SELU's least value; mean and variance stay."""

    function = staticmethod(F.alpha_dropout)

    def forward(self, input: Any) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_DropoutNd):
    """Whole channels set to SELU's least value."""

    function = staticmethod(F.feature_alpha_dropout)

    def forward(self, input: Any) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training)

"""``torch.distributions.transforms``: functions of numbers, vectors and matrices with their inverses and slopes."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.limits import finfo
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from .._missing import missing
from ..nn import functional as F  # noqa: N812
from . import constraints
from ._parameters import broadcast_all
from .joined_transforms import CatTransform, CorrCholeskyTransform, StackTransform
from .transform import (
    ComposeTransform,
    IndependentTransform,
    ReshapeTransform,
    Transform,
    _InverseTransform,  # noqa: F401 (flows of users ask for it)
    identity_transform,
)

__all__ = [
    "AbsTransform", "AffineTransform", "CatTransform", "ComposeTransform", "CorrCholeskyTransform",
    "CumulativeDistributionTransform", "ExpTransform", "IndependentTransform", "LowerCholeskyTransform",
    "PositiveDefiniteTransform", "PowerTransform", "ReshapeTransform", "SigmoidTransform", "SoftmaxTransform",
    "SoftplusTransform", "StackTransform", "StickBreakingTransform", "TanhTransform", "Transform",
    "identity_transform",
]  # fmt: skip


class ExpTransform(Transform):
    """``exp(x)``."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    bijective = True
    sign = 1
    domain = constraints.real
    codomain = constraints.positive

    def _call(self, x: Any) -> Any:
        return x.exp()

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return x


class PowerTransform(Transform):
    """``x ** exponent``, for positive numbers."""

    __module__ = "torch.distributions.transforms"
    same_by = ("exponent",)
    bijective = True
    domain = codomain = constraints.positive

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent: Any
        (self.exponent,) = broadcast_all(exponent)

    @property
    def sign(self) -> Any:
        return self.exponent.sign()

    def _call(self, x: Any) -> Any:
        return x.pow(self.exponent)

    def _inverse(self, y: Any) -> Any:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return (self.exponent * y / x).abs().log()

    def forward_shape(self, shape: Any) -> Any:
        return FUNCTIONS["broadcast_shapes"](shape, self.exponent.shape)

    inverse_shape = forward_shape


def _clipped_sigmoid(x: Any) -> Any:
    limits = finfo(x.dtype)
    return x.sigmoid().clamp(min=limits.tiny, max=1.0 - limits.eps)


class SigmoidTransform(Transform):
    """``1 / (1 + exp(-x))``."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    bijective = True
    sign = 1
    domain = constraints.real
    codomain = constraints.unit_interval

    def _call(self, x: Any) -> Any:
        return _clipped_sigmoid(x)

    def _inverse(self, y: Any) -> Any:
        limits = finfo(y.dtype)
        y = y.clamp(min=limits.tiny, max=1.0 - limits.eps)
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        below: Any = F.softplus(-x)
        return -below - F.softplus(x)


class SoftplusTransform(Transform):
    """``log(1 + exp(x))``."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    bijective = True
    sign = 1
    domain = constraints.real
    codomain = constraints.positive

    def _call(self, x: Any) -> Any:
        return F.softplus(x)

    def _inverse(self, y: Any) -> Any:
        return (-y).expm1().neg().log() + y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        below: Any = F.softplus(-x)
        return -below


class TanhTransform(Transform):
    """``tanh(x)``."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    bijective = True
    sign = 1
    domain = constraints.real
    codomain = constraints.interval(-1.0, 1.0)

    def _call(self, x: Any) -> Any:
        return x.tanh()

    def _inverse(self, y: Any) -> Any:
        return FUNCTIONS["atanh"](y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return 2.0 * (math.log(2.0) - x - F.softplus(-2.0 * x))


class AbsTransform(Transform):
    """``abs(x)``."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    domain = constraints.real
    codomain = constraints.positive

    def _call(self, x: Any) -> Any:
        return x.abs()

    def _inverse(self, y: Any) -> Any:
        return y


class AffineTransform(Transform):
    """``loc + scale * x``."""

    __module__ = "torch.distributions.transforms"
    same_by = ("loc", "scale")
    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def domain(self) -> Any:
        return constraints.independent(constraints.real, self._event_dim) if self._event_dim else constraints.real

    codomain = domain

    @property
    def sign(self) -> Any:
        return self.scale.sign() if isinstance(self.scale, Tensor) else int(self.scale > 0) - int(self.scale < 0)

    def _call(self, x: Any) -> Any:
        return self.loc + self.scale * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        shape, dims = x.shape, self._event_dim
        if isinstance(self.scale, Tensor):
            found = self.scale.abs().log()
        else:
            found = FUNCTIONS["full_like"](x, math.log(abs(self.scale)))
        if dims:
            found = found.view((*found.size()[:-dims], -1)).sum(-1)
            shape = shape[:-dims]
        return found.expand(shape)

    def forward_shape(self, shape: Any) -> Any:
        parts = (x.shape for x in (self.loc, self.scale) if isinstance(x, Tensor))
        return FUNCTIONS["broadcast_shapes"](shape, *parts)

    inverse_shape = forward_shape


def _with_last(shape: Any, more: int) -> Any:
    """The shape, its last dimension longer."""
    if len(shape) < 1:
        raise ValueError("Too few dimensions on input")
    return Size((*shape[:-1], shape[-1] + more)) if more else shape


class SoftmaxTransform(Transform):
    """``softmax`` along the last dimension."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    domain = constraints.real_vector
    codomain = constraints.simplex

    def _call(self, x: Any) -> Any:
        above = (x - x.max(-1, True)[0]).exp()
        return above / above.sum(-1, True)

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def forward_shape(self, shape: Any) -> Any:
        return _with_last(shape, 0)

    inverse_shape = forward_shape


class StickBreakingTransform(Transform):
    """Numbers to probabilities: each says how much is broken off from what is left of a stick."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    bijective = True
    domain = constraints.real_vector
    codomain = constraints.simplex

    def _call(self, x: Any) -> Any:
        offset = x.shape[-1] + 1 - x.new_ones(x.shape[-1]).cumsum(-1)
        broken = _clipped_sigmoid(x - offset.log())
        left = (1 - broken).cumprod(-1)
        kept: Any = F.pad(broken, [0, 1], value=1)
        return kept * F.pad(left, [1, 0], value=1)

    def _inverse(self, y: Any) -> Any:
        cropped = y[..., :-1]
        offset = y.shape[-1] - y.new_ones(cropped.shape[-1]).cumsum(-1)
        left = FUNCTIONS["clamp"](1 - cropped.cumsum(-1), min=finfo(y.dtype).tiny)
        return cropped.log() - left.log() + offset.log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        offset = x.shape[-1] + 1 - x.new_ones(x.shape[-1]).cumsum(-1)
        x = x - offset.log()
        return (-x + F.logsigmoid(x) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Any) -> Any:
        return _with_last(shape, 1)

    def inverse_shape(self, shape: Any) -> Any:
        return _with_last(shape, -1)


class LowerCholeskyTransform(Transform):
    """Square matrices to lower triangular ones with a positive diagonal."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.lower_cholesky

    def _call(self, x: Any) -> Any:
        return x.tril(-1) + x.diagonal(dim1=-2, dim2=-1).exp().diag_embed()

    def _inverse(self, y: Any) -> Any:
        return y.tril(-1) + y.diagonal(dim1=-2, dim2=-1).log().diag_embed()


class PositiveDefiniteTransform(Transform):
    """Square matrices to positive definite ones."""

    __module__ = "torch.distributions.transforms"
    same_by = ()
    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.positive_definite

    def _call(self, x: Any) -> Any:
        factor = LowerCholeskyTransform()(x)
        return factor @ factor.mT

    def _inverse(self, y: Any) -> Any:
        return LowerCholeskyTransform().inv(LINALG["cholesky"](y))


class CumulativeDistributionTransform(Transform):
    """Values of a distribution to the probability of at most that."""

    __module__ = "torch.distributions.transforms"
    bijective = True
    codomain = constraints.unit_interval
    sign = 1

    def __init__(self, distribution: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Any:
        return self.distribution.support

    def _call(self, x: Any) -> Any:
        return self.distribution.cdf(x)

    def _inverse(self, y: Any) -> Any:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return self.distribution.log_prob(x)


def __getattr__(name: str) -> Any:
    raise missing("torch.distributions.transforms", name)

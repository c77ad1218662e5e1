"""The ratio of two variances: the F distribution."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.limits import finfo

from . import constraints
from ._parameters import batch_shape_of, broadcast_all
from .distribution import Distribution
from .gamma import Gamma


class FisherSnedecor(Distribution):
    """F with ``df1`` and ``df2`` degrees of freedom."""

    __module__ = "torch.distributions.fishersnedecor"
    arg_constraints = {"df1": constraints.positive, "df2": constraints.positive}  # noqa: RUF012
    support = constraints.positive
    has_rsample = True

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        self._gamma1, self._gamma2 = Gamma(self.df1 * 0.5, self.df1), Gamma(self.df2 * 0.5, self.df2)
        super().__init__(batch_shape_of(self.df1, df1, df2), validate_args=validate_args)

    def _above(self, least: int) -> Any:
        found = self.df2.clone()
        found[found <= least] = math.nan
        return found

    @property
    def mean(self) -> Any:
        n = self._above(2)
        return n / (n - 2)

    @property
    def mode(self) -> Any:
        mode = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        mode[self.df1 <= 2] = math.nan
        return mode

    @property
    def variance(self) -> Any:
        n = self._above(4)
        return 2 * n.pow(2) * (self.df1 + n - 2) / (self.df1 * (n - 2).pow(2) * (n - 4))

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        above = self._gamma1.rsample(sample_shape).view(shape)
        below = self._gamma2.rsample(sample_shape).view(shape)
        tiny = finfo(below.dtype).tiny
        below.clamp_(min=tiny)
        found = above / below
        found.clamp_(min=tiny)
        return found

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        a, b, ratio = self.df1 * 0.5, self.df2 * 0.5, self.df1 / self.df2
        first = (a + b).lgamma() - a.lgamma() - b.lgamma()
        second = a * ratio.log() + (a - 1) * value.log()
        return first + second - (a + b) * (ratio * value).log1p()

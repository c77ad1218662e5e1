"""Cauchy's distribution, which has no mean."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from ._families import OfLocationAndScale


class Cauchy(OfLocationAndScale):
    """Cauchy with median ``loc`` and half width ``scale``."""

    __module__ = "torch.distributions.cauchy"

    @property
    def mean(self) -> Any:
        return FUNCTIONS["full"](self._extended_shape(), math.nan, dtype=self.loc.dtype)

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        return FUNCTIONS["full"](self._extended_shape(), math.inf, dtype=self.loc.dtype)

    def rsample(self, sample_shape: Any = ()) -> Any:
        drawn = FUNCTIONS["empty"](self._extended_shape(sample_shape), dtype=self.loc.dtype).cauchy_()
        return self.loc + drawn * self.scale

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        self._validate_sample(value)
        return ((value - self.loc) / self.scale).atan() / math.pi + 0.5

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        return (math.pi * (value - 0.5)).tan() * self.scale + self.loc

    def entropy(self) -> Any:
        return math.log(4 * math.pi) + self.scale.log()

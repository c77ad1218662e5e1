"""The gamma distribution: the time until something has happened often enough."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import batch_shape_of, broadcast_all
from .distribution import Distribution


class Gamma(Distribution):
    """Gamma with shape ``concentration`` and ``rate``."""

    __module__ = "torch.distributions.gamma"
    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}  # noqa: RUF012
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        shape = batch_shape_of(self.concentration, concentration, rate)
        super().__init__(shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.concentration / self.rate

    @property
    def mode(self) -> Any:
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Any:
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        value = FUNCTIONS["_standard_gamma"](self.concentration.expand(shape)) / self.rate.expand(shape)
        value.detach().clamp_(min=finfo(value.dtype).tiny)
        return value

    def log_prob(self, value: Any) -> Any:
        value = FUNCTIONS["as_tensor"](value, dtype=self.rate.dtype)
        self._validate_sample(value)
        xlogy, a = FUNCTIONS["xlogy"], self.concentration
        return xlogy(a, self.rate) + xlogy(a - 1, value) - self.rate * value - a.lgamma()

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        self._validate_sample(value)
        return FUNCTIONS["igamma"](self.concentration, self.rate * value)

    def entropy(self) -> Any:
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1.0 - a) * a.digamma()

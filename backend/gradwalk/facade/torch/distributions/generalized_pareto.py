"""The generalized Pareto distribution: what is left above a high threshold."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import batch_shape_of, broadcast_all
from .distribution import Distribution


class GeneralizedPareto(Distribution):
    """From ``loc`` on, in units of ``scale``, with a tail that is the heavier the greater ``concentration``."""

    __module__ = "torch.distributions.generalized_pareto"
    arg_constraints = {  # noqa: RUF012
        "loc": constraints.real, "scale": constraints.positive, "concentration": constraints.real,
    }  # fmt: skip
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale, self.concentration = broadcast_all(loc, scale, concentration)
        shape = batch_shape_of(self.loc, loc, scale, concentration)
        super().__init__(shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        above = FUNCTIONS["where"](self.concentration < 0, self.loc - self.scale / self.concentration, math.inf)
        return constraints.interval(self.loc, above)

    @property
    def mean(self) -> Any:
        valid = self.concentration < 1
        kept = FUNCTIONS["where"](valid, self.concentration, 0.5)
        return FUNCTIONS["where"](valid, self.loc + self.scale / (1 - kept), math.nan)

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        valid = self.concentration < 0.5
        kept = FUNCTIONS["where"](valid, self.concentration, 0.25)
        return FUNCTIONS["where"](valid, self.scale**2 / ((1 - kept) ** 2 * (1 - 2 * kept)), math.nan)

    def rsample(self, sample_shape: Any = ()) -> Any:
        return self.icdf(FUNCTIONS["rand"](self._extended_shape(sample_shape), dtype=self.loc.dtype))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        z = self._z(value)
        none, kept = self._kept()
        y = 1 / kept + FUNCTIONS["ones_like"](z)
        tail = FUNCTIONS["where"](y == 0, y, y * FUNCTIONS["log1p"](kept * z))
        return -self.scale.log() - FUNCTIONS["where"](none, z, tail)

    def log_survival_function(self, value: Any) -> Any:
        """The logarithm of the probability of more than ``value``."""
        self._validate_sample(value)
        z = self._z(value)
        none, kept = self._kept()
        return FUNCTIONS["where"](none, -z, -FUNCTIONS["log1p"](kept * z) / kept)

    def log_cdf(self, value: Any) -> Any:
        """The logarithm of the probability of at most ``value``."""
        return (-self.log_survival_function(value).exp()).log1p()

    def cdf(self, value: Any) -> Any:
        return self.log_cdf(value).exp()

    def icdf(self, value: Any) -> Any:
        none, kept = self._kept()
        left = FUNCTIONS["log1p"](-value)
        tail = self.loc + self.scale / kept * FUNCTIONS["expm1"](-kept * left)
        return FUNCTIONS["where"](none, self.loc - self.scale * left, tail)

    def entropy(self) -> Any:
        return (self.scale.log() + self.concentration + 1).broadcast_to(self._batch_shape)

    def _z(self, x: Any) -> Any:
        return (x - self.loc) / self.scale

    def _kept(self) -> tuple[Any, Any]:
        """Where the concentration is none, and one that can be divided by."""
        none = FUNCTIONS["isclose"](self.concentration, FUNCTIONS["zeros_like"](self.concentration))
        return none, FUNCTIONS["where"](none, FUNCTIONS["ones_like"](self.concentration), self.concentration)

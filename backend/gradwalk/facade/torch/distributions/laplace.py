"""Laplace's distribution: as likely at a distance on either side, less with distance."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from ._families import OfLocationAndScale


class Laplace(OfLocationAndScale):
    """Laplace with mean ``loc`` and ``scale``."""

    __module__ = "torch.distributions.laplace"

    @property
    def mean(self) -> Any:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Any:
        return 2 * self.scale.pow(2)

    @property
    def stddev(self) -> Any:
        return 2**0.5 * self.scale

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape, kind = self._extended_shape(sample_shape), self.loc.dtype
        u = FUNCTIONS["empty"](shape, dtype=kind).uniform_(finfo(kind).eps - 1, 1)
        return self.loc - self.scale * u.sign() * (-u.abs()).log1p()

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        return -((2 * self.scale).log()) - (value - self.loc).abs() / self.scale

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        self._validate_sample(value)
        side = (value - self.loc).sign()
        return 0.5 - 0.5 * side * (-(value - self.loc).abs() / self.scale).expm1()

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        term = value - 0.5
        return self.loc - self.scale * term.sign() * (-2 * term.abs()).log1p()

    def entropy(self) -> Any:
        return 1 + (2 * self.scale).log()

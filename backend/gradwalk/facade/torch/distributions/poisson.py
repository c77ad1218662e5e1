"""How often something happens that happens at a constant rate."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import batch_shape_of, broadcast_all
from .distribution import Distribution


class Poisson(Distribution):
    """Poisson with ``rate``."""

    __module__ = "torch.distributions.poisson"
    arg_constraints = {  # noqa: RUF012
        "rate": constraints.Constraint("GreaterThanEq(lower_bound=0.0)", lambda x: x >= 0)
    }
    support = constraints.nonnegative_integer

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(batch_shape_of(self.rate, rate), validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.rate

    @property
    def mode(self) -> Any:
        return self.rate.floor()

    @property
    def variance(self) -> Any:
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            return FUNCTIONS["poisson"](self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        rate, value = broadcast_all(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()

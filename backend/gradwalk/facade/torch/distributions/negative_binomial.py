"""How often something succeeds until it has failed often enough."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from . import constraints
from ._families import OfTrials
from ._parameters import lazy_property
from .gamma import Gamma


class NegativeBinomial(OfTrials):
    """Successes, of probability ``probs``, until ``total_count`` failures."""

    __module__ = "torch.distributions.negative_binomial"
    arg_constraints = {  # noqa: RUF012
        "total_count": constraints.greater_than_eq(0), "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }  # fmt: skip
    support = constraints.nonnegative_integer

    def __init__(
        self, total_count: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        super().__init__(total_count, probs, logits, validate_args)

    @lazy_property
    def _gamma(self) -> Any:
        return Gamma(self.total_count, (-self.logits).exp(), validate_args=False)

    @property
    def mean(self) -> Any:
        return self.total_count * self.logits.exp()

    @property
    def mode(self) -> Any:
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0)

    @property
    def variance(self) -> Any:
        return self.mean / (-self.logits).sigmoid()

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            return FUNCTIONS["poisson"](self._gamma.sample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        n, x = self.total_count, self.logits
        weight = n * F.logsigmoid(-x) + value * F.logsigmoid(x)
        ways = -(n + value).lgamma() + (1.0 + value).lgamma() + n.lgamma()
        return weight - ways.masked_fill(n + value == 0.0, 0.0)

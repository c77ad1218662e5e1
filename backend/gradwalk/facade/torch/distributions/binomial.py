"""How many of several trials succeed."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._families import OfTrials


class Binomial(OfTrials):
    """Binomial of ``total_count`` trials with probability ``probs``, whose log odds are ``logits``."""

    __module__ = "torch.distributions.binomial"
    arg_constraints = {  # noqa: RUF012
        "total_count": constraints.nonnegative_integer, "probs": constraints.unit_interval, "logits": constraints.real,
    }  # fmt: skip
    has_enumerate_support = True

    def __init__(
        self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        super().__init__(total_count, probs, logits, validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Any:
        return self.total_count * self.probs

    @property
    def mode(self) -> Any:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Any:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return FUNCTIONS["binomial"](self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        n, x = self.total_count, self.logits
        ways = (n + 1).lgamma(), (value + 1).lgamma(), (n - value + 1).lgamma()
        kept = (x.clamp(min=0) + x - x.clamp(max=0)) / 2
        normal = n * kept + n * (-x.abs()).exp().log1p() - ways[0]
        return value * x - ways[1] - ways[2] - normal

    def entropy(self) -> Any:
        log_prob = self.log_prob(self._values("entropy", False))
        return -(log_prob.exp() * log_prob).sum(0)

    def enumerate_support(self, expand: bool = True) -> Any:
        """All counts, along a new first dimension."""
        return self._values("enumerate_support", expand)

    def _values(self, name: str, expand: bool) -> Any:
        count = int(self.total_count.max())
        if not self.total_count.min() == count:
            raise NotImplementedError(f"Inhomogeneous total count not supported by `{name}`.")
        values = FUNCTIONS["arange"](1 + count, dtype=self._param.dtype)
        values = values.view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1, *self._batch_shape)) if expand else values

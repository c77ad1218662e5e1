"""A vector that is nearly a one in one place, through which gradients flow."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import broadcast_all, clamp_probs
from ._relaxed import Relaxed
from .categorical import Categorical
from .distribution import Distribution
from .transforms import ExpTransform


class ExpRelaxedCategorical(Distribution):
    """The logarithms of :class:`RelaxedOneHotCategorical`."""

    __module__ = "torch.distributions.relaxed_categorical"
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}  # noqa: RUF012
    support = constraints.real_vector
    has_rsample = True
    _unexpanded = ("temperature",)

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        self.temperature = temperature
        shape = self._categorical.param_shape[-1:]
        super().__init__(self._categorical.batch_shape, shape, validate_args=validate_args)

    @property
    def param_shape(self) -> Any:
        return self._categorical.param_shape

    @property
    def logits(self) -> Any:
        """The logarithm of the probability of each."""
        return self._categorical.logits

    @property
    def probs(self) -> Any:
        """The probability of each."""
        return self._categorical.probs

    def rsample(self, sample_shape: Any = ()) -> Any:
        drawn = clamp_probs(FUNCTIONS["rand"](self._extended_shape(sample_shape), dtype=self.logits.dtype))
        scores = (self.logits + -(-drawn.log()).log()) / self.temperature
        return scores - scores.logsumexp(dim=-1, keepdim=True)

    def log_prob(self, value: Any) -> Any:
        count = self.event_shape[0]
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        full = FUNCTIONS["full_like"](self.temperature, float(count))
        scale = full.lgamma() - self.temperature.log().mul(-(count - 1))
        score = logits - value.mul(self.temperature)
        return (score - score.logsumexp(dim=-1, keepdim=True)).sum(-1) + scale


class RelaxedOneHotCategorical(Relaxed):
    """Nearly a one in one place, with probabilities ``probs``; the nearer, the lower ``temperature``."""

    __module__ = "torch.distributions.relaxed_categorical"
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}  # noqa: RUF012
    support = constraints.simplex
    has_rsample = True

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

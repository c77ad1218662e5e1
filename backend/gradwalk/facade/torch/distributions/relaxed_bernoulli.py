"""A number between zero and one that is nearly one of them, through which gradients flow."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._families import OfOneProbability
from ._parameters import batch_shape_of, broadcast_all, clamp_probs, only_one
from ._relaxed import Relaxed
from .transforms import SigmoidTransform


class LogitRelaxedBernoulli(OfOneProbability):
    """The log odds of :class:`RelaxedBernoulli`."""

    __module__ = "torch.distributions.relaxed_bernoulli"
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}  # noqa: RUF012
    support = constraints.real
    _unexpanded = ("temperature",)

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self.temperature = temperature
        only_one(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        (self._param,) = broadcast_all(given)
        self.__dict__[name] = self._param
        super().__init__(batch_shape_of(self._param, given), validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        probs = clamp_probs(self.probs.expand(shape))
        drawn = clamp_probs(FUNCTIONS["rand"](shape, dtype=probs.dtype))
        return (drawn.log() - (-drawn).log1p() + probs.log() - (-probs).log1p()) / self.temperature

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        distance = logits - value.mul(self.temperature)
        return self.temperature.log() + distance - 2 * distance.exp().log1p()


class RelaxedBernoulli(Relaxed):
    """Nearly one with probability ``probs``, whose log odds are ``logits``; the nearer, the lower ``temperature``."""

    __module__ = "torch.distributions.relaxed_bernoulli"
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}  # noqa: RUF012
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, temperature: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        super().__init__(
            LogitRelaxedBernoulli(temperature, probs, logits), SigmoidTransform(), validate_args=validate_args
        )

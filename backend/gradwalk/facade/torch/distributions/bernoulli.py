"""One or zero."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from . import constraints
from ._families import OfOneProbability
from ._parameters import batch_shape_of, broadcast_all, only_one


class Bernoulli(OfOneProbability):
    """One with probability ``probs``, whose log odds are ``logits``."""

    __module__ = "torch.distributions.bernoulli"
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}  # noqa: RUF012
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        only_one(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        (self._param,) = broadcast_all(given)
        self.__dict__[name] = self._param
        super().__init__(batch_shape_of(self._param, given), validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.probs

    @property
    def mode(self) -> Any:
        mode = (self.probs >= 0.5).to(self.probs)
        mode[self.probs == 0.5] = math.nan
        return mode

    @property
    def variance(self) -> Any:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            return FUNCTIONS["bernoulli"](self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        loss: Any = F.binary_cross_entropy_with_logits(logits, value, reduction="none")
        return -loss

    def entropy(self) -> Any:
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Any:
        """Zero and one, along a new first dimension."""
        values = FUNCTIONS["arange"](2, dtype=self._param.dtype).view(-1, *(1 for _ in self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values

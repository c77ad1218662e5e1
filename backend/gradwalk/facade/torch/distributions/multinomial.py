"""How often each of several comes in a number of draws."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import broadcast_all
from .binomial import Binomial
from .categorical import Categorical
from .distribution import Distribution


class Multinomial(Distribution):
    """The counts of ``total_count`` draws with these probabilities."""

    __module__ = "torch.distributions.multinomial"
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}  # noqa: RUF012

    def __init__(
        self, total_count: int = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs=probs, logits=logits)
        super().__init__(self._categorical.batch_shape, self._categorical.param_shape[-1:], validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Any:
        return constraints.multinomial(self.total_count)

    @property
    def logits(self) -> Any:
        return self._categorical.logits

    @property
    def probs(self) -> Any:
        return self._categorical.probs

    @property
    def param_shape(self) -> Any:
        return self._categorical.param_shape

    @property
    def mean(self) -> Any:
        return self.probs * self.total_count

    @property
    def variance(self) -> Any:
        return self.total_count * self.probs * (1 - self.probs)

    def entropy(self) -> Any:
        count = FUNCTIONS["tensor"](self.total_count)
        each = Binomial(self.total_count, probs=self.probs)
        times = each.enumerate_support(expand=False)[1:]
        orders = (each.log_prob(times).exp() * (times + 1).lgamma()).sum([0, -1])
        return count * self._categorical.entropy() - (count + 1).lgamma() + orders

    def sample(self, sample_shape: Any = ()) -> Any:
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        drawn = drawn.permute(*range(1, drawn.dim()), 0)
        counts = FUNCTIONS["zeros"](self._extended_shape(sample_shape), dtype=drawn.dtype)
        return counts.scatter_add_(-1, drawn, FUNCTIONS["ones_like"](drawn)).type_as(self.probs)

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        logits = logits.clone()
        orders, of_equals = (value.sum(-1) + 1).lgamma(), (value + 1).lgamma().sum(-1)
        logits[(value == 0) & (logits == -math.inf)] = 0
        return orders - of_equals + (logits * value).sum(-1)

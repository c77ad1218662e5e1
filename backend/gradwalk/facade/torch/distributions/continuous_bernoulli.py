"""A number between zero and one whose logarithm of the density is a straight line: for grey pixels."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from . import constraints
from ._families import OfOneProbability
from ._parameters import batch_shape_of, broadcast_all, clamp_probs, lazy_property, logits_to_probs, only_one

_where = FUNCTIONS["where"]


class ContinuousBernoulli(OfOneProbability):
    """Continuous Bernoulli with ``probs``, whose log odds are ``logits``. Between ``lims``, where its formulas lose
    their digits, series take their place."""

    __module__ = "torch.distributions.continuous_bernoulli"
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}  # noqa: RUF012
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, probs: Any = None, logits: Any = None, lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:  # fmt: skip
        only_one(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        (self._param,) = broadcast_all(given)
        if logits is None:
            if validate_args is not None and not self.arg_constraints["probs"].check(self._param).all():
                raise ValueError("The parameter probs has invalid values")
            self._param = clamp_probs(self._param)
        self.__dict__[name] = self._param
        self._lims = lims
        super().__init__(batch_shape_of(self._param, given), validate_args=validate_args)

    @lazy_property
    def probs(self) -> Any:
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    def _outside(self) -> Any:
        return FUNCTIONS["max"](self.probs.le(self._lims[0]), self.probs.gt(self._lims[1]))

    def _cut(self) -> Any:
        return _where(self._outside(), self.probs, self._lims[0] * FUNCTIONS["ones_like"](self.probs))

    def _log_norm(self) -> Any:
        cut = self._cut()
        below = _where(cut.le(0.5), cut, FUNCTIONS["zeros_like"](cut))
        above = _where(cut.ge(0.5), cut, FUNCTIONS["ones_like"](cut))
        log_norm = ((-cut).log1p() - cut.log()).abs().log() - _where(
            cut.le(0.5), (-2.0 * below).log1p(), (2.0 * above - 1.0).log()
        )
        x = (self.probs - 0.5).pow(2)
        series = math.log(2.0) + (4.0 / 3.0 + 104.0 / 45.0 * x) * x
        return _where(self._outside(), log_norm, series)

    @property
    def mean(self) -> Any:
        cut = self._cut()
        found = cut / (2.0 * cut - 1.0) + 1.0 / ((-cut).log1p() - cut.log())
        x = self.probs - 0.5
        return _where(self._outside(), found, 0.5 + (1.0 / 3.0 + 16.0 / 45.0 * x.pow(2)) * x)

    @property
    def variance(self) -> Any:
        cut = self._cut()
        found = cut * (cut - 1.0) / (1.0 - 2.0 * cut).pow(2) + 1.0 / ((-cut).log1p() - cut.log()).pow(2)
        x = (self.probs - 0.5).pow(2)
        return _where(self._outside(), found, 1.0 / 12.0 - (1.0 / 15.0 - 128.0 / 945.0 * x) * x)

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        return self.icdf(FUNCTIONS["rand"](self._extended_shape(sample_shape), dtype=self.probs.dtype))

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        loss: Any = F.binary_cross_entropy_with_logits(logits, value, reduction="none")
        return -loss + self._log_norm()

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        self._validate_sample(value)
        cut = self._cut()
        found = (cut.pow(value) * (1.0 - cut).pow(1.0 - value) + cut - 1.0) / (2.0 * cut - 1.0)
        found = _where(self._outside(), found, value)
        inside = _where(value.ge(1.0), FUNCTIONS["ones_like"](value), found)
        return _where(value.le(0.0), FUNCTIONS["zeros_like"](value), inside)

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        cut = self._cut()
        rise = (-cut + value * (2.0 * cut - 1.0)).log1p() - (-cut).log1p()
        return _where(self._outside(), rise / (cut.log() - (-cut).log1p()), value)

    def entropy(self) -> Any:
        zero, one = (-self.probs).log1p(), self.probs.log()
        return self.mean * (zero - one) - self._log_norm() - zero

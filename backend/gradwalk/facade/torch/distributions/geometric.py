"""How many trials fail before one succeeds."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from . import constraints
from ._parameters import batch_shape_of, broadcast_all, lazy_property, only_one, probs_to_logits
from .distribution import Distribution


class Geometric(Distribution):
    """Geometric with probability of success ``probs``, whose log odds are ``logits``."""

    __module__ = "torch.distributions.geometric"
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}  # noqa: RUF012
    support = constraints.nonnegative_integer

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        only_one(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        (value,) = broadcast_all(given)
        self.__dict__[name] = value
        super().__init__(batch_shape_of(value, given), validate_args=validate_args)
        if self._validate_args and logits is None and not (value > 0).all():
            raise ValueError(
                f"Expected parameter probs ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                f"{self!r} to be positive but found invalid values:\n{value.data[~(value > 0)]}"
            )

    @lazy_property
    def logits(self) -> Any:
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self) -> Any:
        return self.logits.sigmoid()

    @property
    def mean(self) -> Any:
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Any:
        return FUNCTIONS["zeros_like"](self.probs)

    @property
    def variance(self) -> Any:
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Any = ()) -> Any:
        kind = self.probs.dtype
        with no_grad():
            u = FUNCTIONS["empty"](self._extended_shape(sample_shape), dtype=kind).uniform_(finfo(kind).tiny, 1)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        value, probs = broadcast_all(value, self.probs)
        probs = probs.clone()
        probs[(probs == 1) & (value == 0)] = 0
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self) -> Any:
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs

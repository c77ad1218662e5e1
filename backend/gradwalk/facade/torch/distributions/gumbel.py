"""Gumbel's distribution: of the greatest of many."""

from __future__ import annotations

import math
from numbers import Number
from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import broadcast_all
from .transformed_distribution import TransformedDistribution
from .transforms import AffineTransform, ExpTransform
from .uniform import Uniform

EULER = 0.57721566490153286060


class Gumbel(TransformedDistribution):
    """Gumbel with mode ``loc`` and ``scale``."""

    __module__ = "torch.distributions.gumbel"
    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        limits = finfo(self.loc.dtype)
        low, high = limits.tiny, 1 - limits.eps
        if isinstance(loc, Number) and isinstance(scale, Number):
            base = Uniform(low, high, validate_args=validate_args)
        else:
            filled = FUNCTIONS["full_like"]
            base = Uniform(filled(self.loc, low), filled(self.loc, high), validate_args=validate_args)
        steps = [
            ExpTransform().inv, AffineTransform(loc=0, scale=-FUNCTIONS["ones_like"](self.scale)), ExpTransform().inv,
            AffineTransform(loc=loc, scale=-self.scale),
        ]  # fmt: skip
        super().__init__(base, steps, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.loc + self.scale * EULER

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def stddev(self) -> Any:
        return (math.pi / math.sqrt(6)) * self.scale

    @property
    def variance(self) -> Any:
        return self.stddev.pow(2)

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - self.scale.log()

    def entropy(self) -> Any:
        return self.scale.log() + (1 + EULER)

"""The absolute value of a Cauchy number."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from ._half import Half
from .cauchy import Cauchy


class HalfCauchy(Half):
    """The absolute value of a Cauchy number of median 0 and half width ``scale``."""

    __module__ = "torch.distributions.half_cauchy"
    _whole = Cauchy

    @property
    def mean(self) -> Any:
        return FUNCTIONS["full"](self._extended_shape(), math.inf, dtype=self.scale.dtype)

    @property
    def variance(self) -> Any:
        return self.base_dist.variance

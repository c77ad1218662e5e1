"""The absolute value of a normal number."""

from __future__ import annotations

import math
from typing import Any

from ._half import Half
from .normal import Normal


class HalfNormal(Half):
    """The absolute value of a normal number of mean 0 and standard deviation ``scale``."""

    __module__ = "torch.distributions.half_normal"
    _whole = Normal

    @property
    def mean(self) -> Any:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Any:
        return self.scale.pow(2) * (1 - 2 / math.pi)

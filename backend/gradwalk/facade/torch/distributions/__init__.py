"""``torch.distributions``: random variables with their densities, samples and divergences."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import constraints
from .bernoulli import Bernoulli
from .categorical import Categorical
from .distribution import Distribution
from .exponential import Exponential
from .independent import Independent
from .kl import kl_divergence
from .multinomial import Multinomial
from .multivariate_normal import MultivariateNormal
from .normal import Normal
from .poisson import Poisson
from .uniform import Uniform

__all__ = [
    "Bernoulli", "Categorical", "Distribution", "Exponential", "Independent", "Multinomial", "MultivariateNormal",
    "Normal", "Poisson", "Uniform", "constraints", "kl_divergence",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise missing("torch.distributions", name)

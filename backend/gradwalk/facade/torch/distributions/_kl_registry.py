"""Which formula says how far apart two kinds of distributions are: each is registered where it stands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .bernoulli import Bernoulli
from .beta import Beta
from .continuous_bernoulli import ContinuousBernoulli
from .dirichlet import Dirichlet
from .distribution import Distribution
from .exp_family import ExponentialFamily
from .exponential import Exponential
from .gamma import Gamma
from .normal import Normal
from .poisson import Poisson

Divergence = Callable[[Any, Any], Any]

_FORMULAS: dict[tuple[type, type], Divergence] = {}
_EXPONENTIAL = (
    Bernoulli, Beta, ContinuousBernoulli, Dirichlet, Exponential, ExponentialFamily, Gamma, Normal, Poisson,
)  # fmt: skip
_BREGMAN = (
    "The cross KL-divergence between different exponential families cannot "
    "                            be computed using Bregman divergences"
)


def register_kl(type_p: type, type_q: type) -> Callable[[Divergence], Divergence]:
    """A decorator for the formula of two kinds of distributions."""

    def register(f: Divergence) -> Divergence:
        _FORMULAS[type_p, type_q] = f
        return f

    return register


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """The divergence of ``p`` from ``q``. Raises NotImplementedError for pairs for which there is no formula."""
    for first in type(p).__mro__:
        for second in type(q).__mro__:
            found = _FORMULAS.get((first, second))
            if found is not None:
                return found(p, q)
    if type(p) is not type(q) and isinstance(p, _EXPONENTIAL) and isinstance(q, _EXPONENTIAL):
        raise NotImplementedError(_BREGMAN)
    names = type(p).__name__, type(q).__name__
    raise NotImplementedError(f"No KL(p || q) is implemented for p type {names[0]} and q type {names[1]}")


def beyond(found: Any, where: Any) -> Any:
    """What was found, and infinity where ``p`` has values that ``q`` cannot have."""
    found[where] = math.inf
    return found

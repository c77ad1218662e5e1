"""The Kullback-Leibler divergence of two distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradwalk.engine.surface.decomposition import LINALG

from ..nn import functional as F  # noqa: N812
from .bernoulli import Bernoulli
from .categorical import Categorical
from .distribution import Distribution
from .multivariate_normal import MultivariateNormal, mahalanobis
from .normal import Normal

Divergence = Callable[[Any, Any], Any]


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """The divergence of ``p`` from ``q``. Raises NotImplementedError for pairs for which there is no formula."""
    for first in type(p).__mro__:
        for second in type(q).__mro__:
            found = _FORMULAS.get((first, second))
            if found is not None:
                return found(p, q)
    names = type(p).__name__, type(q).__name__
    raise NotImplementedError(f"No KL(p || q) is implemented for p type {names[0]} and q type {names[1]}")


def register_kl(type_p: type, type_q: type) -> Callable[[Divergence], Divergence]:
    """A decorator for the formula of two kinds of distributions."""

    def register(f: Divergence) -> Divergence:
        _FORMULAS[type_p, type_q] = f
        return f

    return register


def _softplus(x: Any) -> Any:
    return F.softplus(x)


def _normals(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale).pow(2)
    distance = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + distance - 1 - ratio.log())


def _categoricals(p: Any, q: Any) -> Any:
    terms = p.probs * (p.logits - q.logits)
    terms[(q.probs == 0).expand_as(terms)] = math.inf
    terms[(p.probs == 0).expand_as(terms)] = 0
    return terms.sum(-1)


def _bernoullis(p: Any, q: Any) -> Any:
    of_ones = p.probs * (_softplus(-q.logits) - _softplus(-p.logits))
    of_ones[q.probs == 0] = math.inf
    of_ones[p.probs == 0] = 0
    of_zeros = (1 - p.probs) * (_softplus(q.logits) - _softplus(p.logits))
    of_zeros[q.probs == 1] = math.inf
    of_zeros[p.probs == 1] = 0
    return of_ones + of_zeros


def _multivariate_normals(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with                          different event shapes "
            "cannot be computed"
        )
    determinants = q._half_log_det() - p._half_log_det()
    trace = LINALG["solve_triangular"](q._factor, p._factor, upper=False).pow(2).sum((-2, -1))
    return determinants + 0.5 * (trace + mahalanobis(q._factor, q.loc - p.loc) - p.event_shape[0])


_FORMULAS: dict[tuple[type, type], Divergence] = {
    (Normal, Normal): _normals, (Categorical, Categorical): _categoricals, (Bernoulli, Bernoulli): _bernoullis,
    (MultivariateNormal, MultivariateNormal): _multivariate_normals,
}  # fmt: skip

"""The Kullback-Leibler divergence of two distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from ..nn import functional as F  # noqa: N812
from . import _divergences as rarer
from ._divergences import EULER
from .bernoulli import Bernoulli
from .beta import Beta
from .binomial import Binomial
from .categorical import Categorical
from .cauchy import Cauchy
from .continuous_bernoulli import ContinuousBernoulli
from .dirichlet import Dirichlet
from .distribution import Distribution
from .exp_family import ExponentialFamily
from .exponential import Exponential
from .gamma import Gamma
from .geometric import Geometric
from .gumbel import Gumbel
from .half_normal import HalfNormal
from .independent import Independent
from .laplace import Laplace
from .lowrank_multivariate_normal import LowRankMultivariateNormal
from .multivariate_normal import MultivariateNormal, mahalanobis
from .normal import Normal
from .one_hot_categorical import OneHotCategorical
from .pareto import Pareto
from .poisson import Poisson
from .transformed_distribution import TransformedDistribution
from .uniform import Uniform
from .wishart import Wishart

Divergence = Callable[[Any, Any], Any]


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


def _exponentials(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


def _gammas(p: Any, q: Any) -> Any:
    a, b = q.concentration * (p.rate / q.rate).log(), q.concentration.lgamma() - p.concentration.lgamma()
    c = (p.concentration - q.concentration) * p.concentration.digamma()
    return a + b + c + (q.rate - p.rate) * (p.concentration / p.rate)


def _geometrics(p: Any, q: Any) -> Any:
    return -p.entropy() - (-q.probs).log1p() / p.probs - q.logits


def _laplaces(p: Any, q: Any) -> Any:
    ratio, distance = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * (-distance / p.scale).exp() - 1


def _poissons(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


def _uniforms(p: Any, q: Any) -> Any:
    found = ((q.high - q.low) / (p.high - p.low)).log()
    found[(q.low > p.low) | (q.high < p.high)] = math.inf
    return found


def _one_hots(p: Any, q: Any) -> Any:
    return _categoricals(p._categorical, q._categorical)


def _independents(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return p._summed(kl_divergence(p.base_dist, q.base_dist))


def _dirichlets(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    totals = a.sum(-1), b.sum(-1)
    first = totals[0].lgamma() - totals[1].lgamma()
    second = (a.lgamma() - b.lgamma()).sum(-1)
    third = ((a - b) * (a.digamma() - totals[0].digamma().unsqueeze(-1))).sum(-1)
    return first - second + third


def _betas(p: Any, q: Any) -> Any:
    total_p, total_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    first = q.concentration1.lgamma() + q.concentration0.lgamma() + total_p.lgamma()
    second = p.concentration1.lgamma() + p.concentration0.lgamma() + total_q.lgamma()
    third = (p.concentration1 - q.concentration1) * p.concentration1.digamma()
    fourth = (p.concentration0 - q.concentration0) * p.concentration0.digamma()
    return first - second + third + fourth + (total_q - total_p) * total_p.digamma()


def _infinite(parameter: str) -> Divergence:
    """Where ``p`` has values that ``q`` cannot have."""

    def divergence(p: Any, q: Any) -> Any:
        return FUNCTIONS["full_like"](getattr(p, parameter), math.inf)

    return divergence


def _bernoulli_poisson(p: Any, q: Any) -> Any:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


def _uniform_normal(p: Any, q: Any) -> Any:
    width = p.high - p.low
    off_centre = ((p.high + p.low - 2 * q.loc) / 2).pow(2)
    return (q.scale * math.sqrt(2 * math.pi) / width).log() + (width.pow(2) / 12 + off_centre) / (2 * q.scale.pow(2))


def _exponential_gamma(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -q.concentration * ratio.log() + ratio + q.concentration.lgamma() + q.concentration * EULER - (1 + EULER)


def _gamma_exponential(p: Any, q: Any) -> Any:
    return -p.entropy() - q.rate.log() + q.rate * p.concentration / p.rate


_EXPONENTIAL = (
    Bernoulli, Beta, ContinuousBernoulli, Dirichlet, Exponential, ExponentialFamily, Gamma, Normal, Poisson,
)  # fmt: skip
_BREGMAN = (
    "The cross KL-divergence between different exponential families cannot "
    "                            be computed using Bregman divergences"
)
_BOUNDED = (Beta, ContinuousBernoulli, Uniform)
_UNREACHED: tuple[tuple[type, str, tuple[type, ...]], ...] = (
    (Beta, "concentration1", (Pareto,)),
    (ContinuousBernoulli, "probs", (Pareto,)),
    (Exponential, "rate", (*_BOUNDED, Pareto)),
    (Gamma, "concentration", (*_BOUNDED, Pareto)),
    (Gumbel, "loc", (*_BOUNDED, Exponential, Gamma, Pareto)),
    (Laplace, "loc", (*_BOUNDED, Exponential, Gamma, Pareto)),
    (Normal, "loc", (*_BOUNDED, Exponential, Gamma, Pareto)),
    (Pareto, "scale", _BOUNDED),
    (Poisson, "rate", (Bernoulli, Binomial)),
)
"""Kinds with values that others cannot have, the parameter of which the divergence has the shape, and those others."""

_FORMULAS: dict[tuple[type, type], Divergence] = {
    (Normal, Normal): _normals, (Categorical, Categorical): _categoricals, (Bernoulli, Bernoulli): _bernoullis,
    (MultivariateNormal, MultivariateNormal): _multivariate_normals, (Exponential, Exponential): _exponentials,
    (Gamma, Gamma): _gammas, (Geometric, Geometric): _geometrics, (Laplace, Laplace): _laplaces,
    (Poisson, Poisson): _poissons, (Uniform, Uniform): _uniforms, (OneHotCategorical, OneHotCategorical): _one_hots,
    (Independent, Independent): _independents, (Dirichlet, Dirichlet): _dirichlets, (Beta, Beta): _betas,
    (Bernoulli, Poisson): _bernoulli_poisson, (Uniform, Normal): _uniform_normal,
    (Exponential, Gamma): _exponential_gamma, (Gamma, Exponential): _gamma_exponential,
    (Beta, ContinuousBernoulli): rarer.beta_continuous_bernoulli, (Beta, Exponential): rarer.by_mean_of_exponential,
    (Beta, Gamma): rarer.beta_gamma, (Beta, Normal): rarer.by_moments_to_normal, (Beta, Uniform): rarer.beta_uniform,
    (Binomial, Binomial): rarer.binomials, (Cauchy, Cauchy): rarer.cauchys,
    (ContinuousBernoulli, ContinuousBernoulli): rarer.continuous_bernoullis,
    (ContinuousBernoulli, Exponential): rarer.by_mean_of_exponential,
    (ContinuousBernoulli, Normal): rarer.by_moments_to_normal,
    (ContinuousBernoulli, Uniform): rarer.continuous_bernoulli_uniform,
    (Exponential, Gumbel): rarer.exponential_gumbel, (Exponential, Normal): rarer.by_moments_to_normal,
    (Gamma, Gumbel): rarer.gamma_gumbel, (Gamma, Normal): rarer.by_moments_to_normal,
    (Gumbel, Gumbel): rarer.gumbels, (Gumbel, Normal): rarer.gumbel_normal, (HalfNormal, HalfNormal): rarer.bases,
    (Laplace, Normal): rarer.laplace_normal, (Normal, Gumbel): rarer.normal_gumbel,
    (Normal, Laplace): rarer.normal_laplace, (Pareto, Exponential): rarer.pareto_exponential,
    (Pareto, Gamma): rarer.pareto_gamma, (Pareto, Normal): rarer.pareto_normal, (Pareto, Pareto): rarer.paretos,
    (Uniform, Beta): rarer.uniform_beta, (Uniform, ContinuousBernoulli): rarer.uniform_continuous_bernoulli,
    (Uniform, Exponential): rarer.uniform_exponential, (Uniform, Gamma): rarer.uniform_gamma,
    (Uniform, Gumbel): rarer.uniform_gumbel, (Uniform, Pareto): rarer.uniform_pareto,
    (TransformedDistribution, TransformedDistribution): rarer.transformed, (Wishart, Wishart): rarer.wisharts,
    (LowRankMultivariateNormal, LowRankMultivariateNormal): rarer.low_ranks,
    (LowRankMultivariateNormal, MultivariateNormal): rarer.low_rank_normal,
    (MultivariateNormal, LowRankMultivariateNormal): rarer.normal_low_rank,
    **{(kind, other): _infinite(name) for kind, name, others in _UNREACHED for other in others},
}  # fmt: skip

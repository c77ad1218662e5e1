"""Divergences of two distributions of one kind."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from ._kl_registry import beyond, kl_divergence, register_kl
from .bernoulli import Bernoulli
from .beta import Beta
from .binomial import Binomial
from .categorical import Categorical
from .cauchy import Cauchy
from .continuous_bernoulli import ContinuousBernoulli
from .dirichlet import Dirichlet
from .exponential import Exponential
from .gamma import Gamma
from .geometric import Geometric
from .gumbel import EULER, Gumbel
from .half_normal import HalfNormal
from .independent import Independent
from .laplace import Laplace
from .normal import Normal
from .one_hot_categorical import OneHotCategorical
from .pareto import Pareto
from .poisson import Poisson
from .transformed_distribution import TransformedDistribution
from .uniform import Uniform


def _softplus(x: Any) -> Any:
    return F.softplus(x)


@register_kl(Normal, Normal)
def normals(p: Any, q: Any) -> Any:
    """Of normal numbers."""
    ratio = (p.scale / q.scale).pow(2)
    distance = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + distance - 1 - ratio.log())


@register_kl(Categorical, Categorical)
def categoricals(p: Any, q: Any) -> Any:
    """Of classes."""
    terms = p.probs * (p.logits - q.logits)
    terms[(q.probs == 0).expand_as(terms)] = math.inf
    terms[(p.probs == 0).expand_as(terms)] = 0
    return terms.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def one_hots(p: Any, q: Any) -> Any:
    """Of classes, written as vectors."""
    return categoricals(p._categorical, q._categorical)


@register_kl(Bernoulli, Bernoulli)
def bernoullis(p: Any, q: Any) -> Any:
    """Of coins."""
    of_ones = p.probs * (_softplus(-q.logits) - _softplus(-p.logits))
    of_ones[q.probs == 0] = math.inf
    of_ones[p.probs == 0] = 0
    of_zeros = (1 - p.probs) * (_softplus(q.logits) - _softplus(p.logits))
    of_zeros[q.probs == 1] = math.inf
    of_zeros[p.probs == 1] = 0
    return of_ones + of_zeros


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def continuous_bernoullis(p: Any, q: Any) -> Any:
    """Of numbers between 0 and 1 whose logarithm of the density is a line."""
    first = p.mean * (p.logits - q.logits)
    return first + p._log_norm() + (-p.probs).log1p() - q._log_norm() - (-q.probs).log1p()


@register_kl(Binomial, Binomial)
def binomials(p: Any, q: Any) -> Any:
    """Of numbers of successes."""
    if (q.total_count < p.total_count).any():
        return FUNCTIONS["full_like"](p.total_count, math.inf)
    one = p.probs * (p.logits - q.logits)
    return p.total_count * (one + (-p.probs).log1p() - (-q.probs).log1p())


@register_kl(Geometric, Geometric)
def geometrics(p: Any, q: Any) -> Any:
    """Of numbers of failures."""
    return -p.entropy() - (-q.probs).log1p() / p.probs - q.logits


@register_kl(Poisson, Poisson)
def poissons(p: Any, q: Any) -> Any:
    """Of counts."""
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Exponential, Exponential)
def exponentials(p: Any, q: Any) -> Any:
    """Of waiting times."""
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Gamma, Gamma)
def gammas(p: Any, q: Any) -> Any:
    """Of sums of waiting times."""
    a, b = q.concentration * (p.rate / q.rate).log(), q.concentration.lgamma() - p.concentration.lgamma()
    c = (p.concentration - q.concentration) * p.concentration.digamma()
    return a + b + c + (q.rate - p.rate) * (p.concentration / p.rate)


@register_kl(Beta, Beta)
def betas(p: Any, q: Any) -> Any:
    """Of numbers between 0 and 1."""
    total_p, total_q = p.concentration1 + p.concentration0, q.concentration1 + q.concentration0
    first = q.concentration1.lgamma() + q.concentration0.lgamma() + total_p.lgamma()
    second = p.concentration1.lgamma() + p.concentration0.lgamma() + total_q.lgamma()
    third = (p.concentration1 - q.concentration1) * p.concentration1.digamma()
    fourth = (p.concentration0 - q.concentration0) * p.concentration0.digamma()
    return first - second + third + fourth + (total_q - total_p) * total_p.digamma()


@register_kl(Dirichlet, Dirichlet)
def dirichlets(p: Any, q: Any) -> Any:
    """Of shares."""
    a, b = p.concentration, q.concentration
    totals = a.sum(-1), b.sum(-1)
    first = totals[0].lgamma() - totals[1].lgamma()
    second = (a.lgamma() - b.lgamma()).sum(-1)
    third = ((a - b) * (a.digamma() - totals[0].digamma().unsqueeze(-1))).sum(-1)
    return first - second + third


@register_kl(Uniform, Uniform)
def uniforms(p: Any, q: Any) -> Any:
    """Of stretches."""
    found = ((q.high - q.low) / (p.high - p.low)).log()
    found[(q.low > p.low) | (q.high < p.high)] = math.inf
    return found


@register_kl(Laplace, Laplace)
def laplaces(p: Any, q: Any) -> Any:
    """Of numbers with two exponential sides."""
    ratio, distance = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * (-distance / p.scale).exp() - 1


@register_kl(Cauchy, Cauchy)
def cauchys(p: Any, q: Any) -> Any:
    """Of ratios of two normal numbers."""
    distance = (p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)
    return distance.log() - (4 * p.scale * q.scale).log()


@register_kl(Gumbel, Gumbel)
def gumbels(p: Any, q: Any) -> Any:
    """Of greatest numbers."""
    ratio, of_q, of_p = p.scale / q.scale, q.loc / q.scale, p.loc / q.scale
    linear = -ratio.log() - of_q + of_p
    return linear + ratio * EULER + (of_q + (1 + ratio).lgamma() - of_p).exp() - (1 + EULER)


@register_kl(Pareto, Pareto)
def paretos(p: Any, q: Any) -> Any:
    """Of numbers with a heavy tail."""
    ratio = q.alpha / p.alpha
    return beyond(q.alpha * (p.scale / q.scale).log() - ratio.log() + ratio - 1, p.scale < q.scale)


@register_kl(Independent, Independent)
def independents(p: Any, q: Any) -> Any:
    """Of several variables that are taken for one."""
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return p._summed(kl_divergence(p.base_dist, q.base_dist))


@register_kl(TransformedDistribution, TransformedDistribution)
def transformed(p: Any, q: Any) -> Any:
    """Of what one transform makes of two distributions: as far apart as these."""
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)


@register_kl(HalfNormal, HalfNormal)
def bases(p: Any, q: Any) -> Any:
    """Of the halves of two distributions: as far apart as these."""
    return kl_divergence(p.base_dist, q.base_dist)

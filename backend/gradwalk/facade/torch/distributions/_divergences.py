"""Divergences of the rarer pairs of distributions: of those that lie on lines, by their moments and logarithms."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from .multivariate_normal import mahalanobis

EULER = 0.57721566490153286060
_CIRCLE = 2 * math.pi


def _beyond(found: Any, where: Any) -> Any:
    """What was found, and infinity where ``p`` has values that ``q`` cannot have."""
    found[where] = math.inf
    return found


def _times_log(x: Any) -> Any:
    return FUNCTIONS["xlogy"](x, x)


def binomials(p: Any, q: Any) -> Any:
    """Of numbers of successes."""
    if (q.total_count < p.total_count).any():
        return FUNCTIONS["full_like"](p.total_count, math.inf)
    one = p.probs * (p.logits - q.logits)
    return p.total_count * (one + (-p.probs).log1p() - (-q.probs).log1p())


def cauchys(p: Any, q: Any) -> Any:
    """Of ratios of two normal numbers."""
    distance = (p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)
    return distance.log() - (4 * p.scale * q.scale).log()


def continuous_bernoullis(p: Any, q: Any) -> Any:
    """Of numbers between 0 and 1 whose logarithm of the density is a line."""
    first = p.mean * (p.logits - q.logits)
    return first + p._log_norm() + (-p.probs).log1p() - q._log_norm() - (-q.probs).log1p()


def beta_continuous_bernoulli(p: Any, q: Any) -> Any:
    """Between numbers from 0 to 1."""
    return -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_norm()


def by_mean_of_exponential(p: Any, q: Any) -> Any:
    """To waiting times, from what has a mean and an entropy."""
    return -p.entropy() - q.rate.log() + q.rate * p.mean


def beta_gamma(p: Any, q: Any) -> Any:
    """From numbers between 0 and 1 to positive ones."""
    total = p.concentration1 + p.concentration0
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    mean_log = p.concentration1.digamma() - total.digamma()
    return -p.entropy() + of_q - (q.concentration - 1) * mean_log + q.rate * p.concentration1 / total


def by_moments_to_normal(p: Any, q: Any) -> Any:
    """To normal numbers, from what has two moments and an entropy."""
    variance = q.scale.pow(2)
    square = (p.variance + p.mean.pow(2)) * 0.5 - q.loc * p.mean + q.loc.pow(2) * 0.5
    return -p.entropy() + 0.5 * (variance * _CIRCLE).log() + square / variance


def beta_uniform(p: Any, q: Any) -> Any:
    """From numbers between 0 and 1 to a stretch."""
    return _beyond(-p.entropy() + (q.high - q.low).log(), (q.low > 0) | (q.high < 1))


def continuous_bernoulli_uniform(p: Any, q: Any) -> Any:
    """The same, for which PyTorch counts all of the ends as beyond."""
    return _beyond(-p.entropy() + (q.high - q.low).log(), (q.low >= 0) | (q.high <= 1))


def exponential_gumbel(p: Any, q: Any) -> Any:
    """From waiting times to greatest numbers."""
    product, shift = q.scale * p.rate, q.loc / q.scale
    return product.log() - 1 - shift + shift.exp() * product / (product + 1) + product.reciprocal()


def gamma_gumbel(p: Any, q: Any) -> Any:
    """From sums of waiting times to greatest numbers."""
    product, shift, a = p.rate * q.scale, q.loc / q.scale, p.concentration
    first = (a - 1) * a.digamma() - a.lgamma() - a
    return first + product.log() + a / product + shift.exp() * (1 + product.reciprocal()).pow(-a) - shift


def gumbels(p: Any, q: Any) -> Any:
    """Of greatest numbers."""
    ratio, of_q, of_p = p.scale / q.scale, q.loc / q.scale, p.loc / q.scale
    linear = -ratio.log() - of_q + of_p
    return linear + ratio * EULER + (of_q + (1 + ratio).lgamma() - of_p).exp() - (1 + EULER)


def gumbel_normal(p: Any, q: Any) -> Any:
    """From greatest numbers to normal ones."""
    ratio = p.scale / q.scale
    spread = (math.pi * ratio * 0.5).pow(2) / 3
    apart = ((p.loc + p.scale * EULER - q.loc) / q.scale).pow(2) * 0.5
    return -(ratio / math.sqrt(_CIRCLE)).log() + spread + apart - (EULER + 1)


def laplace_normal(p: Any, q: Any) -> Any:
    """From numbers with two exponential sides to normal ones."""
    variance = q.scale.pow(2)
    ratio = p.scale.pow(2) / variance
    square = 0.5 * p.loc.pow(2) - p.loc * q.loc + 0.5 * q.loc.pow(2)
    return -0.5 * (2 * ratio / math.pi).log() + ratio + square / variance - 1


def normal_gumbel(p: Any, q: Any) -> Any:
    """From normal numbers to greatest ones."""
    of_p, of_q, ratio = p.loc / q.scale, q.loc / q.scale, (p.scale / q.scale).pow(2)
    grown = (-of_p + 0.5 * ratio + of_q).exp()
    return -ratio.log() * 0.5 + of_p - of_q + grown - 0.5 * (1 + math.log(_CIRCLE))


def normal_laplace(p: Any, q: Any) -> Any:
    """From normal numbers to those with two exponential sides."""
    apart = p.loc - q.loc
    steps = apart / p.scale
    near = math.sqrt(2 / math.pi) * p.scale * (-0.5 * steps.pow(2)).exp()
    far = apart * (math.sqrt(0.5) * steps).erf()
    return -(p.scale / q.scale).log() + (near + far) / q.scale - 0.5 * (1 + math.log(0.5 * math.pi))


def pareto_exponential(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to waiting times."""
    product = p.scale * q.rate
    found = (p.alpha / product).log() - p.alpha.reciprocal() + p.alpha * product / (p.alpha - 1) - 1
    return _beyond(found, p.alpha <= 1)


def pareto_gamma(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to sums of waiting times."""
    mean_log = p.scale.log() + p.alpha.reciprocal()
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    linear = q.rate * p.alpha * p.scale / (p.alpha - 1)
    return _beyond(p.alpha.log() - mean_log + of_q + (1 - q.concentration) * mean_log + linear - 1, p.alpha <= 1)


def pareto_normal(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to normal ones."""
    variance, part = 2 * q.scale.pow(2), p.scale / (p.alpha - 1)
    first = (math.sqrt(_CIRCLE) * q.scale * p.alpha / p.scale).log() - p.alpha.reciprocal()
    spread = p.alpha * part.pow(2) / (p.alpha - 2)
    return _beyond(first + (spread + (p.alpha * part - q.loc).pow(2)) / variance - 1, p.alpha <= 2)


def paretos(p: Any, q: Any) -> Any:
    """Of numbers with a heavy tail."""
    ratio = q.alpha / p.alpha
    return _beyond(q.alpha * (p.scale / q.scale).log() - ratio.log() + ratio - 1, p.scale < q.scale)


def uniform_beta(p: Any, q: Any) -> Any:
    """From a stretch to numbers between 0 and 1."""
    width = p.high - p.low
    up = (q.concentration1 - 1) * (_times_log(p.high) - _times_log(p.low) - width) / width
    down = (q.concentration0 - 1) * (_times_log(1 - p.high) - _times_log(1 - p.low) + width) / width
    whole = q.concentration1.lgamma() + q.concentration0.lgamma() - (q.concentration1 + q.concentration0).lgamma()
    return _beyond(down + whole - width.log() - up, (p.high > 1) | (p.low < 0))


def uniform_continuous_bernoulli(p: Any, q: Any) -> Any:
    """The same, for which PyTorch counts all of the ends as beyond."""
    found = -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_norm()
    return _beyond(found, (p.high >= 1) | (p.low <= 0))


def uniform_exponential(p: Any, q: Any) -> Any:
    """From a stretch to waiting times."""
    return _beyond(q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log(), p.low < 0)


def uniform_gamma(p: Any, q: Any) -> Any:
    """From a stretch to sums of waiting times."""
    width = p.high - p.low
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    mean_log = (_times_log(p.high) - _times_log(p.low) - width) / width
    found = -width.log() + of_q + (1 - q.concentration) * mean_log + q.rate * (p.high + p.low) / 2
    return _beyond(found, p.low < 0)


def uniform_gumbel(p: Any, q: Any) -> Any:
    """From a stretch to greatest numbers."""
    part, high, low = q.scale / (p.high - p.low), (p.high - q.loc) / q.scale, (p.low - q.loc) / q.scale
    return part.log() + 0.5 * (high + low) - part * ((-high).exp() - (-low).exp())


def uniform_pareto(p: Any, q: Any) -> Any:
    """From a stretch to numbers with a heavy tail."""
    width = p.high - p.low
    mean_log = (_times_log(p.high) - _times_log(p.low) - width) / width
    return _beyond(mean_log * (q.alpha + 1) - (q.alpha * q.scale.pow(q.alpha) * width).log(), p.low < q.scale)


def transformed(p: Any, q: Any) -> Any:
    """Of what one transform makes of two distributions: as far apart as these."""
    from .kl import kl_divergence

    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)


def bases(p: Any, q: Any) -> Any:
    """Of the halves of two distributions: as far apart as these."""
    from .kl import kl_divergence

    return kl_divergence(p.base_dist, q.base_dist)


# -- vectors and matrices ---------------------------------------------------------------------------------------------


def _squares(x: Any) -> Any:
    return x.pow(2).sum((-2, -1))


def _must_be_as_long(p: Any, q: Any, kinds: str) -> None:
    if p.event_shape != q.event_shape:
        raise ValueError(
            f"KL-divergence between {kinds} with                          different event shapes cannot be computed"
        )


def _within(q: Any) -> Any:
    """What is taken off again, of what the diagonal of a covariance alone would give."""
    return LINALG["solve_triangular"](q._capacitance, q._factor.mT / q._diagonal.unsqueeze(-2), upper=False)


def low_ranks(p: Any, q: Any) -> Any:
    """Of normal vectors that mostly lie in few directions."""
    _must_be_as_long(p, q, "two Low Rank Multivariate Normals")
    within = _within(q)
    trace = (p._diagonal / q._diagonal).sum(-1) + _squares(p._factor * q._diagonal.rsqrt().unsqueeze(-1))
    trace = trace - _squares(within * p._diagonal.sqrt().unsqueeze(-2)) - _squares(within @ p._factor)
    return 0.5 * (q._log_det() - p._log_det() + q._distance(q.loc - p.loc) + trace - p.event_shape[0])


def normal_low_rank(p: Any, q: Any) -> Any:
    """From normal vectors to those."""
    _must_be_as_long(p, q, "two (Low Rank) Multivariate Normals")
    trace = _squares(p._factor * q._diagonal.rsqrt().unsqueeze(-1)) - _squares(_within(q) @ p._factor)
    return 0.5 * (q._log_det() - 2 * p._half_log_det() + q._distance(q.loc - p.loc) + trace - p.event_shape[0])


def low_rank_normal(p: Any, q: Any) -> Any:
    """From those to normal vectors."""
    _must_be_as_long(p, q, "two (Low Rank) Multivariate Normals")
    trace = _squares(LINALG["solve_triangular"](q._factor, p._factor, upper=False))
    roots = FUNCTIONS["diag_embed"](p._diagonal.sqrt())
    trace = trace + _squares(LINALG["solve_triangular"](q._factor, roots, upper=False))
    distance = mahalanobis(q._factor, q.loc - p.loc)
    return 0.5 * (2 * q._half_log_det() - p._log_det() + distance + trace - p.event_shape[0])


def wisharts(p: Any, q: Any) -> Any:
    """Of sample covariances."""
    rows = p.event_shape[-1]
    inner = LINALG["solve_triangular"](q._factor, p._factor, upper=False)
    log_ratio = 2 * inner.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    half_p, half_q = p.df / 2, q.df / 2
    gammas = FUNCTIONS["mvlgamma"](half_q, rows) - FUNCTIONS["mvlgamma"](half_p, rows)
    places = FUNCTIONS["arange"](rows, dtype=half_p.dtype) / 2
    slope = (half_p.unsqueeze(-1) - places).digamma().sum(-1)
    return -half_q * log_ratio + half_p * (_squares(inner) - rows) + gammas + (half_p - half_q) * slope

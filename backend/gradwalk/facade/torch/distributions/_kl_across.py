"""Divergences of two distributions of different kinds, in the order of the first."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from ._kl_registry import Divergence, beyond, register_kl
from .bernoulli import Bernoulli
from .beta import Beta
from .binomial import Binomial
from .continuous_bernoulli import ContinuousBernoulli
from .exponential import Exponential
from .gamma import Gamma
from .gumbel import EULER, Gumbel
from .laplace import Laplace
from .normal import Normal
from .pareto import Pareto
from .poisson import Poisson
from .uniform import Uniform

_CIRCLE = 2 * math.pi
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


def _times_log(x: Any) -> Any:
    return FUNCTIONS["xlogy"](x, x)


@register_kl(Bernoulli, Poisson)
def bernoulli_poisson(p: Any, q: Any) -> Any:
    """From coins to counts."""
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Beta, ContinuousBernoulli)
def beta_continuous_bernoulli(p: Any, q: Any) -> Any:
    """Between numbers from 0 to 1."""
    return -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_norm()


@register_kl(Beta, Exponential)
@register_kl(ContinuousBernoulli, Exponential)
def by_mean_of_exponential(p: Any, q: Any) -> Any:
    """To waiting times, from what has a mean and an entropy."""
    return -p.entropy() - q.rate.log() + q.rate * p.mean


@register_kl(Beta, Gamma)
def beta_gamma(p: Any, q: Any) -> Any:
    """From numbers between 0 and 1 to positive ones."""
    total = p.concentration1 + p.concentration0
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    mean_log = p.concentration1.digamma() - total.digamma()
    return -p.entropy() + of_q - (q.concentration - 1) * mean_log + q.rate * p.concentration1 / total


@register_kl(Beta, Normal)
@register_kl(ContinuousBernoulli, Normal)
@register_kl(Exponential, Normal)
@register_kl(Gamma, Normal)
def by_moments_to_normal(p: Any, q: Any) -> Any:
    """To normal numbers, from what has two moments and an entropy."""
    variance = q.scale.pow(2)
    square = (p.variance + p.mean.pow(2)) * 0.5 - q.loc * p.mean + q.loc.pow(2) * 0.5
    return -p.entropy() + 0.5 * (variance * _CIRCLE).log() + square / variance


@register_kl(Beta, Uniform)
def beta_uniform(p: Any, q: Any) -> Any:
    """From numbers between 0 and 1 to a stretch."""
    return beyond(-p.entropy() + (q.high - q.low).log(), (q.low > 0) | (q.high < 1))


@register_kl(ContinuousBernoulli, Uniform)
def continuous_bernoulli_uniform(p: Any, q: Any) -> Any:
    """The same, for which PyTorch counts all of the ends as beyond."""
    return beyond(-p.entropy() + (q.high - q.low).log(), (q.low >= 0) | (q.high <= 1))


@register_kl(Exponential, Gamma)
def exponential_gamma(p: Any, q: Any) -> Any:
    """From waiting times to sums of them."""
    ratio = q.rate / p.rate
    return -q.concentration * ratio.log() + ratio + q.concentration.lgamma() + q.concentration * EULER - (1 + EULER)


@register_kl(Exponential, Gumbel)
def exponential_gumbel(p: Any, q: Any) -> Any:
    """From waiting times to greatest numbers."""
    product, shift = q.scale * p.rate, q.loc / q.scale
    return product.log() - 1 - shift + shift.exp() * product / (product + 1) + product.reciprocal()


@register_kl(Gamma, Exponential)
def gamma_exponential(p: Any, q: Any) -> Any:
    """From sums of waiting times to one."""
    return -p.entropy() - q.rate.log() + q.rate * p.concentration / p.rate


@register_kl(Gamma, Gumbel)
def gamma_gumbel(p: Any, q: Any) -> Any:
    """From sums of waiting times to greatest numbers."""
    product, shift, a = p.rate * q.scale, q.loc / q.scale, p.concentration
    first = (a - 1) * a.digamma() - a.lgamma() - a
    return first + product.log() + a / product + shift.exp() * (1 + product.reciprocal()).pow(-a) - shift


@register_kl(Gumbel, Normal)
def gumbel_normal(p: Any, q: Any) -> Any:
    """From greatest numbers to normal ones."""
    ratio = p.scale / q.scale
    spread = (math.pi * ratio * 0.5).pow(2) / 3
    apart = ((p.loc + p.scale * EULER - q.loc) / q.scale).pow(2) * 0.5
    return -(ratio / math.sqrt(_CIRCLE)).log() + spread + apart - (EULER + 1)


@register_kl(Laplace, Normal)
def laplace_normal(p: Any, q: Any) -> Any:
    """From numbers with two exponential sides to normal ones."""
    variance = q.scale.pow(2)
    ratio = p.scale.pow(2) / variance
    square = 0.5 * p.loc.pow(2) - p.loc * q.loc + 0.5 * q.loc.pow(2)
    return -0.5 * (2 * ratio / math.pi).log() + ratio + square / variance - 1


@register_kl(Normal, Gumbel)
def normal_gumbel(p: Any, q: Any) -> Any:
    """From normal numbers to greatest ones."""
    of_p, of_q, ratio = p.loc / q.scale, q.loc / q.scale, (p.scale / q.scale).pow(2)
    grown = (-of_p + 0.5 * ratio + of_q).exp()
    return -ratio.log() * 0.5 + of_p - of_q + grown - 0.5 * (1 + math.log(_CIRCLE))


@register_kl(Normal, Laplace)
def normal_laplace(p: Any, q: Any) -> Any:
    """From normal numbers to those with two exponential sides."""
    apart = p.loc - q.loc
    steps = apart / p.scale
    near = math.sqrt(2 / math.pi) * p.scale * (-0.5 * steps.pow(2)).exp()
    far = apart * (math.sqrt(0.5) * steps).erf()
    return -(p.scale / q.scale).log() + (near + far) / q.scale - 0.5 * (1 + math.log(0.5 * math.pi))


@register_kl(Pareto, Exponential)
def pareto_exponential(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to waiting times."""
    product = p.scale * q.rate
    found = (p.alpha / product).log() - p.alpha.reciprocal() + p.alpha * product / (p.alpha - 1) - 1
    return beyond(found, p.alpha <= 1)


@register_kl(Pareto, Gamma)
def pareto_gamma(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to sums of waiting times."""
    mean_log = p.scale.log() + p.alpha.reciprocal()
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    linear = q.rate * p.alpha * p.scale / (p.alpha - 1)
    return beyond(p.alpha.log() - mean_log + of_q + (1 - q.concentration) * mean_log + linear - 1, p.alpha <= 1)


@register_kl(Pareto, Normal)
def pareto_normal(p: Any, q: Any) -> Any:
    """From numbers with a heavy tail to normal ones."""
    variance, part = 2 * q.scale.pow(2), p.scale / (p.alpha - 1)
    first = (math.sqrt(_CIRCLE) * q.scale * p.alpha / p.scale).log() - p.alpha.reciprocal()
    spread = p.alpha * part.pow(2) / (p.alpha - 2)
    return beyond(first + (spread + (p.alpha * part - q.loc).pow(2)) / variance - 1, p.alpha <= 2)


@register_kl(Uniform, Beta)
def uniform_beta(p: Any, q: Any) -> Any:
    """From a stretch to numbers between 0 and 1."""
    width = p.high - p.low
    up = (q.concentration1 - 1) * (_times_log(p.high) - _times_log(p.low) - width) / width
    down = (q.concentration0 - 1) * (_times_log(1 - p.high) - _times_log(1 - p.low) + width) / width
    whole = q.concentration1.lgamma() + q.concentration0.lgamma() - (q.concentration1 + q.concentration0).lgamma()
    return beyond(down + whole - width.log() - up, (p.high > 1) | (p.low < 0))


@register_kl(Uniform, ContinuousBernoulli)
def uniform_continuous_bernoulli(p: Any, q: Any) -> Any:
    """The same, for which PyTorch counts all of the ends as beyond."""
    found = -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_norm()
    return beyond(found, (p.high >= 1) | (p.low <= 0))


@register_kl(Uniform, Exponential)
def uniform_exponential(p: Any, q: Any) -> Any:
    """From a stretch to waiting times."""
    return beyond(q.rate * (p.high + p.low) / 2 - ((p.high - p.low) * q.rate).log(), p.low < 0)


@register_kl(Uniform, Gamma)
def uniform_gamma(p: Any, q: Any) -> Any:
    """From a stretch to sums of waiting times."""
    width = p.high - p.low
    of_q = q.concentration.lgamma() - q.concentration * q.rate.log()
    mean_log = (_times_log(p.high) - _times_log(p.low) - width) / width
    found = -width.log() + of_q + (1 - q.concentration) * mean_log + q.rate * (p.high + p.low) / 2
    return beyond(found, p.low < 0)


@register_kl(Uniform, Gumbel)
def uniform_gumbel(p: Any, q: Any) -> Any:
    """From a stretch to greatest numbers."""
    part, high, low = q.scale / (p.high - p.low), (p.high - q.loc) / q.scale, (p.low - q.loc) / q.scale
    return part.log() + 0.5 * (high + low) - part * ((-high).exp() - (-low).exp())


@register_kl(Uniform, Normal)
def uniform_normal(p: Any, q: Any) -> Any:
    """From a stretch to normal numbers."""
    width = p.high - p.low
    off_centre = ((p.high + p.low - 2 * q.loc) / 2).pow(2)
    return (q.scale * math.sqrt(2 * math.pi) / width).log() + (width.pow(2) / 12 + off_centre) / (2 * q.scale.pow(2))


@register_kl(Uniform, Pareto)
def uniform_pareto(p: Any, q: Any) -> Any:
    """From a stretch to numbers with a heavy tail."""
    width = p.high - p.low
    mean_log = (_times_log(p.high) - _times_log(p.low) - width) / width
    return beyond(mean_log * (q.alpha + 1) - (q.alpha * q.scale.pow(q.alpha) * width).log(), p.low < q.scale)


def _infinite(parameter: str) -> Divergence:
    """Where ``p`` has values that ``q`` cannot have."""

    def divergence(p: Any, q: Any) -> Any:
        return FUNCTIONS["full_like"](getattr(p, parameter), math.inf)

    return divergence


for _kind, _parameter, _others in _UNREACHED:
    for _other in _others:
        register_kl(_kind, _other)(_infinite(_parameter))

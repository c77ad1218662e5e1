"""Divergences of distributions of vectors and matrices."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from ._kl_registry import register_kl
from .lowrank_multivariate_normal import LowRankMultivariateNormal
from .multivariate_normal import MultivariateNormal, mahalanobis
from .wishart import Wishart


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


@register_kl(MultivariateNormal, MultivariateNormal)
def multivariate_normals(p: Any, q: Any) -> Any:
    """Of normal vectors."""
    _must_be_as_long(p, q, "two Multivariate Normals")
    determinants = q._half_log_det() - p._half_log_det()
    trace = _squares(LINALG["solve_triangular"](q._factor, p._factor, upper=False))
    return determinants + 0.5 * (trace + mahalanobis(q._factor, q.loc - p.loc) - p.event_shape[0])


@register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)
def low_ranks(p: Any, q: Any) -> Any:
    """Of normal vectors that mostly lie in few directions."""
    _must_be_as_long(p, q, "two Low Rank Multivariate Normals")
    within = _within(q)
    trace = (p._diagonal / q._diagonal).sum(-1) + _squares(p._factor * q._diagonal.rsqrt().unsqueeze(-1))
    trace = trace - _squares(within * p._diagonal.sqrt().unsqueeze(-2)) - _squares(within @ p._factor)
    return 0.5 * (q._log_det() - p._log_det() + q._distance(q.loc - p.loc) + trace - p.event_shape[0])


@register_kl(MultivariateNormal, LowRankMultivariateNormal)
def normal_low_rank(p: Any, q: Any) -> Any:
    """From normal vectors to those."""
    _must_be_as_long(p, q, "two (Low Rank) Multivariate Normals")
    trace = _squares(p._factor * q._diagonal.rsqrt().unsqueeze(-1)) - _squares(_within(q) @ p._factor)
    return 0.5 * (q._log_det() - 2 * p._half_log_det() + q._distance(q.loc - p.loc) + trace - p.event_shape[0])


@register_kl(LowRankMultivariateNormal, MultivariateNormal)
def low_rank_normal(p: Any, q: Any) -> Any:
    """From those to normal vectors."""
    _must_be_as_long(p, q, "two (Low Rank) Multivariate Normals")
    trace = _squares(LINALG["solve_triangular"](q._factor, p._factor, upper=False))
    roots = FUNCTIONS["diag_embed"](p._diagonal.sqrt())
    trace = trace + _squares(LINALG["solve_triangular"](q._factor, roots, upper=False))
    distance = mahalanobis(q._factor, q.loc - p.loc)
    return 0.5 * (2 * q._half_log_det() - p._log_det() + distance + trace - p.event_shape[0])


@register_kl(Wishart, Wishart)
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

"""Distributions whose logarithm of the density is linear in functions of the value."""

from __future__ import annotations

from .distribution import Distribution


class ExponentialFamily(Distribution):
    """A base for distributions of users; those that are here do without it."""

    __module__ = "torch.distributions.exp_family"

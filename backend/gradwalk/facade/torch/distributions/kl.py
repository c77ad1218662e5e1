"""The Kullback-Leibler divergence of two distributions."""

from __future__ import annotations

from . import _kl_across, _kl_alike, _kl_vectors  # noqa: F401 (they register their formulas)
from ._kl_registry import kl_divergence, register_kl

__all__ = ["kl_divergence", "register_kl"]

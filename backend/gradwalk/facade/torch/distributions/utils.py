"""``torch.distributions.utils``: what one needs to write a distribution."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS

from .._missing import missing
from ._parameters import broadcast_all, clamp_probs, lazy_property, logits_to_probs, probs_to_logits
from ._parameters import sum_rightmost as _sum_rightmost  # noqa: F401  # which transforms of users borrow
from .joined_transforms import tril_matrix_to_vec, vec_to_tril_matrix

__all__ = [
    "broadcast_all", "clamp_probs", "lazy_property", "logits_to_probs", "probs_to_logits", "tril_matrix_to_vec",
    "vec_to_tril_matrix",
]  # fmt: skip


def _standard_normal(shape: Any, dtype: Any, device: Any) -> Any:
    """Standard normal numbers, which distributions of users borrow."""
    return FUNCTIONS["empty"](shape, dtype=dtype, device=device).normal_()


def __getattr__(name: str) -> Any:
    raise missing("torch.distributions.utils", name)

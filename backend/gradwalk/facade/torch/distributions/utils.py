"""``torch.distributions.utils``: what one needs to write a distribution."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .distribution import broadcast_all, clamp_probs, lazy_property, logits_to_probs, probs_to_logits

__all__ = ["broadcast_all", "clamp_probs", "lazy_property", "logits_to_probs", "probs_to_logits"]


def __getattr__(name: str) -> Any:
    raise missing("torch.distributions.utils", name)

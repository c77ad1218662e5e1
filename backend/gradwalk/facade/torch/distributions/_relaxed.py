"""What relaxed distributions hand on from those that they are made of."""

from __future__ import annotations

from typing import Any

from .transformed_distribution import TransformedDistribution


class Relaxed(TransformedDistribution):
    """A relaxed distribution: what it draws is nearly what is drawn at a temperature of zero."""

    has_rsample = True

    @property
    def temperature(self) -> Any:
        """How far from that."""
        return self.base_dist.temperature

    @property
    def logits(self) -> Any:
        """The probabilities as logarithms: of one, its log odds."""
        return self.base_dist.logits

    @property
    def probs(self) -> Any:
        """The probabilities."""
        return self.base_dist.probs

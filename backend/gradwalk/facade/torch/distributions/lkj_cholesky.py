"""Lewandowski, Kurowicka and Joe's distribution of correlation matrices, as their triangular factors."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import broadcast_all
from .beta import Beta
from .distribution import Distribution


class LKJCholesky(Distribution):
    """Factors of correlation matrices of ``dim`` rows, whose density goes with the determinant to a power of
    ``concentration`` less one."""

    __module__ = "torch.distributions.lkj_cholesky"
    arg_constraints = {"concentration": constraints.positive}  # noqa: RUF012
    support = constraints.corr_cholesky

    def __init__(self, dim: int, concentration: Any = 1.0, validate_args: bool | None = None) -> None:
        if dim < 2:
            raise ValueError(f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}.")
        self.dim = dim
        (self.concentration,) = broadcast_all(concentration)
        marginal = self.concentration + 0.5 * (dim - 2)
        offset = FUNCTIONS["arange"](dim - 1, dtype=self.concentration.dtype)
        offset = FUNCTIONS["cat"]([offset.new_zeros((1,)), offset])
        self._beta = Beta(offset + 0.5, marginal.unsqueeze(-1) - 0.5 * offset)
        super().__init__(self.concentration.size(), (dim, dim), validate_args)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Factors by the onion method: each row a direction and how far it reaches."""
        lengths = self._beta.sample(sample_shape).unsqueeze(-1)
        normal = FUNCTIONS["randn"](self._extended_shape(sample_shape), dtype=lengths.dtype).tril(-1)
        directions = normal / normal.norm(dim=-1, keepdim=True)
        directions[..., 0, :].fill_(0.0)
        w = lengths.sqrt() * directions
        rest = (1 - (w**2).sum(dim=-1)).clamp(min=finfo(w.dtype).tiny).sqrt()
        w += FUNCTIONS["diag_embed"](rest)
        return w

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        diagonal = value.diagonal(dim1=-1, dim2=-2)[..., 1:]
        order = FUNCTIONS["arange"](2, self.dim + 1)
        order = 2 * (self.concentration - 1).unsqueeze(-1) + self.dim - order
        density = (order * diagonal.log()).sum(dim=-1)
        rows = self.dim - 1
        alpha = self.concentration + 0.5 * rows
        below = alpha.lgamma() * rows
        return density - (0.5 * rows * math.log(math.pi) + FUNCTIONS["mvlgamma"](alpha - 0.5, rows) - below)

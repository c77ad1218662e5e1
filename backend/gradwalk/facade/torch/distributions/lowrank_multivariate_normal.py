"""The normal distribution of vectors that mostly lie in few directions."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from . import constraints
from ._parameters import lazy_property, standard_normal
from .distribution import Distribution
from .multivariate_normal import mahalanobis


class LowRankMultivariateNormal(Distribution):
    """Normal with covariance ``cov_factor @ cov_factor.mT + diag(cov_diag)``."""

    __module__ = "torch.distributions.lowrank_multivariate_normal"
    arg_constraints = {  # noqa: RUF012
        "loc": constraints.real_vector, "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }  # fmt: skip
    support = constraints.real_vector
    has_rsample = True
    _unexpanded = ("_factor", "_diagonal", "_capacitance")

    def __init__(self, loc: Any, cov_factor: Any, cov_diag: Any, validate_args: bool | None = None) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        shape = loc.shape[-1:]
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        if cov_factor.shape[-2:-1] != shape:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {shape[0]} x m")
        if cov_diag.shape[-1:] != shape:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {shape}")
        try:
            mean, self.cov_factor, diagonal = FUNCTIONS["broadcast_tensors"](
                loc.unsqueeze(-1), cov_factor, cov_diag.unsqueeze(-1)
            )
        except RuntimeError as error:
            raise ValueError(
                f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, cov_diag {cov_diag.shape}"
            ) from error
        self.loc, self.cov_diag = mean[..., 0], diagonal[..., 0]
        self._factor, self._diagonal = cov_factor, cov_diag
        self._capacitance = _cholesky_with_ones((cov_factor.mT / cov_diag.unsqueeze(-2)) @ cov_factor)
        super().__init__(self.loc.shape[:-1], shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.loc

    mode = mean

    @lazy_property
    def variance(self) -> Any:
        return (self._factor.pow(2).sum(-1) + self._diagonal).expand(self._batch_shape + self._event_shape)

    @lazy_property
    def scale_tril(self) -> Any:
        root = self._diagonal.sqrt().unsqueeze(-1)
        scaled = self._factor / root
        return (root * _cholesky_with_ones(scaled @ scaled.mT)).expand(self._square())

    @lazy_property
    def covariance_matrix(self) -> Any:
        found = self._factor @ self._factor.mT + FUNCTIONS["diag_embed"](self._diagonal)
        return found.expand(self._square())

    @lazy_property
    def precision_matrix(self) -> Any:
        a = LINALG["solve_triangular"](self._capacitance, self._factor.mT / self._diagonal.unsqueeze(-2), upper=False)
        return (FUNCTIONS["diag_embed"](self._diagonal.reciprocal()) - a.mT @ a).expand(self._square())

    def _square(self) -> Any:
        return self._batch_shape + self._event_shape + self._event_shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        shape = self._extended_shape(sample_shape)
        few = standard_normal(shape[:-1] + self.cov_factor.shape[-1:], self.loc)
        each = standard_normal(shape, self.loc)
        return self.loc + _times(self._factor, few) + self._diagonal.sqrt() * each

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        distance = self._distance(value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + self._log_det() + distance)

    def _distance(self, x: Any) -> Any:
        projected = _times(self._factor.mT / self._diagonal.unsqueeze(-2), x)
        return (x.pow(2) / self._diagonal).sum(-1) - mahalanobis(self._capacitance, projected)

    def entropy(self) -> Any:
        found = 0.5 * (self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._log_det())
        return found.expand(self._batch_shape) if self._batch_shape else found

    def _log_det(self) -> Any:
        return 2 * self._capacitance.diagonal(dim1=-2, dim2=-1).log().sum(-1) + self._diagonal.log().sum(-1)


def _times(matrix: Any, vector: Any) -> Any:
    return FUNCTIONS["matmul"](matrix, vector.unsqueeze(-1)).squeeze(-1)


def _cholesky_with_ones(matrix: Any) -> Any:
    """The triangular factor of a matrix with ones added to its diagonal."""
    n, matrix = matrix.size(-1), matrix.contiguous()
    matrix.view(-1, n * n)[:, :: n + 1] += 1
    return LINALG["cholesky"](matrix)

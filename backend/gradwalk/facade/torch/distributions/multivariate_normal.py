"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any

from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from . import constraints
from ._parameters import lazy_property, standard_normal
from .distribution import Distribution


class MultivariateNormal(Distribution):
    """Normal with mean ``loc``; its covariance, that one's inverse, or its triangular factor is given."""

    __module__ = "torch.distributions.multivariate_normal"
    arg_constraints = {  # noqa: RUF012
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True
    _unexpanded = ("_factor",)

    def __init__(
        self, loc: Any, covariance_matrix: Any = None, precision_matrix: Any = None, scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:  # fmt: skip
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        matrices = {
            "scale_tril": scale_tril, "covariance_matrix": covariance_matrix, "precision_matrix": precision_matrix
        }  # fmt: skip
        given = {name: x for name, x in matrices.items() if x is not None}
        if len(given) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        [(name, matrix)] = given.items()
        if matrix.dim() < 2:
            what = "scale_tril matrix" if name == "scale_tril" else name
            raise ValueError(f"{what} must be at least two-dimensional, with optional leading batch dimensions")
        batch_shape = FUNCTIONS["broadcast_shapes"](matrix.shape[:-2], loc.shape[:-1])
        self.__dict__[name] = matrix.expand(*batch_shape, -1, -1)
        self.loc = loc.expand(*batch_shape, -1)
        super().__init__(batch_shape, self.loc.shape[-1:], validate_args=validate_args)
        self._factor = FACTORS[name](matrix)

    @lazy_property
    def scale_tril(self) -> Any:
        return self._factor.expand(*self._batch_shape, -1, -1)

    @lazy_property
    def covariance_matrix(self) -> Any:
        return (self._factor @ self._factor.mT).expand(*self._batch_shape, -1, -1)

    @lazy_property
    def precision_matrix(self) -> Any:
        return LINALG["inv"](self._factor @ self._factor.mT).expand(*self._batch_shape, -1, -1)

    @property
    def mean(self) -> Any:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Any:
        return self._factor.pow(2).sum(-1).expand(*self._batch_shape, -1)

    def rsample(self, sample_shape: Any = ()) -> Any:
        noise = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + FUNCTIONS["matmul"](self._factor, noise.unsqueeze(-1)).squeeze(-1)

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        distance = mahalanobis(self._factor, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def entropy(self) -> Any:
        found = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return found.expand(self._batch_shape) if self._batch_shape else found

    def _half_log_det(self) -> Any:
        return self._factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)


def mahalanobis(factor: Any, x: Any) -> Any:
    """The squared length of ``x`` as the covariance with this triangular factor measures it. Vectors that share a
    factor are solved for together, as in PyTorch: a batch is split by the factor's, and its order restored after."""
    n, shape, count = x.size(-1), x.shape[:-1], factor.dim() - 2
    outer = len(shape) - count
    split: list[int] = []
    for of_factor, of_x in zip(factor.shape[:-2], shape[outer:], strict=True):
        split += [of_x // of_factor, of_factor]
    x = x.reshape((*shape[:outer], *split, n))
    last = outer + 2 * count
    x = x.permute([*range(outer), *range(outer, last, 2), *range(outer + 1, last, 2), last])
    factors = factor.reshape(-1, n, n)
    columns = x.reshape(-1, factors.size(0), n).permute(1, 2, 0)
    lengths = LINALG["solve_triangular"](factors, columns, upper=False).pow(2).sum(-2).t()
    back = list(range(outer))
    for k in range(count):
        back += [outer + k, outer + count + k]
    return lengths.reshape(x.shape[:-1]).permute(back).reshape(shape)


_batch_mahalanobis = mahalanobis
"""By PyTorch's name, as the two that follow: distributions of users borrow them."""


def _batch_mv(bmat: Any, bvec: Any) -> Any:
    """A batch of matrices times a batch of vectors."""
    return FUNCTIONS["matmul"](bmat, bvec.unsqueeze(-1)).squeeze(-1)


def _precision_to_scale_tril(precision: Any) -> Any:
    """The triangular factor of the covariance whose inverse this is."""
    flipped = LINALG["cholesky"](precision.flip((-2, -1)))
    one = FUNCTIONS["eye"](precision.shape[-1], dtype=precision.dtype)
    return LINALG["solve_triangular"](flipped.flip((-2, -1)).mT, one, upper=False)


FACTORS = {
    "scale_tril": lambda x: x, "covariance_matrix": lambda x: LINALG["cholesky"](x),
    "precision_matrix": _precision_to_scale_tril,
}  # fmt: skip
"""From each matrix that may be given to the triangular factor of the covariance."""

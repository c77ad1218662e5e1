"""Wishart's distribution of covariance matrices: sums of squares of normal vectors."""

from __future__ import annotations

import math
import warnings
from numbers import Number
from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.size import Size
from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

from . import constraints
from ._parameters import lazy_property
from .chi2 import Chi2
from .exp_family import ExponentialFamily
from .multivariate_normal import FACTORS


class Wishart(ExponentialFamily):
    """Wishart with ``df`` degrees of freedom; its scale, that one's inverse, or its triangular factor is given."""

    __module__ = "torch.distributions.wishart"
    support = constraints.positive_definite
    has_rsample = True
    _unexpanded = ("_dist_chi2",)

    @property
    def arg_constraints(self) -> Any:
        return {
            "covariance_matrix": constraints.positive_definite,
            "precision_matrix": constraints.positive_definite,
            "scale_tril": constraints.lower_cholesky,
            "df": constraints.greater_than(self.event_shape[-1] - 1),
        }

    def __init__(
        self, df: Any, covariance_matrix: Any = None, precision_matrix: Any = None, scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:  # fmt: skip
        matrices = {
            "covariance_matrix": covariance_matrix, "scale_tril": scale_tril, "precision_matrix": precision_matrix
        }  # fmt: skip
        given = {name: x for name, x in matrices.items() if x is not None}
        if len(given) != 1:
            raise AssertionError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        [(name, matrix)] = given.items()
        if matrix.dim() < 2:
            raise ValueError("scale_tril must be at least two-dimensional, with optional leading batch dimensions")
        if isinstance(df, Number):
            batch_shape = matrix.shape[:-2]
            self.df = FUNCTIONS["tensor"](df, dtype=matrix.dtype)
        else:
            batch_shape = FUNCTIONS["broadcast_shapes"](matrix.shape[:-2], df.shape)
            self.df = df.expand(batch_shape)
        rows = matrix.shape[-1]
        if self.df.le(rows - 1).any():
            raise ValueError(f"Value of df={df} expected to be greater than ndim - 1 = {rows - 1}.")
        self.__dict__[name] = matrix.expand(*batch_shape, -1, -1)
        if self.df.lt(rows).any():
            words = "Low df values detected. Singular samples are highly likely to occur for ndim - 1 < df < ndim."
            warnings.warn(words, stacklevel=2)
        super().__init__(batch_shape, matrix.shape[-2:], validate_args=validate_args)
        self._factor = FACTORS[name](matrix)
        self._dist_chi2 = self._of_rows()

    def _of_rows(self) -> Chi2:
        """Of the squares on the diagonal of Bartlett's factor."""
        rows = FUNCTIONS["arange"](self._event_shape[-1], dtype=self._factor.dtype)
        return Chi2(df=self.df.unsqueeze(-1) - rows.expand(*self._batch_shape, -1))

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        before = self._factor
        self._factor = before.expand(*self._batch_shape, -1, -1)
        try:
            new = super().expand(batch_shape, _instance)
        finally:
            self._factor = before
        new._dist_chi2 = new._of_rows()
        return new

    @lazy_property
    def scale_tril(self) -> Any:
        return self._factor.expand(self._batch_shape + self._event_shape)

    @lazy_property
    def covariance_matrix(self) -> Any:
        return (self._factor @ self._factor.transpose(-2, -1)).expand(self._batch_shape + self._event_shape)

    @lazy_property
    def precision_matrix(self) -> Any:
        one = FUNCTIONS["eye"](self._event_shape[-1], dtype=self._factor.dtype)
        return FUNCTIONS["cholesky_solve"](one, self._factor).expand(self._batch_shape + self._event_shape)

    @property
    def mean(self) -> Any:
        return self._times(self.df) * self.covariance_matrix

    @property
    def mode(self) -> Any:
        factor = self.df - self.covariance_matrix.shape[-1] - 1
        factor[factor <= 0] = math.nan
        return self._times(factor) * self.covariance_matrix

    @property
    def variance(self) -> Any:
        scale = self.covariance_matrix
        diagonal = scale.diagonal(dim1=-2, dim2=-1)
        products = FUNCTIONS["einsum"]("...i,...j->...ij", diagonal, diagonal)
        return self._times(self.df) * (scale.pow(2) + products)

    def _times(self, x: Any) -> Any:
        return x.view((*self._batch_shape, 1, 1))

    def rsample(self, sample_shape: Any = (), max_try_correction: int | None = None) -> Any:
        """Matrices by Bartlett's decomposition. As in PyTorch it is the samples that are *not* singular that are
        taken for singular at first and drawn anew, with a warning."""
        tries = 10 if max_try_correction is None else max_try_correction
        sample = self._bartlett(sample_shape)
        singular = self._any_of_batch(self.support.check(sample))
        if singular.any():
            warnings.warn("Singular sample detected.", stacklevel=2)
            for _ in range(tries):
                new = self._bartlett(singular[singular].shape)
                sample[singular] = new
                singular[singular.clone()] = self._any_of_batch(~self.support.check(new))
                if not singular.any():
                    break
        return sample

    def _bartlett(self, sample_shape: Any) -> Any:
        rows = self._event_shape[-1]
        lengths = self._dist_chi2.rsample(sample_shape).sqrt()
        noise = lengths.clamp(min=finfo(lengths.dtype).eps).diag_embed(dim1=-2, dim2=-1)
        i, j = FUNCTIONS["tril_indices"](rows, rows, offset=-1)
        shape = Size((*sample_shape, *self._batch_shape, rows * (rows - 1) // 2))
        noise[..., i, j] = FUNCTIONS["randn"](shape, dtype=noise.dtype)
        factor = self._factor @ noise
        return factor @ factor.transpose(-2, -1)

    def _any_of_batch(self, which: Any) -> Any:
        dims = [-k - 1 for k in range(len(self._batch_shape))]
        return which.amax(dims) if dims else which

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        df, rows = self.df, self._event_shape[-1]
        return (
            -df * self._half_log_det()
            - FUNCTIONS["mvlgamma"](df / 2, p=rows)
            + (df - rows - 1) / 2 * LINALG["slogdet"](value).logabsdet
            - FUNCTIONS["cholesky_solve"](value, self._factor).diagonal(dim1=-2, dim2=-1).sum(dim=-1) / 2
        )

    def entropy(self) -> Any:
        df, rows = self.df, self._event_shape[-1]
        halves = FUNCTIONS["arange"](rows, dtype=df.dtype).div(2).expand((*df.shape, -1))
        digammas = ((df / 2).unsqueeze(-1) - halves).digamma().sum(-1)
        return (
            (rows + 1) * self._half_log_det() + FUNCTIONS["mvlgamma"](df / 2, p=rows)
            - (df - rows - 1) / 2 * digammas + df * rows / 2
        )  # fmt: skip

    def _half_log_det(self) -> Any:
        diagonal = self._factor.diagonal(dim1=-2, dim2=-1)
        return self._event_shape[-1] * math.log(2) / 2 + diagonal.log().sum(-1)

"""Several transforms side by side, each on its part of a tensor; and triangular factors of correlation matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812
from . import constraints
from ._parameters import sum_rightmost
from .transform import Transform


class _Joined(Transform):
    """What both ways of joining share. ``_parts``: the tensors that a tensor is made of."""

    transforms: list[Transform]
    dim: int

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return all(each.bijective for each in self.transforms)

    def _length(self) -> tuple[int, str]:
        """How long a tensor must be along the dimension, and how PyTorch says that."""
        raise NotImplementedError

    def _parts(self, x: Any) -> list[Any]:
        raise NotImplementedError

    def _joined(self, parts: list[Any]) -> Any:
        raise NotImplementedError

    def _checked(self, x: Any, name: str, of: str = "tensor") -> list[Any]:
        if not -x.dim() <= self.dim < x.dim():
            raise AssertionError(f"dim {self.dim} out of range for {of} with {x.dim()} dimensions")
        length, words = self._length()
        if x.size(self.dim) != length:
            raise AssertionError(f"{name}.size({self.dim}) = {x.size(self.dim)} must equal {words} {length}")
        return self._parts(x)

    def _call(self, x: Any) -> Any:
        parts = self._checked(x, "x")
        return self._joined([f(part) for f, part in zip(self.transforms, parts, strict=False)])

    def _inverse(self, y: Any) -> Any:
        parts = self._checked(y, "y")
        return self._joined([f.inv(part) for f, part in zip(self.transforms, parts, strict=False)])

    def _slopes(self, x: Any, y: Any) -> list[Any]:
        pairs = zip(self.transforms, self._checked(x, "x", "x"), self._checked(y, "y", "y"), strict=False)
        return [f.log_abs_det_jacobian(a, b) for f, a, b in pairs]


def _kept(transforms: Sequence[Transform], cache_size: int) -> list[Transform]:
    if not all(isinstance(each, Transform) for each in transforms):
        raise AssertionError("All elements of tseq must be Transform instances")
    return [each.with_cache(cache_size) for each in transforms] if cache_size else list(transforms)


class CatTransform(_Joined):
    """Each transform on as many entries along ``dim`` as ``lengths`` says, as `torch.cat` would join them."""

    __module__ = "torch.distributions.transforms"

    def __init__(
        self, tseq: Sequence[Transform], dim: int = 0, lengths: Sequence[int] | None = None, cache_size: int = 0
    ) -> None:
        self.transforms = _kept(tseq, cache_size)
        super().__init__(cache_size)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise AssertionError(f"lengths ({len(self.lengths)}) must match transforms ({len(self.transforms)})")
        self.dim = dim

    @property
    def event_dim(self) -> int:
        return max(each.event_dim for each in self.transforms)

    @property
    def length(self) -> int:
        """How long the whole is along ``dim``."""
        return sum(self.lengths)

    def with_cache(self, cache_size: int = 1) -> Any:
        same = self._cache_size == cache_size
        return self if same else CatTransform(self.transforms, self.dim, self.lengths, cache_size)

    @property
    def domain(self) -> Any:
        return constraints.cat([each.domain for each in self.transforms], self.dim, self.lengths)

    @property
    def codomain(self) -> Any:
        return constraints.cat([each.codomain for each in self.transforms], self.dim, self.lengths)

    def _length(self) -> tuple[int, str]:
        return self.length, "length"

    def _parts(self, x: Any) -> list[Any]:
        return constraints.narrowed(x, self.dim, self.lengths)

    def _joined(self, parts: list[Any]) -> Any:
        return FUNCTIONS["cat"](parts, dim=self.dim)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        dims, slopes = self.event_dim, self._slopes(x, y)
        slopes = [sum_rightmost(s, dims - f.event_dim) for f, s in zip(self.transforms, slopes, strict=True)]
        dim = self.dim - x.dim() * (self.dim >= 0) + dims
        return FUNCTIONS["cat"](slopes, dim=dim) if dim < 0 else sum(slopes)


class StackTransform(_Joined):
    """Each transform on one entry along ``dim``, as `torch.stack` would join them."""

    __module__ = "torch.distributions.transforms"

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        self.transforms = _kept(tseq, cache_size)
        super().__init__(cache_size)
        self.dim = dim

    def with_cache(self, cache_size: int = 1) -> Any:
        return self if self._cache_size == cache_size else StackTransform(self.transforms, self.dim, cache_size)

    @property
    def domain(self) -> Any:
        return constraints.stack([each.domain for each in self.transforms], self.dim)

    @property
    def codomain(self) -> Any:
        return constraints.stack([each.codomain for each in self.transforms], self.dim)

    def _length(self) -> tuple[int, str]:
        return len(self.transforms), "len(transforms)"

    def _parts(self, x: Any) -> list[Any]:
        return [x.select(self.dim, k) for k in range(x.size(self.dim))]

    def _joined(self, parts: list[Any]) -> Any:
        return FUNCTIONS["stack"](parts, dim=self.dim)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        return FUNCTIONS["stack"](self._slopes(x, y), dim=self.dim)


class CorrCholeskyTransform(Transform):
    """Numbers to the triangular factor of a correlation matrix: each row a point on a half sphere."""

    __module__ = "torch.distributions.transforms"
    domain = constraints.real_vector
    codomain = constraints.corr_cholesky
    bijective = True

    def _call(self, x: Any) -> Any:
        x = x.tanh()
        eps = finfo(x.dtype).eps
        r = vec_to_tril_matrix(x.clamp(min=-1 + eps, max=1 - eps), diag=-1)
        left = (1 - r**2).sqrt().cumprod(-1)
        r = r + FUNCTIONS["eye"](r.shape[-1], dtype=r.dtype)
        return r * F.pad(left[..., :-1], [1, 0], value=1)

    def _inverse(self, y: Any) -> Any:
        left = 1 - (y * y).cumsum(dim=-1)
        shifted: Any = F.pad(left[..., :-1], [1, 0], value=1)
        below = tril_matrix_to_vec(y, -1)
        t = below / tril_matrix_to_vec(shifted, -1).sqrt()
        return (t.log1p() - t.neg().log1p()) / 2

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        left = tril_matrix_to_vec(1 - (y * y).cumsum(dim=-1), -2)
        of_sticks = 0.5 * left.log().sum(-1)
        return of_sticks + -2 * (x + F.softplus(-2 * x) - math.log(2.0)).sum(dim=-1)

    def forward_shape(self, shape: Any) -> Any:
        if len(shape) < 1:
            raise ValueError("Too few dimensions on input")
        rows = round((0.25 + 2 * shape[-1]) ** 0.5 + 0.5)
        if rows * (rows - 1) // 2 != shape[-1]:
            raise ValueError("Input is not a flattened lower-diagonal number")
        return shape[:-1] + (rows, rows)  # noqa: RUF005 (of a tuple a tuple)

    def inverse_shape(self, shape: Any) -> Any:
        if len(shape) < 2:
            raise ValueError("Too few dimensions on input")
        if shape[-2] != shape[-1]:
            raise ValueError("Input is not square")
        return shape[:-2] + (shape[-1] * (shape[-1] - 1) // 2,)  # noqa: RUF005 (of a tuple a tuple)


def vec_to_tril_matrix(vec: Any, diag: int = 0) -> Any:
    """A matrix with the numbers of a vector up to a diagonal, row by row. Raises ValueError where they fill none."""
    rows = (-(1 + 2 * diag) + ((1 + 2 * diag) ** 2 + 8 * vec.shape[-1] + 4 * abs(diag) * (diag + 1)) ** 0.5) / 2
    if round(rows) - rows > finfo(vec.dtype).eps:
        raise ValueError(
            f"The size of last dimension is {vec.shape[-1]} which cannot be expressed as "
            "the lower triangular part of a square D x D matrix."
        )
    count = round(rows)
    matrix, numbers = vec.new_zeros((*vec.shape[:-1], count, count)), FUNCTIONS["arange"](count)
    matrix[..., numbers < numbers.view(-1, 1) + (diag + 1)] = vec
    return matrix


def tril_matrix_to_vec(mat: Any, diag: int = 0) -> Any:
    """The numbers of a matrix up to a diagonal, row by row. Raises ValueError for a diagonal that it has not."""
    count = mat.shape[-1]
    if diag < -count or diag >= count:
        raise ValueError(f"diag ({diag}) provided is outside [{-count}, {count - 1}].")
    numbers = FUNCTIONS["arange"](count)
    return mat[..., numbers < numbers.view(-1, 1) + (diag + 1)]

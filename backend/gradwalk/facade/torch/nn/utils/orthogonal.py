"""Weights that stay orthogonal: each is a map of a matrix that may be anything."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import FUNCTIONS
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.limits import finfo
from gradwalk.engine.tensor import Tensor

from ... import linalg
from ..modules.module import Module
from .parametrize import register_parametrization

_MAPS = ("matrix_exp", "cayley", "householder")


class _Orthogonal(Module):
    base: Any

    def __init__(self, weight: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, weight: Any) -> Any:
        turned = weight.shape[-2] < weight.shape[-1]
        x = weight.mT if turned else weight
        q = self._by_reflections(x) if self.orthogonal_map == "householder" else self._by_skew(x)
        if hasattr(self, "base"):
            q = self.base @ q
        return q.mT if turned else q

    def _by_skew(self, x: Any) -> Any:
        """The image of a skew-symmetric matrix, made of the lower triangle."""
        n, k = x.shape[-2:]
        x = x.tril()
        if n != k:
            x = FUNCTIONS["cat"]([x, x.new_zeros(n, n - k).expand(*x.shape[:-2], -1, -1)], -1)
        a = x - x.mH
        if self.orthogonal_map == "matrix_exp":
            q = FUNCTIONS["matrix_exp"](a)
        else:
            one = FUNCTIONS["eye"](n, dtype=a.dtype)
            q = linalg.solve(FUNCTIONS["add"](one, a, alpha=-0.5), FUNCTIONS["add"](one, a, alpha=0.5))
        return q if n == k else q[..., :k]

    def _by_reflections(self, x: Any) -> Any:
        a = x.tril(diagonal=-1)
        tau = 2.0 / (1.0 + (a * a).sum(dim=-2))
        return linalg.householder_product(a, tau) * x.diagonal(dim1=-2, dim2=-1).int().unsqueeze(-2)

    def right_inverse(self, value: Any) -> Any:
        """The matrix that the weight is the image of. Raises ValueError for another shape."""
        if value.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {value.shape}."
            )
        with no_grad():
            turned = value.shape[-2] < value.shape[-1]
            q = value.mT if turned else value
            if not hasattr(self, "base"):
                return self._without_base(q, turned)
            n, k = q.shape[-2:]
            if n != k:
                drawn = FUNCTIONS["randn"](*q.shape[:-2], n, n - k, dtype=q.dtype)
                self.base = _made_orthogonal(FUNCTIONS["cat"]([q, drawn], -1))
            else:
                self.base = q.clone() if _is_orthogonal(q) else _made_orthogonal(q)
            negative = FUNCTIONS["zeros_like"](value)
            negative.diagonal(dim1=-2, dim2=-1).fill_(-1.0)
            return negative

    def _without_base(self, q: Any, turned: bool) -> Any:
        if self.orthogonal_map != "householder":
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations when "
                "use_trivialization=False."
            )
        a, tau = FUNCTIONS["geqrf"](q)
        a.diagonal(dim1=-2, dim2=-1).sign_()
        a.diagonal(dim1=-2, dim2=-1)[tau == 0.0] *= -1
        return a.mT if turned else a


def _is_orthogonal(q: Any) -> bool:
    n, k = q.shape[-2:]
    one = FUNCTIONS["eye"](k, dtype=q.dtype)
    return bool(FUNCTIONS["allclose"](q.mH @ q, one, atol=10.0 * n * finfo(q.dtype).eps))


def _made_orthogonal(a: Any) -> Any:
    x, tau = FUNCTIONS["geqrf"](a)
    q = linalg.householder_product(x, tau)
    q *= x.diagonal(dim1=-2, dim2=-1).sgn().unsqueeze(-2)
    return q


def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Module:
    """Have a weight stay orthogonal, or with orthonormal rows or columns."""
    weight: Any = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or weight.is_complex() else "householder"
    if orthogonal_map not in _MAPS:
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    if orthogonal_map == "householder" and weight.is_complex():
        raise ValueError("The householder parametrization does not support complex tensors.")
    return register_parametrization(module, name, _Orthogonal(weight, orthogonal_map, use_trivialization), unsafe=True)

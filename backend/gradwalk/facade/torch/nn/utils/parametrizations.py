"""Ready-made parametrizations: weights by length and direction, and of a spectral norm of 1."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.dtypes import float16
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.op import OPS
from gradwalk.engine.ops import nn_weight_norm as ops
from gradwalk.engine.surface.registry import FUNCTIONS

from .. import functional as F  # noqa: N812
from ..modules.module import Module
from .orthogonal import orthogonal as orthogonal
from .parametrize import register_parametrization


def norm_except_dim(v: Any, dim: int) -> Any:
    """The length of each slice along ``dim``; of everything for -1."""
    lengths: Any
    if dim == -1:
        return OPS["norm.all"](v, p=2)
    if dim == v.ndim - 1:
        columns = v.contiguous().view(-1, v.shape[dim])
        return OPS["norm.dim"](columns, p=2, dim=(0,), keepdim=False).view([1] * dim + [v.shape[dim]])
    first = v.transpose(0, dim) if dim else v
    rows = first.contiguous().view(first.shape[0], -1)
    lengths = OPS["norm.dim"](rows, p=2, dim=(1,), keepdim=False).view([len(rows)] + [1] * (v.ndim - 1))
    return lengths.transpose(0, dim) if dim else lengths


def composed(g: Any, v: Any, dim: int) -> Any:
    """The weight of a length and a direction: in one op for the first dimension and the last."""
    v, g = v.contiguous(), g.contiguous()
    if dim in (0, v.ndim - 1) and float16 not in (v.dtype, g.dtype):
        return ops.weight_norm.several(v, g, dim=dim)[0]
    return v * (g / norm_except_dim(v, dim))


class _WeightNorm(Module):
    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Any, weight_v: Any) -> Any:
        return composed(weight_g, weight_v, self.dim)

    def right_inverse(self, weight: Any) -> tuple[Any, Any]:
        """Length and direction of a weight."""
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: Module, name: str = "weight", dim: int = 0) -> Module:
    """Have a weight computed from its lengths and directions."""
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def take_older(state_dict: dict[str, Any], prefix: str, *told: Any) -> None:
        """State under the names that :func:`torch.nn.utils.weight_norm` gives."""
        older = f"{prefix}{name}_g", f"{prefix}{name}_v"
        if all(key in state_dict for key in older):
            for number, key in enumerate(older):
                state_dict[f"{prefix}parametrizations.{name}.original{number}"] = state_dict.pop(key)

    module._register_load_state_dict_pre_hook(take_older)
    return module


class _SpectralNorm(Module):
    _u: Any
    _v: Any

    def __init__(self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{weight.ndim}, {weight.ndim - 1}] but got {dim})"
            )
        self.dim = dim if dim >= 0 else dim + weight.ndim
        self.eps = eps
        if weight.ndim > 1:
            if n_power_iterations <= 0:
                raise ValueError(
                    f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
                )
            self.n_power_iterations = n_power_iterations
            matrix = self._matrix(weight)
            height, width = matrix.shape
            u, v = (matrix.new_empty(n).normal_(0, 1) for n in (height, width))
            self.register_buffer("_u", F.normalize(u, dim=0, eps=eps))
            self.register_buffer("_v", F.normalize(v, dim=0, eps=eps))
            self._iterate(matrix, 15)

    def _matrix(self, weight: Any) -> Any:
        if self.dim:
            weight = weight.permute(self.dim, *(d for d in range(weight.ndim) if d != self.dim))
        return weight.flatten(1)

    def _iterate(self, matrix: Any, count: int) -> None:
        with no_grad():
            for _ in range(count):
                self._u.copy_(F.normalize(FUNCTIONS["mv"](matrix, self._v), dim=0, eps=self.eps))
                self._v.copy_(F.normalize(FUNCTIONS["mv"](matrix.t(), self._u), dim=0, eps=self.eps))

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = self._matrix(weight)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()
        return weight / FUNCTIONS["vdot"](u, FUNCTIONS["mv"](matrix, v))

    def right_inverse(self, value: Any) -> Any:
        """Itself: a weight is what it is normalised from."""
        return value


def spectral_norm(
    module: Module, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Module:
    """Have a weight divided by its greatest singular value."""
    weight = getattr(module, name, None)
    if weight is None:
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if dim is None:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))

"""Ops that take many elements together."""

from __future__ import annotations

from ..op import define
from . import _reductions as reductions

sum = define(
    "sum(self, *, dtype=None)", reductions.sum_all, "SumBackward0",
    {"self": "expand(grad, self_sizes)"}, shown="sum(self)", category="reduction",
)  # fmt: skip
sum_dim = define(
    "sum.dim(self, *, dim=None, keepdim=False, dtype=None)", reductions.sum_dim, "SumBackward1",
    {"self": "sum_backward(grad, self_sizes, dim, keepdim)"}, shown="sum(self, dim)", category="reduction",
)  # fmt: skip
mean = define(
    "mean(self, *, dtype=None)", reductions.mean_all, "MeanBackward0",
    {"self": "divided(expand(grad, self_sizes), self_numel)"}, shown="mean(self)", category="reduction",
)  # fmt: skip
mean_dim = define(
    "mean.dim(self, *, dim=None, keepdim=False, dtype=None)", reductions.mean_dim, "MeanBackward1",
    {"self": "divided(sum_backward(grad, self_sizes, dim, keepdim), count_along(self_sizes, dim))"},
    shown="mean(self, dim)", category="reduction", saves=("self_numel",),
)  # fmt: skip
vector_norm = define(
    "linalg_vector_norm(self, *, ord=2, dim=None, keepdim=False, dtype=None)", reductions.vector_norm,
    "LinalgVectorNormBackward0", {"self": "norm_backward(grad, self, ord, result, dim, keepdim)"},
    shown="norm(self)", category="reduction",
)  # fmt: skip
renorm = define(
    "renorm(self, *, p=2, dim=0, maxnorm=1)", reductions.renorm, "RenormBackward0",
    {"self": "renorm_backward(grad, self, p, dim, maxnorm)"}, shown="renorm(self, p, dim, maxnorm)",
    category="reduction",
)  # fmt: skip
define(
    "norm.all(self, *, p=2)", lambda x, p: reductions.vector_norm(x, p, None, False, None),
    "NormBackward0", {"self": "norm_backward(grad, self, p, result, None, False)"}, shown="norm(self, p)",
    category="reduction",
)  # fmt: skip
define(
    "norm.dim(self, *, p=2, dim=None, keepdim=False)",
    lambda x, p, dim, keepdim: reductions.vector_norm(x, p, dim, keepdim, None),
    "NormBackward1", {"self": "norm_backward(grad, self, p, result, dim, keepdim)"}, shown="norm(self, p)",
    category="reduction",
)  # fmt: skip

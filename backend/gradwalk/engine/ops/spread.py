"""Reductions beyond sum and mean: products, variances, log-sum-exp, sums that pass over NaN, counts."""

from __future__ import annotations

from ..op import Declaration, define
from . import _spread as spread

_REDUCTION: Declaration = {"category": "reduction"}

define(
    "prod(self, *, dtype=None)", spread.prod_all, "ProdBackward0", {"self": "prod_backward(grad, self, result)"},
    shown="prod(self)", **_REDUCTION,
)  # fmt: skip
define(
    "prod.dim_int(self, *, dim=0, keepdim=False, dtype=None)", spread.prod_dim, "ProdBackward1",
    {"self": "prod_dim_backward(grad, self, result, dim, keepdim)"}, shown="prod(self, dim)", **_REDUCTION,
)  # fmt: skip
define(
    "var(self, *, dim=None, correction=None, keepdim=False)", spread.var, "VarBackward0",
    {"self": "var_backward(grad, self, dim, correction, keepdim)"}, shown="var(self)", **_REDUCTION,
)  # fmt: skip
define(
    "std(self, *, dim=None, correction=None, keepdim=False)", spread.std, "StdBackward0",
    {"self": "std_backward(grad, self, result, dim, correction, keepdim)"}, shown="sqrt(var(self))", **_REDUCTION,
)  # fmt: skip
define(
    "var_mean(self, *, dim=None, correction=None, keepdim=False)", spread.var_mean, "VarMeanBackward0",
    {"self": "var_mean_backward(grads, self, dim, correction, keepdim)"}, shown="var(self)", **_REDUCTION,
)  # fmt: skip
define(
    "std_mean(self, *, dim=None, correction=None, keepdim=False)", spread.std_mean, "StdMeanBackward0",
    {"self": "std_mean_backward(grads, self, result0, dim, correction, keepdim)"}, shown="sqrt(var(self))",
    results=("result0", "result1"), **_REDUCTION,
)  # fmt: skip
define(
    "nansum(self, *, dim=None, keepdim=False, dtype=None)", spread.nansum, "NansumBackward0",
    {"self": "nansum_backward(in_dtype(grad, self_dtype), self, dim, keepdim)"}, hides=("self_dtype",),
    shown="sum(self, dim)", **_REDUCTION,
)  # fmt: skip
define(
    "logsumexp(self, *, dim=(), keepdim=False)", spread.logsumexp, "LogsumexpBackward0",
    {"self": "logsumexp_backward(grad, self, result, dim, keepdim)"}, shown="log(sum(exp(self), dim))", **_REDUCTION,
)  # fmt: skip
define("all(self, *, dim=None, keepdim=False)", spread.all_dim, **_REDUCTION)
define("any(self, *, dim=None, keepdim=False)", spread.any_dim, **_REDUCTION)
define("count_nonzero(self, *, dim=None)", spread.count_nonzero, **_REDUCTION)

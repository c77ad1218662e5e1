"""Products, variances, log-sum-exp, NaN-aware sums and counts, with PyTorch's overloads."""

from __future__ import annotations

from typing import Any

from ..dtypes import FLOATS
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..functions.dims import normalize_dims
from ..op import OPS
from ..tensor import Tensor
from .registry import must_be_tensor, public

_UNSAID: Any = object()


def _dims(dim: Any) -> Any:
    return tuple(dim) if isinstance(dim, list | tuple) else None if dim is None else (dim,)


@public()
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """Product of all elements, or along ``dim``. Integers are multiplied in int64."""
    x = must_be_tensor("prod", "input", 1, input)
    if dim is None:
        return OPS["prod"](x, dtype=dtype)
    return OPS["prod.dim_int"](x, dim=dim, keepdim=keepdim, dtype=dtype)


def _moment(name: str, several: bool) -> None:
    def function(
        input: Tensor, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = _UNSAID
    ) -> Any:
        x = must_be_tensor(name, "input", 1, input)
        if isinstance(dim, bool):  # var(input, unbiased)
            dim, unbiased = None, dim
        if unbiased is not None:
            correction = int(unbiased)
        elif correction is _UNSAID:
            correction = None if dim is None else 1
        op = OPS[name]
        params = {"dim": _dims(dim), "correction": correction, "keepdim": keepdim}
        return op.several(x, **params) if several else op(x, **params)

    function.__name__ = name
    public(name=name)(function)


for _name in ("var", "std", "var_mean", "std_mean"):
    _moment(_name, _name.endswith("_mean"))


@public()
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """Sum of what is not NaN."""
    return OPS["nansum"](must_be_tensor("nansum", "input", 1, input), dim=_dims(dim), keepdim=keepdim, dtype=dtype)


@public()
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Dtype | None = None) -> Tensor:
    """Mean of what is not NaN."""
    x = must_be_tensor("nanmean", "input", 1, input)
    if x._array.dtype.kind not in FLOATS:
        raise RuntimeError(
            f"nanmean(): expected input to have floating point or complex dtype but got {x.dtype.legacy_name[:-6]}"
        )
    present = OPS["logical_not"](OPS["isnan"](x.detach() if x.requires_grad else x))
    dims = normalize_dims(dim, x.ndim)
    return OPS["div"](nansum(x, dim, keepdim, dtype=dtype), OPS["sum.dim"](present, dim=dims, keepdim=keepdim))


@public()
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """``log(sum(exp(input)))`` along dimensions, without overflow."""
    return OPS["logsumexp"](must_be_tensor("logsumexp", "input", 1, input), dim=_dims(dim), keepdim=keepdim)


@public()
def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether all elements are true: of all, or along dimensions."""
    return OPS["all"](must_be_tensor("all", "input", 1, input), dim=_dims(dim), keepdim=keepdim)


@public()
def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether any element is true: of all, or along dimensions."""
    return OPS["any"](must_be_tensor("any", "input", 1, input), dim=_dims(dim), keepdim=keepdim)


@public()
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not zero."""
    return OPS["count_nonzero"](must_be_tensor("count_nonzero", "input", 1, input), dim=_dims(dim))

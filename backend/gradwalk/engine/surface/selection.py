"""Greatest, least, middle, sorted and running: with PyTorch's overloads and named results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..apply import apply_in_place
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..functions.dims import normalize_dim
from ..grad_mode import is_grad_enabled
from ..history import find_histories
from ..op import OPS
from ..saved import HOOKS
from ..tensor import Tensor
from .registry import must_be_tensor, public
from .results import named


def _extreme(name: str) -> None:
    pair, both = named(name, "values", "indices"), OPS["maximum" if name == "max" else "minimum"]

    def function(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        x = must_be_tensor(name, "input", 1, input)
        if isinstance(dim, Tensor) or other is not None:
            return both(x, dim if other is None else other)
        if dim is None:
            return OPS[name](x)
        return pair(OPS[name + ".dim"].several(x, dim=_one_dim(name, dim), keepdim=keepdim))

    function.__name__ = name
    function.__doc__ = f"The {name}imum: of all, along a dimension with its position, or of two tensors."
    public(name=name)(function)


def _one_dim(name: str, dim: Any) -> int:
    if isinstance(dim, bool) or not hasattr(dim, "__index__"):
        raise TypeError(f"{name}(): argument 'dim' (position 2) must be int, not {type(dim).__name__}")
    return int(dim)


def _middle(name: str) -> None:
    pair = named(name, "values", "indices")

    def function(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
        x = must_be_tensor(name, "input", 1, input)
        if dim is None:
            return OPS[name](x)
        return pair(OPS[name + ".dim"].several(x, dim=_one_dim(name, dim), keepdim=keepdim))

    function.__name__ = name
    function.__doc__ = "The lower median: of all, or along a dimension with its position."
    public(name=name)(function)


_extreme("max")
_extreme("min")
_middle("median")
_middle("nanmedian")
_mode, _kthvalue, _sort, _topk = (named(name, "values", "indices") for name in ("mode", "kthvalue", "sort", "topk"))
_cummax, _cummin = named("cummax", "values", "indices"), named("cummin", "values", "indices")
_aminmax = named("aminmax", "min", "max")


@public()
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent value along a dimension, and where it is."""
    return _mode(OPS["mode"].several(input, dim=dim, keepdim=keepdim))


@public()
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The k-th least along a dimension, and where it is."""
    return _kthvalue(OPS["kthvalue"].several(input, k=k, dim=dim, keepdim=keepdim))


def _dims(dim: Any) -> Any:
    return () if dim is None else tuple(dim) if isinstance(dim, list | tuple) else (dim,)


@public()
def amax(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The greatest, of all or along dimensions; its gradient is shared among equals."""
    return OPS["amax"](must_be_tensor("amax", "input", 1, input), dim=_dims(dim), keepdim=keepdim)


@public()
def amin(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The least, of all or along dimensions; its gradient is shared among equals."""
    return OPS["amin"](must_be_tensor("amin", "input", 1, input), dim=_dims(dim), keepdim=keepdim)


@public()
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """The least and the greatest."""
    return _aminmax(OPS["aminmax"].several(input, dim=dim, keepdim=keepdim))


@public()
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Position of the greatest element, of all or along ``dim``."""
    return OPS["argmax"](must_be_tensor("argmax", "input", 1, input), dim=dim, keepdim=keepdim)


@public()
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Position of the least element, of all or along ``dim``."""
    return OPS["argmin"](must_be_tensor("argmin", "input", 1, input), dim=dim, keepdim=keepdim)


@public()
def sort(
    input: Tensor, *order: Any, dim: int | None = None, descending: bool | None = None, stable: bool | None = None
) -> Any:
    """Sorted along a dimension, and where each was: ``sort(dim=-1, descending=False)``; all by name with ``stable``."""
    x = must_be_tensor("sort", "input", 1, input)
    dim, descending = _order(order, dim, descending, stable)
    if stable is None:
        return _sort(OPS["sort"].several(x, dim=dim, descending=descending))
    return _sort(OPS["sort.stable"].several(x, stable=stable, dim=dim, descending=descending))


def _order(order: Sequence[Any], dim: Any, descending: Any, stable: bool | None) -> tuple[Any, Any]:
    """Where and in which direction to sort, by position or by name. Raises TypeError, to be explained, otherwise."""
    named = (dim, descending)
    if len(order) > 2 or any(x is not None for x in named[: len(order)]) or (order and stable is not None):
        raise TypeError
    dim, descending = (*order, *named[len(order) :])
    return -1 if dim is None else dim, False if descending is None else descending


@public()
def msort(input: Tensor) -> Tensor:
    """Sorted along the first dimension."""
    values: Tensor = sort(input, 0)[0]
    return values


@public()
def argsort(
    input: Tensor, *order: Any, dim: int | None = None, descending: bool | None = None, stable: bool | None = None
) -> Tensor:
    """The positions that :func:`sort` along a dimension."""
    x = must_be_tensor("argsort", "input", 1, input)
    dim, descending = _order(order, dim, descending, stable)
    stable = bool(stable)
    if HOOKS:  # PyTorch sorts, and they see what that saves
        return OPS["sort"].several(x, dim=dim, descending=descending)[1]
    if is_grad_enabled():
        find_histories([x])  # for the sort's node, which is thrown away
    return OPS["argsort"](x, dim=dim, descending=descending, stable=stable)


@public()
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The k greatest (or least) along a dimension, and where they are."""
    x = must_be_tensor("topk", "input", 1, input)
    if isinstance(k, bool | float):
        raise TypeError
    return _topk(OPS["topk"].several(x, k=int(k), dim=dim, largest=largest, sorted=sorted))


@public()
def cumsum(input: Tensor, dim: int, *, dtype: Dtype | None = None) -> Tensor:
    """Running sums along a dimension."""
    return OPS["cumsum"](must_be_tensor("cumsum", "input", 1, input), dim=dim, dtype=dtype)


@public()
def cumprod(input: Tensor, dim: int, *, dtype: Dtype | None = None) -> Tensor:
    """Running products along a dimension."""
    return OPS["cumprod"](must_be_tensor("cumprod", "input", 1, input), dim=dim, dtype=dtype)


@public()
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """Logarithms of running sums of exponentials."""
    return OPS["logcumsumexp"](must_be_tensor("logcumsumexp", "input", 1, input), dim=dim)


@public()
def cummax(input: Tensor, dim: int) -> Any:
    """Running greatest, and where they are."""
    return _cummax(OPS["cummax"].several(input, dim=dim))


@public()
def cummin(input: Tensor, dim: int) -> Any:
    """Running least, and where they are."""
    return _cummin(OPS["cummin"].several(input, dim=dim))


def _check_added(x: Tensor, added: Tensor, axis: int) -> None:
    """Raises RuntimeError for what cannot stand before or after a tensor along a dimension."""
    if added.ndim != x.ndim:
        raise RuntimeError("diff expects prepend or append to be the same dimension as input")
    for dim in range(x.ndim):
        if dim != axis and x.shape[dim] != added.shape[dim]:
            raise RuntimeError(
                "diff expects the shape of tensor to prepend or append to match that of input except along the "
                f"differencing dimension; input.size({dim}) = {x.shape[dim]}, but got tensor.size({dim}) = "
                f"{added.shape[dim]}"
            )


@public()
def diff(input: Tensor, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Tensor:
    """Differences of neighbours along a dimension, ``n`` times."""
    x = must_be_tensor("diff", "input", 1, input)
    if x.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    axis = normalize_dim(dim, x.ndim)
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    if n == 0:
        return apply_in_place(OPS["copy"], OPS["zeros_like"](x), x)
    for added in (prepend, append):
        if added is not None:
            _check_added(x, added, axis)
    if prepend is not None or append is not None:
        x = OPS["cat"](*(part for part in (prepend, x, append) if part is not None), dim=axis)
    for _ in range(n):
        count = x.shape[axis]
        if count == 0:
            break
        lower = OPS["slice"](x, dim=dim, start=0, end=count - 1, step=1)
        upper = OPS["slice"](x, dim=dim, start=1, end=count, step=1)
        x = OPS["logical_xor"](upper, lower) if x._array.dtype == np.bool_ else OPS["sub"](upper, lower)
    return x

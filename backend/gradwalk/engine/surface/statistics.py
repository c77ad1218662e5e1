"""Quantiles, covariances and correlations, composed of other ops as PyTorch composes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import FLOATS
from ..functions.dims import normalize_dim
from ..graph import skip_sequence_number
from ..observe import observer
from ..op import OPS
from ..tensor import Tensor, wrap
from ..warn import warn
from .complexes import conj, imag, is_complex, real
from .elementary import lerp_
from .registry import METHODS, must_be_tensor, public

_MODES = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(name: str, passes_nan: bool) -> None:
    def function(
        input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
    ) -> Tensor:
        x = must_be_tensor(name, "input", 1, input)
        levels = _levels(x, q)
        _check(x, levels, interpolation)
        return _at_levels(x, levels, dim, keepdim, interpolation, passes_nan)

    function.__name__ = name
    public(name=name)(function)


def _levels(x: Tensor, q: Any) -> Tensor:
    if isinstance(q, Tensor):
        return q
    if isinstance(q, bool) or not isinstance(q, int | float | np.number):
        raise TypeError(f"quantile(): argument 'q' (position 2) must be Tensor or float, not {type(q).__name__}")
    if not 0 <= q <= 1:
        raise RuntimeError(f"quantile() q must be in the range [0, 1] but got {q:g}")
    return wrap(np.asarray(q, dtype=x._array.dtype if x._array.dtype.kind in FLOATS else np.float32))


def _check(x: Tensor, q: Tensor, interpolation: str) -> None:
    if x._array.size == 0:
        raise RuntimeError("quantile() input tensor must be non-empty")
    if q.ndim > 1:
        raise RuntimeError("quantile() q must be a scalar or 1D tensor")
    if x._array.dtype not in (np.float32, np.float64):
        raise RuntimeError("quantile() input tensor must be either float or double dtype")
    if q.dtype is not x.dtype:
        raise RuntimeError("quantile() q tensor must be same dtype as the input tensor")
    if interpolation not in _MODES:
        raise RuntimeError(
            "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got "
            f"{interpolation}"
        )


def _at_levels(x: Tensor, q: Tensor, dim: int | None, keepdim: bool, interpolation: str, passes_nan: bool) -> Tensor:
    axis = normalize_dim(dim or 0, x.ndim)
    if not np.all((q._array >= 0) & (q._array <= 1)):
        raise RuntimeError("quantile() q values must be in the range [0, 1]")
    if dim is None:
        reduced = (1,) * x.ndim if keepdim else ()
        flat = METHODS["flatten"](x)
    else:
        kept = list(x._array.shape)
        kept[axis : axis + 1] = [1] if keepdim and x.ndim else []
        reduced = tuple(kept)
        last = axis == x.ndim - 1
        flat = x if last else OPS["transpose"](OPS["unsqueeze"](x, dim=-1), dim0=axis, dim1=-1)
    ordered = OPS["sort"].several(flat, dim=-1)[0]
    several = q.ndim > 0
    shape = (*reduced, ordered._array.shape[-1])
    ordered = OPS["view"](ordered, size=shape)
    ranks = _ranks(ordered, q, passes_nan)
    found = _interpolated(ordered, ranks, interpolation)
    versions = found._storage.version + (3 if several else 1)  # PyTorch changes the shape of one tensor in place
    if several:
        found = OPS["transpose_.fresh"](OPS["unsqueeze_.fresh"](found, dim=0), dim0=0, dim1=-1)
    result = OPS["squeeze_.dim"](found, dim=-1)
    observer().about_to_change()
    result._storage.version = versions
    return result


def _ranks(ordered: Tensor, q: Tensor, passes_nan: bool) -> Tensor:
    """At which places, counted in fractions, the quantiles are; where a NaN decides, at the last, which is NaN."""
    missing = np.isnan(ordered._array)
    if passes_nan:
        present = wrap((~missing).sum(-1, keepdims=True))
        ranks = OPS["mul"](q, OPS["sub.Scalar"](present, other=1))
        return OPS["masked_fill"](ranks, OPS["lt"](ranks, 0), value=0)
    last = ordered._array.shape[-1] - 1
    decided = missing.any(-1, keepdims=True)
    places = OPS["mul.Scalar"](q, other=last)
    size = np.broadcast_shapes(places._array.shape, decided.shape)
    spread = places if places.shape == size else OPS["expand"](places, size=size)
    return OPS["masked_fill"](spread, wrap(np.broadcast_to(decided, size)), value=last)


def _interpolated(ordered: Tensor, ranks: Tensor, interpolation: str) -> Tensor:
    rounding = {"lower": "floor", "higher": "ceil", "nearest": "round"}.get(interpolation)
    if rounding is not None:
        ranks = OPS[rounding](ranks)
    below = wrap(ranks._array.astype(np.int64))
    values = OPS["gather"](ordered, below, dim=-1)
    if rounding is not None:
        return values
    midpoint = interpolation == "midpoint"
    weights = wrap(np.full_like(ranks._array, 0.5)) if midpoint else OPS["sub"](ranks, below)
    if ranks.requires_grad:
        skip_sequence_number()  # PyTorch rounds the ranks in place
    above = wrap(np.ceil(ranks._array).astype(np.int64))
    return lerp_(values, OPS["gather"](ordered, above, dim=-1), weights)


_quantile("quantile", passes_nan=False)
_quantile("nanquantile", passes_nan=True)


@public()
def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariances of variables (rows) over observations (columns), which may be repeated or weighted."""
    x = must_be_tensor("cov", "input", 1, input)
    if x.ndim > 2:
        raise RuntimeError(
            f"cov(): expected input to have two or fewer dimensions but got an input with {x.ndim} dimensions"
        )
    if x._array.dtype.kind == "b":
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = OPS["view"](x, size=(1, -1)) if x.ndim < 2 else x
    observations = x._array.shape[1]
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is not None:
            _check_weights(name, given, observations)
    weights = aweights if fweights is None else fweights if aweights is None else OPS["mul"](fweights, aweights)
    total = wrap(np.asarray(observations)) if weights is None else OPS["sum"](weights)
    weighted = x if weights is None else OPS["mul"](x, weights)
    mean = OPS["div"](OPS["sum.dim"](weighted, dim=(1,)), total)
    freedom = _freedom(total, weights, aweights, correction)
    if freedom._array <= 0:
        warn(_NO_FREEDOM)
        freedom = wrap(np.zeros_like(freedom._array))
    x = OPS["sub"](x, OPS["unsqueeze"](mean, dim=1))
    other = x if weights is None else OPS["mul"](x, weights)
    products = OPS["mm"](x, conj(OPS["t"](other)))
    if is_complex(products) and products.shape[0] == 1:  # that of one variable is real
        products = OPS["complex"](real(products), wrap(np.zeros((1, 1), products._array.real.dtype)))
    return OPS["squeeze"](OPS["div"](products, freedom))


_NO_FREEDOM = (
    "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number of observations. "
    "(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Correlation.cpp:129.)"
)


def _freedom(total: Tensor, weights: Tensor | None, aweights: Tensor | None, correction: int) -> Tensor:
    if weights is None:
        return wrap(total._array - correction)
    if correction == 0:
        return total
    if aweights is None:
        return OPS["sub.Scalar"](total, other=correction)
    lost = OPS["mul.Scalar"](OPS["sum"](OPS["mul"](weights, aweights)), other=correction)
    return OPS["sub"](total, OPS["div"](lost, total))


def _check_weights(name: str, weights: Tensor, observations: int) -> None:
    if weights.ndim > 1:
        raise RuntimeError(
            f"cov(): expected {name} to have one or fewer dimensions but got {name} with {weights.ndim} dimensions"
        )
    wanted = "integral" if name == "fweights" else "floating point"
    if weights._array.dtype.kind not in ("iu" if name == "fweights" else "f"):
        kind = weights.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"cov(): expected {name} to have {wanted} dtype but got {name} with {kind} dtype")
    if weights._array.size != observations:
        raise RuntimeError(
            f"cov(): expected {name} to have the same numel as there are observations in the input but got "
            f"{weights._array.size} != {observations}"
        )
    if weights.requires_grad:
        skip_sequence_number()  # PyTorch takes their minimum
    if weights._array.size and weights._array.min() < 0:
        raise RuntimeError(f"cov(): {name} cannot be negative")


@public()
def corrcoef(input: Tensor) -> Tensor:
    """The correlations of variables (rows) over observations (columns)."""
    x = must_be_tensor("corrcoef", "input", 1, input)
    if x.ndim > 2:
        raise RuntimeError(
            f"corrcoef(): expected input to have two or fewer dimensions but got an input with {x.ndim} dimensions"
        )
    c = cov(x)
    if c.ndim == 0:
        return OPS["div"](c, c)
    spread = OPS["sqrt"](OPS["diagonal"](c))
    c = OPS["div"](c, OPS["view"](spread, size=(-1, 1)))
    c = OPS["div"](c, OPS["view"](spread, size=(1, -1)))
    if is_complex(c):
        return OPS["complex"](*(OPS["clamp"](part, min=-1, max=1) for part in (real(c), imag(c))))
    return OPS["clamp"](c, min=-1, max=1)

"""Ops that choose among elements, put them in order, or run along them."""

from __future__ import annotations

from ..op import Declaration, define
from . import _extremes as extremes
from . import _orders as orders

_REDUCTION: Declaration = {"category": "reduction"}
_SORTING: Declaration = {"category": "sorting"}
_CUMULATIVE: Declaration = {"category": "cumulative"}
_PAIR = ("values", "indices")
_SELECTED = {"self": "selecting_backward(grad, dim, indices, self_sizes, keepdim)"}
_MOVED = {"self": "selecting_backward(grad, dim, indices, self_sizes, True)"}
_EVEN = {"self": "evenly_backward(grad, self, result)"}
_SHARED = {"self": "shared_extremes(grad, self, result, dim, keepdim)"}

define("max(self)", extremes.max_all, "MaxBackward1", _EVEN, shown="max(self)", **_REDUCTION)
define("min(self)", extremes.min_all, "MinBackward1", _EVEN, shown="min(self)", **_REDUCTION)
define("median(self)", orders.median_all, "MedianBackward0", _EVEN, shown="median(self)", **_REDUCTION)
define("nanmedian(self)", orders.nanmedian_all, "NanmedianBackward0", _EVEN, shown="median(self)", **_REDUCTION)
define(
    "max.dim(self, *, dim=0, keepdim=False)", extremes.max_dim, "MaxBackward0", _SELECTED, shown="max(self, dim)",
    results=_PAIR, **_REDUCTION,
)  # fmt: skip
define(
    "min.dim(self, *, dim=0, keepdim=False)", extremes.min_dim, "MinBackward0", _SELECTED, shown="min(self, dim)",
    results=_PAIR, **_REDUCTION,
)  # fmt: skip
define(
    "median.dim(self, *, dim=0, keepdim=False)", orders.median_dim, "MedianBackward1", _SELECTED,
    shown="median(self, dim)", results=_PAIR, **_REDUCTION,
)  # fmt: skip
define(
    "nanmedian.dim(self, *, dim=0, keepdim=False)", orders.nanmedian_dim, "NanmedianBackward1", _SELECTED,
    shown="median(self, dim)", results=_PAIR, **_REDUCTION,
)  # fmt: skip
define(
    "mode(self, *, dim=-1, keepdim=False)", orders.mode, "ModeBackward0", _SELECTED, shown="mode(self, dim)",
    results=_PAIR, **_REDUCTION,
)  # fmt: skip
define(
    "kthvalue(self, *, k=1, dim=-1, keepdim=False)", orders.kthvalue, "KthvalueBackward0", _SELECTED,
    shown="kthvalue(self, k)", results=_PAIR, **_SORTING,
)  # fmt: skip
define(
    "amax(self, *, dim=(), keepdim=False)", extremes.amax, "AmaxBackward0", _SHARED, shown="max(self, dim)",
    **_REDUCTION,
)  # fmt: skip
define(
    "amin(self, *, dim=(), keepdim=False)", extremes.amin, "AminBackward0", _SHARED, shown="min(self, dim)",
    **_REDUCTION,
)  # fmt: skip
define(
    "aminmax(self, *, dim=None, keepdim=False)", extremes.aminmax, "AminmaxBackward0",
    {"self": "shared_both(grads, self, min, max, dim, keepdim)"}, shown="aminmax(self)", results=("min", "max"),
    **_REDUCTION,
)  # fmt: skip
define("argmax(self, *, dim=None, keepdim=False)", extremes.argmax, **_REDUCTION)
define("argmin(self, *, dim=None, keepdim=False)", extremes.argmin, **_REDUCTION)

define(
    "sort(self, *, dim=-1, descending=False)", orders.sort, "SortBackward0", _MOVED, shown="sort(self)",
    results=_PAIR, **_SORTING,
)  # fmt: skip
define(
    "sort.stable(self, *, stable=False, dim=-1, descending=False)", orders.sort_stable, "SortBackward1", _MOVED,
    shown="sort(self)", results=_PAIR, **_SORTING,
)  # fmt: skip
define("argsort(self, *, dim=-1, descending=False, stable=False)", orders.argsort, **_SORTING)
define(
    "topk(self, *, k=1, dim=-1, largest=True, sorted=True)", orders.topk, "TopkBackward0", _MOVED,
    shown="topk(self, k)", results=_PAIR, **_SORTING,
)  # fmt: skip

define(
    "cumsum(self, *, dim=0, dtype=None)", extremes.cumsum, "CumsumBackward0",
    {"self": "cumsum_backward(in_dtype(grad, self_dtype), dim)"}, hides=("self_dtype",),
    shown="cumsum(self)", **_CUMULATIVE,
)  # fmt: skip
define(
    "cumprod(self, *, dim=0, dtype=None)", extremes.cumprod, "CumprodBackward0",
    {"self": "cumprod_backward(in_dtype(grad, self_dtype), self, result, dim)"}, hides=("self_dtype",),
    shown="cumprod(self)", **_CUMULATIVE,
)  # fmt: skip
define(
    "logcumsumexp(self, *, dim=0)", extremes.logcumsumexp, "LogcumsumexpBackward0",
    {"self": "logcumsumexp_backward(grad, self, result, dim)"}, shown="logcumsumexp(self)",
    kernel="logcumsumexp_out_cpu", **_CUMULATIVE,
)  # fmt: skip
for _name in ("cummax", "cummin"):
    define(
        f"{_name}(self, *, dim=0)", getattr(extremes, _name), f"{_name.capitalize()}Backward0",
        {"self": "added_back(grad, self, dim, indices)"}, shown=f"{_name}(self)", results=_PAIR, **_CUMULATIVE,
    )  # fmt: skip

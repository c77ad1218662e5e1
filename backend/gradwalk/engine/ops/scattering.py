"""Scatters that reduce what meets in a place: sums, products, means, extremes."""

from __future__ import annotations

from ..op import Declaration, define
from . import _reducing_scatters as scattering

_SCATTER: Declaration = {"category": "indexing"}
_NOT = "not_implemented(grad, 'aten::scatter')"

scatter_reduced = define(
    "scatter.reduce(self, index, src, *, dim=0, reduce='add')", scattering.scatter_reduced, "NotImplemented",
    {"self": _NOT, "src": _NOT}, shown="scatter(self, src)", **_SCATTER,
)  # fmt: skip
scatter_value_reduced = define(
    "scatter.value_reduce(self, index, *, dim=0, value=0, reduce='add')", scattering.scatter_value_reduced,
    "NotImplemented", {"self": _NOT}, shown="scatter(self, value)", **_SCATTER,
)  # fmt: skip
scatter_reduce = define(
    "scatter_reduce(self, index, src, *, dim=0, reduce='sum', include_self=True)", scattering.scatter_reduce,
    "ScatterReduceBackward0",
    {
        "self": "scatter_reduce_self(grad, self, src, result, dim, index, reduce, include_self)",
        "src": "scatter_reduce_source(grad, self, src, result, dim, index, reduce, include_self)",
    },
    shown="scatter_reduce(self, src)", **_SCATTER,
)  # fmt: skip
index_reduce = define(
    "index_reduce(self, index, source, *, dim=0, reduce='prod', include_self=True)", scattering.index_reduce,
    "IndexReduceBackward0",
    {
        "self": "index_reduce_self(grad, self, source, result, dim, index, reduce, include_self)",
        "source": "index_reduce_source(grad, self, source, result, dim, index, reduce, include_self)",
    },
    shown="index_reduce(self, source)", **_SCATTER,
)  # fmt: skip

"""Ops that read and write the places that index tensors and masks point to."""

from __future__ import annotations

from ..op import Declaration, define
from . import _indexing as indexing
from . import _scattering as scattering

_INDEXING: Declaration = {"category": "indexing"}

index = define(
    "index(self, *, indices=())", indexing.index, "IndexBackward0",
    {"self": "index_backward(grad, self_sizes, indices)"}, shown="self[indices]", **_INDEXING,
)  # fmt: skip
_PUT = {"self": "put_aside(grad, indices, accumulate)", "values": "indexed(grad, indices)"}
index_put = define(
    "index_put(self, values, *, indices=(), accumulate=False)", indexing.index_put, "IndexPutBackward0", _PUT,
    shown="index_put(self, values)", lies="as first", **_INDEXING,
)  # fmt: skip
index_put_impl = define(
    "index_put_impl(self, values, *, indices=(), accumulate=False)", indexing.index_put, "IndexPutImplBackward0", _PUT,
    shown="index_put(self, values)", lies="as first", **_INDEXING,
)  # fmt: skip

gather = define(
    "gather(self, index, *, dim=0, sparse_grad=False)", scattering.gather, "GatherBackward0",
    {"self": "gather_backward(grad, self, dim, index)"}, saves=("sparse_grad",), shown="gather(self, index)",
    **_INDEXING,
)  # fmt: skip
scatter = define(
    "scatter.src(self, index, src, *, dim=0)", scattering.scatter, "ScatterBackward0",
    {"self": "scattered_aside(grad, dim, index)", "src": "gathered(grad, dim, index)"},
    shown="scatter(self, src)", **_INDEXING,
)  # fmt: skip
scatter_value = define(
    "scatter.value(self, index, *, dim=0, value=0)", scattering.scatter_value, "ScatterBackward1",
    {"self": "scattered_aside(grad, dim, index)"}, shown="scatter(self, value)", **_INDEXING,
)  # fmt: skip
scatter_add = define(
    "scatter_add(self, index, src, *, dim=0)", scattering.scatter_add, "ScatterAddBackward0",
    {"self": "grad", "src": "gathered(grad, dim, index)"}, shown="scatter_add(self, src)", **_INDEXING,
)  # fmt: skip
index_select = define(
    "index_select(self, index, *, dim=0)", scattering.index_select, "IndexSelectBackward0",
    {"self": "select_along_backward(grad, self_sizes, dim, index)"}, shown="self[index]", lies="in rows", **_INDEXING,
)  # fmt: skip
index_add = define(
    "index_add(self, index, source, *, dim=0, alpha=1)", scattering.index_add, "IndexAddBackward0",
    {"self": "grad", "source": "source_cotangent(grad, source, source_dim, dim, index, alpha)"},
    shown="index_add(self, source)", **_INDEXING,
)  # fmt: skip
index_copy = define(
    "index_copy(self, index, source, *, dim=0)", scattering.index_copy, "IndexCopyBackward0",
    {"self": "filled_aside(grad, dim, index)", "source": "source_cotangent(grad, source, source_dim, dim, index, 1)"},
    shown="index_copy(self, source)", **_INDEXING,
)  # fmt: skip
index_fill = define(
    "index_fill(self, index, *, dim=0, value=0)", scattering.index_fill, "IndexFillBackward0",
    {"self": "filled_aside(grad, dim, index)"}, shown="index_fill(self, value)", lies="as first", **_INDEXING,
)  # fmt: skip
index_fill_tensor = define(
    "index_fill.Tensor(self, index, value, *, dim=0)", scattering.index_fill_tensor, "IndexFillBackward1",
    {"self": "filled_aside(grad, dim, index)", "value": "total_along(grad, dim, index)"},
    shown="index_fill(self, value)", lies="as first", **_INDEXING,
)  # fmt: skip

take = define(
    "take(self, index)", indexing.take, "TakeBackward0", {"self": "take_backward(grad, self, index)"},
    shown="take(self, index)", **_INDEXING,
)  # fmt: skip
put = define(
    "put(self, index, source, *, accumulate=False)", indexing.put, "PutBackward0",
    {"self": "put_down(grad, index, source_sizes, accumulate)", "source": "put_source(grad, index, source)"},
    hides=("source_sizes",),
    shown="put(self, source)", lies="as first", **_INDEXING,
)  # fmt: skip
masked_select = define(
    "masked_select(self, mask)", indexing.masked_select, "MaskedSelectBackward0",
    {"self": "choose_backward(grad, self, mask)"}, shown="self[mask]", **_INDEXING,
)  # fmt: skip
masked_scatter = define(
    "masked_scatter(self, mask, source)", indexing.masked_scatter, "MaskedScatterBackward0",
    {"self": "zero_where(grad, mask)", "source": "scatter_source(grad, mask, source_sizes)"},
    shown="where(mask, source, self)", **_INDEXING,
)  # fmt: skip
masked_scatter_backward = define(
    "masked_scatter_backward(grad_output, mask, *, sizes=())", indexing.masked_scatter_backward,
    "MaskedScatterBackwardBackward0", {"grad_output": "choose_into(grad, grad_output_sizes, mask)"},
    hides=("grad_output_sizes",), shown="grad_output[mask]", **_INDEXING,
)  # fmt: skip
masked_fill_tensor = define(
    "masked_fill.Tensor(self, mask, value)", indexing.masked_fill, "MaskedFillBackward1",
    {"self": "zero_where(grad, mask)", "value": "total_where(grad, mask)"}, shown="where(mask, value, self)",
    lies="in rows", **_INDEXING,
)  # fmt: skip
nonzero = define("nonzero(self)", indexing.nonzero, **_INDEXING)
nonzero_static = define("nonzero_static(self, *, size=0, fill_value=-1)", indexing.nonzero_static, **_INDEXING)

"""Ops that put a tensor in the place of a part of another: ``select_scatter`` and its sisters.

What a view would see is replaced in a copy; so the cotangent of the part is what that view sees of the cotangent.
"""

from __future__ import annotations

from ..op import Declaration, define
from . import _embedding_of_parts as parts

_SCATTER: Declaration = {"category": "copy"}

select_scatter = define(
    "select_scatter(self, src, *, dim=0, index=0)", parts.select_scatter, "SelectScatterBackward0",
    {"self": "without_select(grad, dim, index)", "src": "selected(grad, dim, index)"},
    shown="select_scatter(self, src)", lies="as first", **_SCATTER,
)  # fmt: skip
slice_scatter = define(
    "slice_scatter(self, src, *, dim=0, start=None, end=None, step=1)", parts.slice_scatter, "SliceScatterBackward0",
    {"self": "without_slice(grad, dim, start, end, step)", "src": "sliced(grad, dim, start, end, step)"},
    shown="slice_scatter(self, src)", lies="as first", **_SCATTER,
)  # fmt: skip
diagonal_scatter = define(
    "diagonal_scatter(self, src, *, offset=0, dim1=0, dim2=1)", parts.diagonal_scatter, "DiagonalScatterBackward0",
    {"self": "without_diagonal(grad, offset, dim1, dim2)", "src": "diagonal(grad, offset, dim1, dim2)"},
    shown="diagonal_scatter(self, src)", lies="as first", **_SCATTER,
)  # fmt: skip
as_strided_scatter = define(
    "as_strided_scatter(self, src, *, size=(), stride=(), storage_offset=None)", parts.as_strided_scatter,
    "AsStridedScatterBackward0",
    {
        "self": "strided_alone(grad, size, stride, storage_offset)",
        "src": "strided_part(grad, size, stride, storage_offset)",
    },
    shown="as_strided_scatter(self, src)", lies="as first", **_SCATTER,
)  # fmt: skip

"""Ops that look at parts of a tensor, and what puts the parts' cotangents back in their places."""

from __future__ import annotations

from ..op import Declaration, define
from . import _parts as parts

_VIEW: Declaration = {"category": "view", "is_view": True}

split = define(
    "split(self, *, split_size=1, dim=0)", parts.split, "SplitBackward0",
    {"self": "joined(grads, self_sizes, split_size, dim)"}, shown="split(self)", **_VIEW,
)  # fmt: skip
split_with_sizes = define(
    "split_with_sizes(self, *, split_sizes=(), dim=0)", parts.split_with_sizes, "SplitWithSizesBackward0",
    {"self": "joined(grads, self_sizes, split_sizes, dim)"}, shown="split(self)", **_VIEW,
)  # fmt: skip
unsafe_split = define(
    "unsafe_split(self, *, split_size=1, dim=0)", parts.split, "UnsafeSplitBackward0",
    {"self": "joined(grads, self_sizes, split_size, dim)"}, shown="split(self)", category="view",
)  # fmt: skip
unsafe_split_with_sizes = define(
    "unsafe_split_with_sizes(self, *, split_sizes=(), dim=0)", parts.split_with_sizes, "UnsafeSplitWithSizesBackward0",
    {"self": "joined(grads, self_sizes, split_sizes, dim)"}, shown="split(self)", category="view",
)  # fmt: skip

unfold = define(
    "unfold(self, *, dimension=0, size=1, step=1)", parts.unfold, "UnfoldBackward0",
    {"self": "unfold_backward(grad, self_sizes, dimension, size, step)"}, shown="unfold(self)", **_VIEW,
)  # fmt: skip
unfold_backward = define(
    "unfold_backward(grad_in, *, input_sizes=(), dim=0, size=1, step=1)", parts.unfold_backward,
    "UnfoldBackwardBackward0", {"grad_in": "unfold(grad, dim, size, step)"}, shown="scatter(grad_in)", category="view",
)  # fmt: skip

diagonal = define(
    "diagonal(self, *, offset=0, dim1=0, dim2=1)", parts.diagonal, "DiagonalBackward0",
    {"self": "diagonal_backward(grad, self_sizes, offset, dim1, dim2)"}, shown="diagonal(self)", **_VIEW,
)  # fmt: skip
diagonal_copy = define(
    "diagonal_copy(self, *, offset=0, dim1=0, dim2=1)", parts.diagonal_copy, "DiagonalBackward0_copy",
    {"self": "diagonal_backward(grad, self_sizes, offset, dim1, dim2)"}, shown="diagonal(self)", category="copy",
)  # fmt: skip
diagonal_backward = define(
    "diagonal_backward(grad_output, *, input_sizes=(), offset=0, dim1=0, dim2=1)", parts.diagonal_backward,
    "DiagonalBackwardBackward0", {"grad_output": "diagonal(grad, offset, dim1, dim2)"}, shown="diag(grad_output)",
    category="view",
)  # fmt: skip
diag_embed = define(
    "diag_embed(self, *, offset=0, dim1=-2, dim2=-1)", parts.diag_embed, "DiagEmbedBackward0",
    {"self": "diagonal(grad, offset, dim1, dim2)"}, shown="diag(self)", category="copy",
)  # fmt: skip

"""Ops that make one tensor of several."""

from __future__ import annotations

from ..op import define
from . import _joins as joins

cat = define(
    "cat(tensors[], *, dim=0)", joins.cat, "CatBackward0", {"tensors": "split_sizes(grad, tensors_sizes, dim)"},
    shown="cat(tensors)", hides=("tensors_sizes",), category="join", promotion="same",
)  # fmt: skip
stack = define(
    "stack(tensors[], *, dim=0)", joins.stack, "StackBackward0", {"tensors": "unbound(grad, dim)"},
    shown="stack(tensors)", hides=("tensors_sizes",), category="join", promotion="same",
)  # fmt: skip
block_diag = define(
    "block_diag(tensors[])", joins.block_diag, "BlockDiagBackward0", {"tensors": "block_parts(grad, tensors_sizes)"},
    shown="block_diag(tensors)", hides=("tensors_sizes",), category="join", promotion="same",
)  # fmt: skip

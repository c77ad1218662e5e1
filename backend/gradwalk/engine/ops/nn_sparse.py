"""Embeddings: rows of a table."""

from __future__ import annotations

from typing import Any

from ..dtypes import Array
from ..errors import tensor_type
from ..functions.lookups import into_rows
from ..op import define


def _embedding(weight: Array, indices: Array, padding_idx: int, scale_grad_by_freq: bool, sparse: bool) -> Any:
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if indices.dtype.name not in ("int64", "int32"):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{tensor_type(indices)} instead (while checking arguments for embedding)"
        )
    if indices.size and (indices.min() < 0 or indices.max() >= weight.shape[0]):
        raise IndexError("index out of range in self")
    return weight[indices]


embedding = define(
    "embedding(weight, indices, *, padding_idx=-1, scale_grad_by_freq=False, sparse=False)", _embedding,
    "EmbeddingBackward0",
    {"weight": "embedding_backward(grad, indices, weight_sizes, padding_idx, scale_grad_by_freq)"},
    saves=("sparse", "weight_argsize_0"), hides=("weight_sizes",), shown="weight[indices]", category="indexing",
)  # fmt: skip
embedding_dense_backward = define(
    "embedding_dense_backward(grad_output, indices, *, sizes=(), padding_idx=-1, scale_grad_by_freq=False)", into_rows,
    "EmbeddingDenseBackwardBackward0",
    {"grad_output": "rows_but_padding(grad, indices, padding_idx)"}, shown="scatter(grad_output, indices)",
    category="indexing",
)  # fmt: skip

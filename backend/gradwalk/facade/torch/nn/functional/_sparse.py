"""Embeddings and one-hot vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.ops import nn_sparse as ops
from gradwalk.engine.surface.registry import must_be_tensor
from gradwalk.engine.surface.sizes import made
from gradwalk.engine.tensor import Tensor


def embedding(
    input: Any, weight: Any, padding_idx: int | None = None, max_norm: float | None = None, norm_type: float = 2.0,
    scale_grad_by_freq: bool = False, sparse: bool = False,
) -> Tensor:  # fmt: skip
    """Rows of ``weight`` by number; no gradient for the row ``padding_idx``."""
    if sparse:
        raise RuntimeError("Gradwalk has no sparse gradients; use an embedding with sparse=False.")
    rows = weight.shape[0]
    if padding_idx is None:
        padding_idx = -1
    elif padding_idx >= rows or padding_idx < -rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    elif padding_idx < 0:
        padding_idx += rows
    if max_norm is not None:
        used = np.unique(input._array)
        lengths = np.linalg.norm(weight._array[used], ord=norm_type, axis=1)
        scales = np.where(lengths > max_norm, max_norm / (lengths + 1e-7), 1)
        weight._array[used] *= scales[:, None].astype(weight._array.dtype)
        weight._storage.version += 1
    return ops.embedding(weight, input, padding_idx=padding_idx, scale_grad_by_freq=scale_grad_by_freq)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """A one at the place of each number, zeros elsewhere."""
    x = must_be_tensor("one_hot", "tensor", 1, tensor)
    array = x._array
    if array.dtype != np.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if array.size == 0 and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if array.size and array.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    classes = num_classes
    if num_classes == -1:
        classes = int(array.max()) + 1
    elif array.size and array.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    whole = (array[..., None] == np.arange(classes)).astype(dtypes.int64.numpy)
    return made("one_hot", whole, False, {"num_classes": classes}, (x,))

"""Embeddings and one-hot vectors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradwalk.engine import dtypes
from gradwalk.engine.grad_mode import is_grad_enabled
from gradwalk.engine.history import find_histories
from gradwalk.engine.observe import observer
from gradwalk.engine.ops import _bags as bags
from gradwalk.engine.ops import nn_sparse as ops
from gradwalk.engine.ops.nn_bag import embedding_bag as bag_op
from gradwalk.engine.surface.registry import FUNCTIONS, must_be_tensor
from gradwalk.engine.surface.sizes import made, storable
from gradwalk.engine.tensor import Tensor


def embedding(
    input: Any, weight: Any, padding_idx: int | None = None, max_norm: float | None = None, norm_type: float = 2.0,
    scale_grad_by_freq: bool = False, sparse: bool = False,
) -> Tensor:  # fmt: skip
    """Rows of ``weight`` by number; no gradient for the row ``padding_idx``."""
    if sparse:
        raise RuntimeError("Gradwalk has no sparse gradients; use an embedding with sparse=False.")
    if weight.ndim == 0 and weight.requires_grad and is_grad_enabled():  # how many rows is saved first
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    rows = weight.shape[0] if weight.ndim else 0
    if padding_idx is None:
        padding_idx = -1
    elif padding_idx >= rows or padding_idx < -rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    elif padding_idx < 0:
        padding_idx += rows
    if max_norm is not None:
        _renormed(weight, input, max_norm, norm_type)
    must_be_tensor("embedding", "indices", 2, input)
    return ops.embedding(weight, input, padding_idx=padding_idx, scale_grad_by_freq=scale_grad_by_freq)


def _renormed(weight: Any, indices: Any, max_norm: float, norm_type: float) -> None:
    """Cut the rows that are looked up off at ``max_norm``, in place."""
    used = np.unique(indices._array)
    lengths = np.linalg.norm(weight._array[used], ord=norm_type, axis=1)
    scales = np.where(lengths > max_norm, max_norm / (lengths + 1e-7), 1)
    observer().about_to_change()
    weight._array[used] *= scales[:, None].astype(weight._array.dtype)
    weight._storage.version += 1


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
    storable((*array.shape, classes), array.dtype)
    whole = (array[..., None] == np.arange(classes)).astype(dtypes.int64.numpy, order="C")
    return made("one_hot", whole, False, {"num_classes": classes}, (x,))


_MODES = {"sum": bags.SUM, "mean": bags.MEAN, "max": bags.MAX}


def embedding_bag(
    input: Any, weight: Any, offsets: Any = None, max_norm: float | None = None, norm_type: float = 2,
    scale_grad_by_freq: bool = False, mode: str = "mean", sparse: bool = False, per_sample_weights: Any = None,
    include_last_offset: bool = False, padding_idx: int | None = None,
) -> Tensor:  # fmt: skip
    """Rows of ``weight`` summed (averaged, compared) bag by bag, without their being there one by one."""
    if weight.dtype is dtypes.int64 and input.is_floating_point():
        warnings.warn(
            "Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, input, ...)` is "
            "deprecated, and should now be `embedding_bag(input, weight, ...)`.", stacklevel=2,
        )  # fmt: skip
        weight, input = input, weight
    if sparse:
        raise RuntimeError("Gradwalk has no sparse gradients; use an embedding bag with sparse=False.")
    if per_sample_weights is not None and input.size() != per_sample_weights.size():
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, then it must have the "
            f"same shape as the input ({input.shape})"
        )
    if weight.dim() != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got Tensor of dimension {weight.dim()}")
    if input.dim() == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length "
                f"sequences. However, found offsets of type {type(offsets)}"
            )
        offsets = FUNCTIONS["arange"](0, input.numel(), input.shape[1])
        input = input.reshape(-1)
        per_sample_weights = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    elif input.dim() != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}")
    elif offsets is None:
        raise ValueError("offsets has to be a 1D Tensor but got None")
    elif offsets.dim() != 1:
        raise ValueError("offsets has to be a 1D Tensor")
    if mode not in _MODES:
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("max mode does not support scaling the gradient by the frequency")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got "
            f"mode='{mode}'). Please open a feature request on GitHub."
        )
    if max_norm is not None:
        _renormed(weight, input, max_norm, norm_type)
    if padding_idx is not None:
        rows = weight.shape[0]
        if not -rows <= padding_idx < rows:
            raise RuntimeError(
                f"padding_idx must be within the number of embeddings, {-rows} through {rows - 1}, but got "
                f"{padding_idx}"
            )
        padding_idx %= rows
    try:
        _check_bags(input, weight, offsets, per_sample_weights, include_last_offset)
        _check_rows(input, weight, mode, padding_idx)
    except RuntimeError:
        find_histories((weight, per_sample_weights))
        raise
    if include_last_offset:
        offsets = offsets[:-1]
    return bag_op.several(
        weight, input, offsets, per_sample_weights, mode=_MODES[mode],
        padding_idx=-1 if padding_idx is None else padding_idx, scale_grad_by_freq=scale_grad_by_freq,
    )[0]  # fmt: skip


def _check_bags(input: Any, weight: Any, offsets: Any, per_sample_weights: Any, include_last_offset: bool) -> None:
    """Raises RuntimeError for dtypes, and for bags that begin or end elsewhere than the input."""
    for each in (input, offsets):
        if each.dtype not in (dtypes.int64, dtypes.int32):
            raise RuntimeError(
                "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but "
                f"got torch.{each.dtype.legacy_name} instead (while checking arguments for embedding_bag)"
            )
    if not weight.is_floating_point():
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, "
            f"Float, Double; but got torch.{weight.dtype.legacy_name} instead (while checking arguments for "
            "embedding_bag)"
        )
    if include_last_offset and not offsets.numel():
        raise RuntimeError("include_last_offset: number of offset should be at least 1")
    if per_sample_weights is not None and per_sample_weights.dtype is not weight.dtype:
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 "
            f"'per_sample_weights'; but type torch.{weight.dtype.legacy_name} does not equal "
            f"torch.{per_sample_weights.dtype.legacy_name} (while checking arguments for embedding_bag)"
        )
    first, last = (int(offsets._array[place]) if offsets.numel() else 0 for place in (0, -1))
    if first != 0:
        raise RuntimeError(
            "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, "
            f"got {first}\n[ torch.{'Int' if input.dtype is offsets.dtype is dtypes.int32 else 'Long'}Tensor{{}} ]"
        )
    if last > input.numel():
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {input.numel()} but got offsets[-1] of {last}"
        )


def _check_rows(input: Any, weight: Any, mode: str, padding_idx: int | None) -> None:
    """Raises RuntimeError for a row that there is not, in the words of the kernel that PyTorch takes."""
    if input._array.size and (input._array.min() < 0 or input._array.max() >= weight.shape[0]):
        place, wrong = next((i, int(n)) for i, n in enumerate(input._array) if not 0 <= n < weight.shape[0])
        if weight.dtype is dtypes.float64 or mode == "max" or padding_idx is not None:
            raise RuntimeError(f"embedding_bag: Expected idx >= 0 && idx < num_embeddings but found idx to be {wrong}")
        raise RuntimeError(
            f"Index {place} of input takes value {wrong} which is not in the valid range [0, {weight.shape[0]})"
        )

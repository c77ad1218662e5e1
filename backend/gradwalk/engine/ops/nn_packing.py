"""Sequences of different lengths, longest first, packed step by step without their padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..dtypes import Array
from ..functions.registry import on_both
from ..op import define


def _steps(batch_sizes: Array) -> tuple[Array, Array]:
    """For every packed row its step and its sequence."""
    step = np.repeat(np.arange(batch_sizes.size), batch_sizes)
    sequence = np.concatenate([np.arange(n) for n in batch_sizes])
    return step, sequence


def _pack(x: Array, lengths: Array, batch_first: bool) -> tuple[Array, Array]:
    sizes = (lengths[:, None] > np.arange(lengths[0])).sum(0).astype(np.int64)
    return _packed(x, sizes, batch_first), sizes


def _packed(x: Array, batch_sizes: Array, batch_first: bool) -> Array:
    """The rows that are not padding. Lengths beyond the end take what there is, as PyTorch's slices do."""
    step, sequence = _steps(batch_sizes)
    there = step < x.shape[1 if batch_first else 0]
    step, sequence = step[there], sequence[there]
    rows: Array = x[sequence, step] if batch_first else x[step, sequence]
    return rows


def _padded(grad: Array, batch_sizes: Array, sizes: Sequence[int], batch_first: bool) -> Array:
    """Packed rows where they came from, zeros elsewhere."""
    step, sequence = _steps(batch_sizes)
    length = sizes[1 if batch_first else 0]
    if batch_sizes.size > length:
        turned = [sizes[1], sizes[0], *sizes[2:]] if batch_first else list(sizes)
        raise IndexError(f"select(): index {length} out of range for tensor of size {turned} at dimension 0")
    whole = np.zeros(tuple(sizes), grad.dtype)
    whole[(sequence, step) if batch_first else (step, sequence)] = grad
    return whole


pack = define(
    "pack_padded_sequence(input, lengths, *, batch_first=False)", _pack, "PackPaddedSequenceBackward0",
    {"input": "padded_of(grad, result1, input_sizes, batch_first)"}, differentiable=1, shown="pack(input)",
    category="shape",
)  # fmt: skip
padded_of = define(
    "padded_of(grad_output, batch_sizes, *, sizes=(), batch_first=False)", on_both("padded_of", _padded),
    "CopySlices", {"grad_output": "packed_of(grad, batch_sizes, batch_first)"}, shown="pad(grad_output)",
    category="shape",
)  # fmt: skip
packed_of = define(
    "packed_of(input, batch_sizes, *, batch_first=False)", on_both("packed_of", _packed), "CatBackward0",
    {"input": "padded_of(grad, batch_sizes, input_sizes, batch_first)"}, shown="pack(input)", category="shape",
)  # fmt: skip

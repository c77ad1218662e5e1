"""Sequences of different lengths as one tensor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.errors import type_name
from gradwalk.engine.op import OPS
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor, wrap

from .packing import PackedSequence, invert_permutation, pack_padded_sequence, pad_packed_sequence

__all__ = [
    "PackedSequence", "invert_permutation", "pack_padded_sequence", "pack_sequence", "pad_packed_sequence",
    "pad_sequence", "unpack_sequence", "unpad_sequence",
]  # fmt: skip


def pad_sequence(
    sequences: Any, batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Sequences side by side, the shorter ones filled up."""
    if padding_side not in ("left", "right"):
        raise RuntimeError("Expected padding_side to be one of left or right, but got " + padding_side + ".")
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}"
        )
    parts: Sequence[Any] = list(sequences)
    for place, name, value, kind in ((2, "batch_first", batch_first, bool), (3, "padding_value", padding_value, float)):
        if not isinstance(value, kind | int if kind is float else kind):
            raise TypeError(
                f"pad_sequence(): argument '{name}' (position {place}) must be {kind.__name__}, not {type_name(value)}"
            )
    if not parts:
        raise RuntimeError("received an empty list of sequences")
    for number, part in enumerate(parts):
        if not isinstance(part, Tensor):
            raise TypeError(f"expected Tensor as element {number} in argument 0, but got {type_name(part)}")
    if parts[0].ndim == 0:
        raise RuntimeError("ArrayRef: invalid slice, N = 1; size = 0")
    longest = max(part.shape[0] for part in parts)
    rest = tuple(parts[0].shape[1:])
    lead = (len(parts), longest) if batch_first else (longest, len(parts))
    whole: Any = wrap(np.full((*lead, *rest), padding_value, dtype=parts[0]._array.dtype))
    for number, part in enumerate(parts):
        count = part.shape[0]
        start, end = (0, count) if padding_side == "right" else (longest - count, longest)
        row = whole[number] if batch_first else whole[:, number]
        apply_in_place(OPS["copy"], row[start:end], part)
    result: Tensor = whole
    return result


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """The sequences that :func:`pad_sequence` put side by side."""
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    places = FUNCTIONS["arange"](rows.shape[1])
    return [row[places < int(length)] for row, length in zip(rows, lengths, strict=True)]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences packed as they are."""
    lengths = wrap(np.array([each.size(0) for each in sequences], np.int64))
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences that were packed."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)

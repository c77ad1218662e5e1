"""Sequences of different lengths, packed without their padding, and padded again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradwalk.engine.dtypes import int64
from gradwalk.engine.errors import type_name
from gradwalk.engine.ops import nn_packing as ops
from gradwalk.engine.surface.registry import FUNCTIONS
from gradwalk.engine.tensor import Tensor, wrap


class PackedSequence_(NamedTuple):  # noqa: N801 (the name is PyTorch's)
    """What a packed batch holds."""

    data: Any
    batch_sizes: Any
    sorted_indices: Any
    unsorted_indices: Any


class PackedSequence(PackedSequence_):
    """A batch of sequences, step by step, the longest first; ``batch_sizes`` says how many there are at each step."""

    __slots__ = ()
    __module__ = "torch.nn.utils.rnn"

    def __new__(
        cls, data: Any, batch_sizes: Any = None, sorted_indices: Any = None, unsorted_indices: Any = None
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            if not isinstance(data, list | tuple) or len(data) != 2:
                raise AssertionError("Expected data to be a list or tuple of length 2")
            data, batch_sizes = data
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same batch, its data converted."""
        return self._as(self.data.to(*args, **kwargs))

    def byte(self) -> PackedSequence:
        """The data in uint8."""
        return self._as(self.data.byte())

    def char(self) -> PackedSequence:
        """The data in int8."""
        return self._as(self.data.char())

    def short(self) -> PackedSequence:
        """The data in int16."""
        return self._as(self.data.short())

    def int(self) -> PackedSequence:
        """The data in int32."""
        return self._as(self.data.int())

    def long(self) -> PackedSequence:
        """The data in int64."""
        return self._as(self.data.long())

    def half(self) -> PackedSequence:
        """The data in float16."""
        return self._as(self.data.half())

    def float(self) -> PackedSequence:
        """The data in float32."""
        return self._as(self.data.float())

    def double(self) -> PackedSequence:
        """The data in float64."""
        return self._as(self.data.double())

    def cuda(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The data on a GPU: refused, for there is none."""
        kwargs["device"] = "cuda"
        return self.to(*args, **kwargs)

    def pin_memory(self) -> PackedSequence:
        """The data in pinned memory: refused, for there is no accelerator."""
        return self._as(self.data.pin_memory())

    def _as(self, data: Any) -> PackedSequence:
        return self if data is self.data else type(self)(data, *self[1:])

    def cpu(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """Itself: there is nothing but the CPU here."""
        return self

    @property
    def is_cuda(self) -> bool:
        """Whether the data lie on a GPU: never."""
        return False

    def is_pinned(self) -> bool:
        """Whether the data lie in pinned memory: never."""
        return False


def invert_permutation(permutation: Any) -> Any:
    """The permutation that undoes one."""
    return None if permutation is None else wrap(np.argsort(permutation._array).astype(np.int64))


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """A padded batch (length, batch, ...) without its padding."""
    sizes: Any = lengths.to(int64) if isinstance(lengths, Tensor) else FUNCTIONS["as_tensor"](lengths, dtype=int64)
    order = None
    if not enforce_sorted:
        sizes, order = FUNCTIONS["sort"](sizes, descending=True)
        order = order.to(input.device)
        input = input.index_select(0 if batch_first else 1, order)
    if not isinstance(input, Tensor):
        raise TypeError(
            f"_pack_padded_sequence(): argument 'input' (position 1) must be Tensor, not {type_name(input)}"
        )
    if input._array.size == 0:
        raise RuntimeError("Cannot pack empty tensors.")
    if sizes._array.ndim != 1:
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {sizes.ndim}D cpu "
            f"{sizes.dtype.legacy_name.removesuffix('Tensor')} tensor"
        )
    _check_lengths(input, sizes._array, batch_first)
    data, batch_sizes = ops.pack.several(input, sizes, batch_first=batch_first)
    return PackedSequence(data, batch_sizes, order, None)


def _check_lengths(x: Any, sizes: Any, batch_first: bool) -> None:
    batch = x.size(0 if batch_first else 1)
    if sizes.shape != (batch,):
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {sizes.size} (batch_size={batch})"
        )
    if sizes[-1] <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
            "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you "
            "do not need ONNX exportability."
        )


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The padded batch that was packed, and the lengths of its sequences."""
    longest = sequence.batch_sizes.size(0)
    if total_length is not None and total_length < longest:
        raise ValueError(
            "Expected total_length to be at least the length of the longest sequence in input, but got "
            f"total_length={total_length} and max sequence length being {longest}"
        )
    sizes = sequence.batch_sizes._array
    shape = (longest if total_length is None else total_length, int(sizes[0]), *sequence.data.shape[1:])
    padded: Any = wrap(np.full(shape, padding_value, dtype=sequence.data._array.dtype))
    row = start = 0
    changes = [*(np.flatnonzero(np.diff(sizes)) + 1), longest]
    for end in map(int, changes):
        count = int(sizes[start])
        rows = count * (end - start)
        part = sequence.data[row : row + rows].view(end - start, count, *shape[2:])
        padded[start:end, :count] = part
        row, start = row + rows, end
    lengths: Any = wrap((sizes[:, None] > np.arange(sizes[0])).sum(0).astype(np.int64))
    if batch_first:
        padded = padded.transpose(0, 1)
    if sequence.unsorted_indices is not None:
        padded = padded.index_select(0 if batch_first else 1, sequence.unsorted_indices)
        lengths = wrap(lengths._array[sequence.unsorted_indices._array])
    return padded, lengths

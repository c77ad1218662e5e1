"""A tensor given another shape in its own storage, which grows where it is too small."""

from __future__ import annotations

import gc
from math import prod

import numpy as np

from .dtypes import Array
from .errors import MOST_BYTES, too_many
from .geometry import strided
from .layouts import Steps, row_by_row, strides_of
from .observe import observer
from .storage import Storage
from .tensor import Tensor


def resize(tensor: Tensor, shape: tuple[int, ...], steps: Steps | None = None) -> None:
    """Let a tensor look at the first elements from its place in its storage on, in a new shape.

    They lie row by row there, unless ``steps`` says otherwise.

    A storage that is too small gets larger memory, filled up with zeros, and all that look at it look there.
    """
    storage, kind = tensor._storage, tensor._array.dtype
    if prod(shape) * kind.itemsize > MOST_BYTES:
        raise too_many(shape) if prod(shape) <= MOST_BYTES else RuntimeError("numel: integer multiplication overflow")
    if prod(max(n, 1) for n in shape[1:]) > MOST_BYTES:
        raise RuntimeError("Stride calculation overflowed")
    observer().about_to_change()
    offset = storage.offset_of(tensor._array)
    flat = storage.flat() if storage.base.dtype == kind else storage.flat().view(np.uint8).view(kind)
    if offset + prod(shape) > flat.size:
        larger = np.zeros(offset + prod(shape), kind)
        larger[: flat.size] = flat
        _move(storage, larger)
        flat = larger
    tensor._array = strided(flat, shape, row_by_row(shape) if steps is None else steps, offset)


def _move(storage: Storage, larger: Array) -> None:
    """Let every tensor of a storage look at larger memory. Storages keep no list of them: the collector knows."""
    looking = [x for x in gc.get_referrers(storage) if isinstance(x, Tensor)]
    for x in looking:
        steps = strides_of(x._array)
        kind = x._array.dtype
        flat = larger if larger.dtype == kind else larger.view(np.uint8).view(kind)
        x._array = strided(flat, x._array.shape, steps, storage.offset_of(x._array))
    storage.base = larger

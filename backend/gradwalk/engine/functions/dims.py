"""Dimensions and sizes as callers give them, made definite, with PyTorch's words for those that make no sense."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..errors import bracketed


def normalize_dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """Dimensions counted from 0; all of them for None or an empty tuple. Raises IndexError as PyTorch does."""
    if dim is None or (isinstance(dim, tuple | list) and not dim):
        return tuple(range(ndim))
    dims = tuple(normalize_dim(d, ndim) for d in (dim if isinstance(dim, tuple | list) else (dim,)))
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return dims


def dims_to_restore(dim: Any, ndim: int) -> tuple[int, ...]:
    """Where dimensions that were reduced are put in again, in order; a single one as it was given, as PyTorch does."""
    given = (dim,) if isinstance(dim, int) else dim
    return tuple(given) if given and len(given) == 1 else tuple(sorted(normalize_dims(dim, ndim)))


def normalize_dim(dim: int, ndim: int) -> int:
    """One dimension counted from 0. Raises IndexError as PyTorch does."""
    extent = max(ndim, 1)
    if not -extent <= dim < extent:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-extent}, {extent - 1}], but got {dim})"
        )
    return dim % extent


def check_view(sizes: Sequence[int], numel: int) -> tuple[int, ...]:
    """A requested shape with its -1 worked out. Raises RuntimeError, in PyTorch's words, where there is none."""
    unknown = [i for i, n in enumerate(sizes) if n == -1]
    if len(unknown) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = math.prod(n for n in sizes if n != -1)
    for index, n in enumerate(sizes):
        if n < -1:
            raise RuntimeError(f"invalid shape dimension {n} at index {index} of shape {bracketed(sizes)}")
    if (unknown and (known == 0 or numel % known)) or (not unknown and known != numel):
        if unknown and known == 0 == numel:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {bracketed(sizes)} because the unspecified dimension "
                "size -1 can be any value and is ambiguous"
            )
        raise RuntimeError(f"shape '{bracketed(sizes)}' is invalid for input of size {numel}")
    return tuple(numel // known if n == -1 else n for n in sizes)

"""Grids of places in an image or volume, between -1 and 1 from edge to edge, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import Array


def _base(size: Sequence[int], align_corners: bool, kind: np.dtype[Any]) -> Array:
    """Every place of the grid as (x, y[, z], 1), flattened: (places, dims + 1)."""
    steps = []
    for n in size[2:]:
        line = np.linspace(-1, 1, n, dtype=kind) if n > 1 else np.zeros(n, kind)
        steps.append(line if align_corners else line * kind.type((n - 1) / n))
    grids = np.meshgrid(*steps, indexing="ij")
    return np.stack([*(each.reshape(-1) for each in reversed(grids)), np.ones(grids[0].size, kind)], axis=-1)


def affine_grid(theta: Array, size: Sequence[int], align_corners: bool) -> Array:
    """Where each matrix of ``theta`` takes the places of an even grid."""
    base = _base(size, align_corners, theta.dtype)
    places: Array = np.matmul(base, theta.swapaxes(-1, -2))
    return places.reshape(size[0], *size[2:], len(size) - 2)


def affine_grid_back(grad: Array, size: Sequence[int], align_corners: bool) -> Array:
    """The cotangent of the matrices."""
    base = _base(size, align_corners, grad.dtype)
    flat = grad.reshape(size[0], -1, len(size) - 2)
    return np.ascontiguousarray(np.matmul(flat.swapaxes(-1, -2), base))

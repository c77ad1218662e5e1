"""Products of three tensors, summed: what bilinear maps are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..dtypes import Array
from ..functions.registry import on_both
from ..op import define

Dims = Sequence[int]


def _trilinear(i1: Array, i2: Array, i3: Array, expand1: Dims, expand2: Dims, expand3: Dims, sumdim: Dims) -> Array:
    """Each tensor gets dimensions of one at the places ``expand``; the product is summed over ``sumdim``."""
    factors = (np.expand_dims(x, tuple(dims)) for x, dims in ((i1, expand1), (i2, expand2), (i3, expand3)))
    first, second, third = factors
    product: Array = (first * second * third).sum(axis=tuple(sumdim))
    return product


trilinear = define(
    "trilinear(i1, i2, i3, *, expand1=(), expand2=(), expand3=(), sumdim=())", on_both("trilinear", _trilinear),
    "TrilinearBackward0",
    {
        "i1": "trilinear(grad, i2, i3, sumdim, expand2, expand3, expand1)",
        "i2": "trilinear(i1, grad, i3, expand1, sumdim, expand3, expand2)",
        "i3": "trilinear(i1, i2, grad, expand1, expand2, sumdim, expand3)",
    },
    shown="sum(i1 * i2 * i3)", category="linalg",
)  # fmt: skip

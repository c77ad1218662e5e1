"""Group normalisation, and what it passes back, operation for operation as PyTorch's kernels do it (ATen's
``group_norm_kernel.cpp``); ``csrc/group_norms.c`` says the same in C.

Numbers are float32 or float64 and lie row by row, as ``(images, channels, pixels)``; means, and one over the spreads,
are ``(images, groups)``. The numbers of a group are a row of :mod:`~.row_norms`, and those of a channel one of
:mod:`~.row_sums`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import CORE
from ..dtypes import Array
from ..fused import plus_products
from .row_norms import moments_of_rows
from .row_sums import sums_of_products, sums_of_rows

_VECTOR_BYTES = 32
_FEW_BYTES = 16
"""So many of a row that fills no vector have their products rounded, not with the sum."""


def is_followed(*arrays: Array) -> bool:
    """Whether these arrays lie as those do that are normalised here."""
    kind = arrays[0].dtype
    return kind.char in "fd" and all(x.dtype == kind and x.size and x.flags.c_contiguous for x in arrays)


def normalized(x: Array, weight: Array | None, bias: Array | None, groups: int, eps: float) -> tuple[Any, Any, Any]:
    """The numbers normalised, scaled and shifted; the means; and one over the spreads."""
    if CORE is not None and (fast := CORE.normalized_groups(x, weight, bias, groups, eps)) is not None:
        found: tuple[Any, Any, Any] = fast
        return found
    images, channels, _ = x.shape
    with np.errstate(all="ignore"):
        mean, variance = (part.reshape(images, groups) for part in moments_of_rows(x.reshape(images * groups, -1)))
        spread = np.sqrt(np.maximum(variance, 0).astype(np.float64) + eps)
        inverse = (1 / spread).astype(x.dtype)
        middle, scale = (np.repeat(part, channels // groups, axis=1)[:, :, None] for part in (mean, inverse))
        if weight is None is bias:
            return (x - middle) * scale, mean, inverse
        if weight is not None:
            scale = scale * weight[:, None]
        nothing = np.zeros(1, x.dtype)
        shift = plus_products(nothing if bias is None else bias[:, None], -scale, middle)
        return plus_products(shift, scale, x), mean, inverse


def cotangents(
    grad: Array, x: Array, mean: Array, inverse: Array, weight: Array | None, needs: Sequence[bool]
) -> tuple[Any, Any, Any]:
    """The cotangents of the numbers, the scale and the shift; None for each that is not needed."""
    if CORE is not None and (fast := CORE.cotangents_of_groups(grad, x, mean, inverse, weight, *needs)) is not None:
        found: tuple[Any, Any, Any] = fast
        return found
    images, channels, _ = x.shape
    of_x = of_weight = of_bias = None
    with np.errstate(all="ignore"):
        products = sums_of_rows(grad * x) if x.dtype == np.float32 else sums_of_products(grad, x)
        products, totals = products[:, :, 0], sums_of_rows(grad)[:, :, 0]
        if needs[0]:
            of_x = _of_numbers(grad, x, mean, inverse, weight, products, totals)
        if needs[1]:
            of_weight = np.zeros(channels, x.dtype)
            middle, over = (np.repeat(part, channels // mean.shape[1], axis=1) for part in (mean, inverse))
            for each in range(images):
                centred = plus_products(products[each], -totals[each], middle[each])
                of_weight = plus_products(of_weight, centred, over[each])
        if needs[2]:
            of_bias = np.add.accumulate(totals, axis=0)[-1].copy()
    return of_x, of_weight, of_bias


def _of_numbers(
    grad: Array, x: Array, mean: Array, inverse: Array, weight: Array | None, products: Array, totals: Array
) -> Array:
    kind = x.dtype.type
    (images, channels, pixels), groups = x.shape, mean.shape[1]
    depth = channels // groups
    scale = np.ones(channels, x.dtype) if weight is None else weight
    by_group = (part.reshape(images, groups, depth) for part in (products, totals))
    along, total = (_weighed(part, scale.reshape(groups, depth)) for part in by_group)
    share = kind(1) / kind(depth * pixels)
    slope = plus_products(-along, total, mean) * inverse * inverse * inverse * share
    shift = plus_products(-(slope * mean), -(total * inverse), np.full_like(mean, share))
    direct, slope, shift = (np.repeat(part, depth, axis=1)[:, :, None] for part in (inverse, slope, shift))
    found: Array = plus_products(slope * x, direct * scale[:, None], grad) + shift
    return found


def _weighed(x: Array, weight: Array) -> Array:
    """The sums of products along the last dimension: of vectors rounded with the sum, of the rest some before."""
    width, lanes = x.shape[-1], _VECTOR_BYTES // x.itemsize
    whole = width - width % lanes
    fused = width - (width - whole) % (_FEW_BYTES // x.itemsize)
    sums = np.zeros((*x.shape[:-1], lanes), x.dtype)
    for start in range(0, whole, lanes):
        some = slice(start, start + lanes)
        sums = plus_products(sums, x[..., some], np.broadcast_to(weight[..., some], sums.shape))
    total = np.add.accumulate(sums, axis=-1)[..., -1]
    for place in range(whole, width):
        one, factor = x[..., place], np.broadcast_to(weight[..., place], total.shape)
        total = total + one * factor if place < fused else plus_products(total, one, factor)
    return total

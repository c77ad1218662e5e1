"""Numbers put at numbered places of planes (the last two or three dimensions), and taken from there, on arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..errors import bracketed
from ..layouts import as_images_lie

Ints = Sequence[int]


def into_planes(grad: Array, indices: Array, sizes: Ints, dims: int) -> Array:
    """Zeros of ``sizes`` with each number added where it came from in its plane: the last ``dims`` dimensions."""
    lead = len(sizes) - dims
    whole = np.zeros((math.prod(sizes[:lead]), math.prod(sizes[lead:])), grad.dtype)
    if not indices.size:
        return whole.reshape(tuple(sizes))
    flat = indices.reshape(whole.shape[0], -1)
    np.add.at(whole, (np.arange(whole.shape[0])[:, None], flat), grad.reshape(flat.shape))
    return whole.reshape(tuple(sizes))


def into_places_of(grad: Array, x: Array, indices: Array, dims: int) -> Array:
    """:func:`into_planes` of the shape of ``x``."""
    return into_planes(grad, indices, x.shape, dims)


def unpool(x: Array, indices: Array, output_size: Ints) -> Array:
    """Each number at its place of a larger plane, zeros elsewhere. Raises RuntimeError for places outside."""
    dims = len(output_size)
    if indices.dtype != np.int64:
        kind = dtypes.of(indices).legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"elements in indices should be type int64 but got: {kind}")
    if x.ndim not in (dims + 1, dims + 2):
        raise RuntimeError(
            f"Input to max_unpooling{dims}d should be a {dims + 1}d or {dims + 2}d Tensor, but got a tensor with "
            f"{x.ndim} dimensions."
        )
    if indices.shape != x.shape:
        raise RuntimeError(
            f"Expected shape of indices to be same as that of the input tensor ({bracketed(x.shape)}) but got indices "
            f"tensor with shape: {bracketed(indices.shape)}"
        )
    empty = next((dim for dim in range(1, x.ndim) if not x.shape[dim]), None)
    if empty is not None:
        raise RuntimeError(
            f"max_unpooling{dims}d_forward_out_cpu(): Expected input to have non-zero size for non-batch dimensions, "
            f"but got {bracketed(x.shape)} with dimension {empty} being empty."
        )
    volume = math.prod(output_size)
    planes = math.prod(x.shape[: x.ndim - dims])
    if not volume or not x.size:  # nothing is looked at
        return np.zeros((*x.shape[: x.ndim - dims], *output_size), x.dtype)
    wrong = indices[(indices < 0) | (indices >= volume)]
    if wrong.size:
        sizes = "x".join(map(str, output_size))
        raise RuntimeError(f"Found an invalid max index: {wrong[-1]} (output volumes are of size {sizes})")
    whole = np.zeros((planes, volume), x.dtype)
    np.put_along_axis(whole, indices.reshape(planes, -1), x.reshape(planes, -1), 1)
    return as_images_lie(x, whole.reshape(*x.shape[: x.ndim - dims], *output_size))

"""Functions of complex numbers: conjugates, parts, and the slopes of ops that have no complex derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dtypes import Array
from ..layouts import strides_of
from ..op import NAMESPACE, OPS
from ..storage import signs_of
from ..tensor import Tensor
from .masks import zero_if, zero_where
from .registry import function, on_arrays


@function
def conj(x: Any) -> Any:
    """The complex conjugate; a real number is its own."""
    if isinstance(x, Tensor):
        return OPS["conj"](x) if x._array.dtype.kind == "c" else x
    if isinstance(x, np.ndarray | np.generic):
        return np.conjugate(x) if x.dtype.kind == "c" else x
    return x.conjugate() if isinstance(x, complex) else x


def parts_of(x: Array | np.generic) -> Array:
    """A view of complex numbers as pairs of their parts, shape (..., 2)."""
    if not isinstance(x, np.ndarray):  # one number, which has no memory to look at
        x = np.asarray(x)
    half = x.itemsize // 2
    shape, strides = (*x.shape, 2), (*(step * x.itemsize for step in strides_of(x)), half)
    return np.lib.stride_tricks.as_strided(x.real, shape, strides)


def joined_parts(x: Array) -> Array:
    """A view of pairs, shape (..., 2), as complex numbers."""
    if x.strides[-1] != x.itemsize:
        x = np.ascontiguousarray(x)
    found: Array = x.view(f"c{2 * x.itemsize}")[..., 0]
    return found


on_arrays("view_as_real", parts_of)
on_arrays("view_as_complex", joined_parts)


@function
def real_part(x: Any) -> Any:
    """The real part; a real number is its own."""
    return _part(x, 0)


@function
def imaginary_part(x: Any) -> Any:
    """The imaginary part of a complex number."""
    return _part(x, 1)


def _part(x: Any, index: int) -> Any:
    if not isinstance(x, Tensor):
        return x.imag if index else x.real
    if x._array.dtype.kind != "c":
        return x
    real, imaginary = signs_of(x._storage)
    if real != imaginary:
        x = OPS["view_as_real"](OPS["conj"](x))
        return OPS["select"](OPS["neg_view"](x) if index else x, dim=x.ndim - 1, index=index)
    return OPS["select"](OPS["view_as_real"](x), dim=x.ndim, index=index)


@function
def angle_of(x: Any) -> Any:
    """The angle of an array's complex numbers."""
    return np.angle(x)


@function
def has_no_imaginary_part(x: Any) -> Any:
    """Where the complex numbers of an array are real."""
    return x.imag == 0


@function
def vdot_of(x: Any, y: Any) -> Any:
    """The sum of products with the first vector conjugated."""
    return np.vdot(x, y)


@function
def angle_backward(grad: Any, x: Any) -> Any:
    """The cotangent of a complex number whose angle was taken: at right angles to it."""
    square = NAMESPACE["power"](NAMESPACE["absolute"](x), 2)
    return zero_if(grad * x / square * 1j, x == 0)


@function
def sgn_backward(grad: Any, x: Any, result: Any) -> Any:
    """The cotangent of a complex number that was brought to length 1: what of it does not go along."""
    length = NAMESPACE["absolute"](x)
    along = real_part(grad / result) * result
    return zero_where((grad / length) - along / length, length == 0)


@function
def polar_backward(grad: Any, result: Any) -> tuple[Any, Any]:
    """The cotangents of length and angle."""
    conjugate = conj(grad)
    turned = result * 1j
    return real_part(conjugate * NAMESPACE["sgn"](result)), real_part(conjugate * turned)

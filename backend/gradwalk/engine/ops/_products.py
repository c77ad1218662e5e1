"""Forwards of products, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import dtypes
from ..apply import check_kernel
from ..core import at_once
from ..dtypes import Array
from ..errors import bracketed
from ..functions.dims import normalize_dim
from ..functions.matrices import check_matrices
from ..products import (
    add_product,
    inner,
    of_batch,
    plus_product,
    plus_products,
    plus_times_vector,
    product,
    times_vector,
)
from ._words import C_NAMES, label


def _same_dtype(a: Array, b: Array, words: str) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(words.format(*(C_NAMES[dtypes.of(x).name] for x in (a, b))))


@at_once
def dot(a: Array, b: Array) -> Any:
    check_vectors(a, b)
    if a.dtype.kind == "b":
        raise NotImplementedError("\"dot\" not implemented for 'Bool'")
    return inner(a, b)


def check_vectors(a: Array, b: Array) -> None:
    """Raises RuntimeError for what has no dot product."""
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    if a.dtype != b.dtype:
        names = [dtypes.of(x).legacy_name.removesuffix("Tensor") for x in (a, b)]
        raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {names[0]} and {names[1]}")
    if a.size != b.size:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor {bracketed(a.shape)} and src {bracketed(b.shape)} to have the "
            f"same number of elements, but got {a.size} and {b.size} elements respectively"
        )


@at_once
def mm(a: Array, b: Array) -> Any:
    check_matrices(a, b)
    _same_dtype(a, b, "expected m1 and m2 to have the same dtype, but got: {} != {}")
    if a.dtype.kind == "b":
        raise NotImplementedError("\"addmm_impl_cpu_\" not implemented for 'Bool'")
    return product(a, b)


@at_once
def mv(a: Array, b: Array) -> Any:
    if a.ndim == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    if a.ndim != 2 or b.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {a.ndim}, {b.ndim}")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), vec ({b.shape[0]})"
        )
    _need_one_dtype(b, a, b)
    if a.dtype.kind == "b":
        raise NotImplementedError("\"addmv_impl_cpu\" not implemented for 'Bool'")
    return times_vector(a, b)


def _need_batches(a: Array, b: Array) -> None:
    for number, each in enumerate((a, b), 1):
        if each.ndim != 3:
            raise RuntimeError(f"batch{number} must be a 3D tensor")


def _check_batches(a: Array, b: Array) -> None:
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {bracketed((a.shape[0], a.shape[2]))} but "
            f"got: {bracketed(b.shape[:2])}."
        )


def bmm(a: Array, b: Array) -> Any:
    _need_batches(a, b)
    _check_batches(a, b)
    if a.dtype != b.dtype:
        raise _other_dtype_in_batch(a, b, "expected m1 and m2 to have the same dtype, but got: {} != {}", C_NAMES)
    if a.dtype.kind == "b":
        raise NotImplementedError("\"bmm\" not implemented for 'Bool'")
    return of_batch(a, b)


def _other_dtype_in_batch(a: Array, b: Array, words: str, names: Mapping[str, str]) -> RuntimeError:
    """The error of the kernel that PyTorch takes: for small matrices its own, for many floats MKL's, else one product
    after the other, which has words of its own."""
    if a.shape[1] * a.shape[2] * b.shape[2] < _SMALL:
        return RuntimeError(f"expected scalar type {label(a.dtype)} but found {label(b.dtype)}")
    if b.dtype in (np.float32, np.float64):
        return RuntimeError(f"expected scalar type {label(b.dtype)} but found {label(a.dtype)}")
    return RuntimeError(words.format(*(names.get(name := dtypes.of(x).name, name) for x in (a, b))))


_SMALL = 400
"""Products of so many multiplications are not small any more."""


def addmm(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Any:
    """``beta * x + alpha * a @ b``, the first broadcast to the product."""
    for name, array in (("self", x), ("mat1", a)):
        if array.dtype != b.dtype:
            names = [dtypes.of(each).legacy_name.removesuffix("Tensor") for each in (array, b)]
            raise RuntimeError(f"{name} and mat2 must have the same dtype, but got {names[0]} and {names[1]}")
    if a.ndim != 2:
        raise RuntimeError(f"mat1 must be a matrix, got {a.ndim}-D tensor")
    if b.ndim != 2:
        raise RuntimeError(f"mat2 must be a matrix, got {b.ndim}-D tensor")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and {b.shape[0]}x{b.shape[1]})"
        )
    if a.dtype.kind == "b":
        raise NotImplementedError("\"addmm_impl_cpu_\" not implemented for 'Bool'")
    size = (a.shape[0], b.shape[1])
    try:
        np.broadcast_to(x, size)
    except ValueError:
        raise _does_not_expand(x.shape, size) from None
    return plus_product(x, a, b, beta, alpha)


def _does_not_expand(shape: tuple[int, ...], size: tuple[int, ...]) -> RuntimeError:
    if len(shape) > len(size):
        return RuntimeError(
            f"expand(torch.FloatTensor{{{bracketed(shape)}}}, size={bracketed(size)}): the number of sizes provided "
            f"({len(size)}) must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    lead = len(size) - len(shape)
    wrong = next(i for i in reversed(range(len(size))) if i >= lead and shape[i - lead] not in (1, size[i]))
    return RuntimeError(
        f"The expanded size of the tensor ({size[wrong]}) must match the existing size ({shape[wrong - lead]}) at "
        f"non-singleton dimension {wrong}.  Target sizes: {bracketed(size)}.  Tensor sizes: {bracketed(shape)}"
    )


def _need_one_dtype(x: Array, a: Array, v: Array) -> None:
    if not x.dtype == a.dtype == v.dtype:
        kinds = [label(each.dtype) for each in (x, a, v)]
        raise RuntimeError("addmv input tensors must have the same dtype, but got {}, {}, and {}".format(*kinds))


def addmv(x: Array, a: Array, v: Array, beta: float, alpha: float) -> Any:
    if a.ndim != 2 or v.ndim != 1 or x.ndim > 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {x.ndim}, {a.ndim}, {v.ndim}")
    if a.shape[1] != v.shape[0] or x.size not in (1, a.shape[0]):
        raise RuntimeError(f"size mismatch, got input ({x.size}), mat ({a.shape[0]}x{a.shape[1]}), vec ({v.shape[0]})")
    _need_one_dtype(x, a, v)
    check_kernel("addmv_impl_cpu:b", x)
    return plus_times_vector(x, a, v, beta, alpha)


def baddbmm(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Any:
    if x.dtype != a.dtype:
        kinds = [C_NAMES[dtypes.of(each).name] for each in (x, a, b)]
        raise RuntimeError("Input dtypes must be the same, got: input {}, batch1: {}, batch2: {}".format(*kinds))
    size = tuple(each.shape[normalize_dim(dim, each.ndim)] for each, dim in ((a, 0), (a, 1), (b, 2)))
    try:
        np.broadcast_to(x, size)
    except ValueError:
        raise _does_not_expand(x.shape, size) from None
    _need_batches(a, b)
    _check_batches(a, b)
    if a.dtype != b.dtype:
        labels = {dtypes.of(each).name: label(each.dtype) for each in (a, b)}
        raise _other_dtype_in_batch(a, b, "mat1 and mat2 must have the same dtype, but got {} and {}", labels)
    check_kernel("baddbmm:b", x)
    return plus_products(x, a, b, beta, alpha)


def addr(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Any:
    for name, vector in (("vec1", a), ("vec2", b)):
        if vector.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument {name}, but got {vector.ndim}-D")
    for name, factor in (("beta", beta), ("alpha", alpha)):
        if isinstance(factor, float) and all(each.dtype.kind in "biu" for each in (x, a, b)):
            raise RuntimeError(f"For integral input tensors, argument {name} must not be a floating point number.")
        if isinstance(factor, bool) and any(each.dtype.kind != "b" for each in (x, a, b)):
            raise RuntimeError(f"Boolean {name} only supported for Boolean results.")
    size = (len(a), len(b))
    try:
        whole = np.broadcast_to(x, size)
    except ValueError:
        raise _does_not_expand(x.shape, size) from None
    if x.dtype == a.dtype == b.dtype == np.bool_:
        product = np.outer(a, b)
        return (product & bool(alpha)) | whole if beta else product & bool(alpha)
    scaled = (alpha * a)[:, None]
    if beta == 0:
        return scaled * b
    if not (x.dtype == a.dtype == b.dtype and x.dtype.char in "fd"):
        return beta * whole + scaled * b
    return _fused_outer(whole, scaled, b, x.dtype.type(beta))


def _fused_outer(x: Array, a: Array, b: Array, beta: Any) -> Array:
    """``beta * x + a * b``, one product not rounded: the second, or of what does not fill two vectors the first."""
    from ..product_orders import fused  # which takes a while to load

    made = np.empty(x.shape, x.dtype)
    whole = b.size - b.size % (64 // b.itemsize)
    with np.errstate(all="ignore"):
        made[:, :whole] = fused(a, b[:whole], beta * x[:, :whole])
        made[:, whole:] = fused(x[:, whole:], beta, a * b[whole:])
    return made


def addbmm(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Any:
    size = (a.shape[normalize_dim(1, a.ndim)], b.shape[normalize_dim(2, b.ndim)])
    try:
        whole = np.broadcast_to(x, size)
    except ValueError:
        raise _does_not_expand(x.shape, size) from None
    _need_batches(a, b)
    if a.shape[0] != b.shape[0]:
        raise RuntimeError(f"batch1 and batch2 must have same number of batches, got {a.shape[0]} and {b.shape[0]}")
    check_kernel("addmm_impl_cpu_:b", x)
    if a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Incompatible matrix sizes for bmm ({a.shape[1]}x{a.shape[2]} and {b.shape[1]}x{b.shape[2]})"
        )
    for name, array in (("self", x), ("mat1", a)):
        if array.dtype != b.dtype and len(b):
            names = [label(each.dtype) for each in (array, b)]
            raise RuntimeError(f"{name} and mat2 must have the same dtype, but got {names[0]} and {names[1]}")
    total = np.zeros(size, x.dtype)
    if beta != 0:
        total[...] = whole * x.dtype.type(beta)
    for one, other in zip(a, b, strict=True):
        add_product(total, one, other, alpha)
    return total

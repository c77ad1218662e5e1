"""Products of matrices and vectors in the order in which PyTorch's come about: they come out the same to the last bit.

PyTorch hands them to MKL, which goes about them by their sizes, by how the matrices lie, and by the processor. What is
here is what it does on AMD's; on Intel's it fuses more, and its small products differ from these in their last bits.
Larger products than these are numpy's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array

MOST_TERMS = 4096
MOST_WORK = 1 << 23
"""Multiplications of a product that is added up here."""
_SMALL_BATCH = 400
"""Multiplications from which on a matrix of a batch is not small any more: small ones get PyTorch's own loop."""


def _orders() -> Any:
    from . import product_orders  # which takes a while to load, and the core mostly does without

    return product_orders


def _are_floats(a: Array, b: Array) -> bool:
    return a.dtype == b.dtype and a.dtype.char in "fd"


def _are_ours(a: Array, b: Array) -> bool:
    """Whether products of two matrices, or of batches of them, are added up here: numpy's are others, and errors."""
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2] or not _are_floats(a, b):
        return False
    rows, count = a.shape[-2:]
    return bool(0 < count <= MOST_TERMS and 0 < rows * b.shape[-1] <= MOST_WORK // count)


def _is_ours(a: Array, v: Array) -> bool:
    """The same of a matrix and a vector."""
    if a.ndim != 2 or v.ndim != 1 or a.shape[1] != len(v) or not _are_floats(a, v):
        return False
    return 0 < len(v) <= MOST_TERMS and 0 < len(a) <= MOST_WORK // len(v)


def product(a: Array, b: Array) -> Any:
    """Product of two matrices."""
    if CORE is not None and (found := CORE.product(a, b)) is not None:
        return found
    if a.ndim == b.ndim == 2 and _are_ours(a, b):
        made = np.zeros((len(a), b.shape[1]), a.dtype)
        with np.errstate(all="ignore"):
            _orders().add_matrix(a, b, made, adds=False)
        return made
    return _numpys(a, b)


def _numpys(a: Array, b: Array) -> Any:
    """For a large one it pays that ``matmul`` takes longer to begin: ``dot`` fills with zeros what it then writes.

    Where each number is of one term, MKL adds that to nothing, so that a zero keeps its sign, but for products of a
    vector.
    """
    if a.ndim == b.ndim == 2 and a.shape[1] == len(b) == 1:
        terms = np.multiply(a, b, order="C")
        return terms if min(terms.shape) > 1 else terms + 0
    return np.matmul(a, b) if len(a) > 255 and b.shape[1] > 15 else np.dot(a, b)


def _times(beta: float, x: Array, shape: tuple[int, ...], dtype: Any) -> Array:
    """``beta * x`` as a new array of a shape; zeros where ``beta`` is nothing, whatever ``x`` has."""
    whole = np.zeros(shape, dtype)
    if beta != 0:
        whole[...] = x if beta == 1 else x * dtype.type(beta)
    return whole


def plus_product(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Array:
    """``beta * x + alpha * a @ b``, of an ``x`` that broadcasts to the product of two matrices, as a new array."""
    if beta == 0 and alpha == 1:
        return np.asarray(product(a, b))
    whole = _times(beta, x, (len(a), b.shape[1]), a.dtype)
    add_product(whole, a, b, alpha)
    return whole


def add_product(whole: Array, a: Array, b: Array, alpha: float) -> None:
    """Add ``alpha * a @ b`` to a matrix that lies row by row; nothing where ``alpha`` is nothing, as BLAS does."""
    if alpha == 0 or not b.size:
        return
    if CORE is not None and a.dtype.char in "fd" and CORE.product_into(whole, a, b, alpha):
        return
    if a.ndim == b.ndim == 2 and _are_ours(a, b):
        with np.errstate(all="ignore"):
            _orders().add_matrix(a, b, whole, a.dtype.type(alpha), adds=True)
    elif alpha == 1:
        whole += _numpys(a, b)
    else:
        whole += _numpys(a, b) * a.dtype.type(alpha)


def times_vector(a: Array, v: Array) -> Any:
    """Product of a matrix and a vector."""
    if CORE is not None and (found := CORE.times_vector(a, v)) is not None:
        return found
    if _is_ours(a, v):
        made = np.zeros(len(a), a.dtype)
        with np.errstate(all="ignore"):
            _orders().add_vector(a, v, made)
        return made
    return np.dot(a, v)


def plus_times_vector(x: Array, a: Array, v: Array, beta: float, alpha: float) -> Array:
    """``beta * x + alpha * a @ v``, of an ``x`` that broadcasts to the product of a matrix and a vector."""
    whole = _times(beta, x, (len(a),), a.dtype)
    if alpha == 0 or not v.size:
        return whole
    if CORE is not None and a.dtype.char in "fd" and CORE.times_vector_into(whole, a, v, alpha):
        return whole
    if _is_ours(a, v):
        with np.errstate(all="ignore"):
            _orders().add_vector(a, v, whole, a.dtype.type(alpha))
    elif alpha == 1:
        whole += np.dot(a, v)
    else:
        whole += np.dot(a, v) * a.dtype.type(alpha)
    return whole


def inner(a: Array, b: Array) -> Any:
    """Product of two vectors."""
    if not a.ndim == b.ndim == 1 or a.shape != b.shape or not a.size or not _are_floats(a, b):
        return np.dot(a, b)
    if CORE is not None and (found := CORE.inner(a, b)) is not None:
        return found[()]
    with np.errstate(all="ignore"):
        return _orders().inner_product(a, b)


def of_batch(a: Array, b: Array) -> Any:
    """Products of two batches of matrices, of three dimensions each, as ``bmm`` has them."""
    if not a.ndim == b.ndim == 3 or not len(a) == len(b) > 0 or not _are_ours(a, b):
        return np.matmul(a, b)
    batch, rows, count = a.shape
    width = b.shape[2]
    if CORE is not None and (found := CORE.product_of_batch(a, b)) is not None:
        return found
    made = np.zeros((batch, rows, width), a.dtype)
    with np.errstate(all="ignore"):
        if rows * count * width < _SMALL_BATCH:
            for i in range(count):
                made += a[:, :, i : i + 1] * b[:, i : i + 1]
        else:
            for each, one, other in zip(made, a, b, strict=True):
                _orders().add_matrix(one, other, each, adds=False)
    return made


def plus_products(x: Array, a: Array, b: Array, beta: float, alpha: float) -> Array:
    """``beta * x + alpha * a @ b`` of batches of matrices, as ``baddbmm`` has them, of an ``x`` that broadcasts."""
    batch, rows, count = a.shape
    width = b.shape[2]
    goes_one_by_one = batch and _are_ours(a, b) and rows * count * width >= _SMALL_BATCH
    if goes_one_by_one or not count:
        whole = _times(beta, x, (batch, rows, width), a.dtype)
        for each, one, other in zip(whole, a, b, strict=True):
            add_product(each, one, other, alpha)
        return whole
    products = of_batch(a, b)
    scaled = products if alpha == 1 else products * a.dtype.type(alpha)
    if beta == 0:
        return np.asarray(scaled)
    whole = _times(beta, x, (batch, rows, width), a.dtype)
    whole += scaled
    return whole


def matmul(a: Array, b: Array) -> Any:
    """numpy's ``matmul``, each product of matrices one of :func:`product`."""
    if a.ndim == b.ndim == 2:
        return product(a, b)
    if not a.size or not b.size or not _are_ours(a, b):
        return np.matmul(a, b)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    one = np.broadcast_to(a, (*batch, *a.shape[-2:]))
    other = np.broadcast_to(b, (*batch, *b.shape[-2:]))
    made = np.empty((*batch, a.shape[-2], b.shape[-1]), a.dtype)
    for place in np.ndindex(batch):
        made[place] = product(one[place], other[place])
    return made

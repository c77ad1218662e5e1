"""Forwards of products, on arrays, with PyTorch's checks and words."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..errors import bracketed
from ..functions.matrices import check_matrices

_C_NAMES = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "int64": "int64_t", "int32": "int",
    "int16": "int16_t", "int8": "signed char", "uint8": "unsigned char", "bool": "bool",
}  # fmt: skip


def _same_dtype(a: Array, b: Array, words: str) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(words.format(*(_C_NAMES[dtypes.of(x).name] for x in (a, b))))


def dot(a: Array, b: Array) -> Any:
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
    return np.dot(a, b)


def mm(a: Array, b: Array) -> Any:
    check_matrices(a, b)
    _same_dtype(a, b, "expected m1 and m2 to have the same dtype, but got: {} != {}")
    return np.dot(a, b)


def mv(a: Array, b: Array) -> Any:
    if a.ndim != 2 or b.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {b.ndim}, {a.ndim}, {b.ndim}")
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), vec ({b.shape[0]})"
        )
    _same_dtype(a, b, "expected m1 and m2 to have the same dtype, but got: {} != {}")
    return np.dot(a, b)


def bmm(a: Array, b: Array) -> Any:
    if a.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if b.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {bracketed((a.shape[0], a.shape[2]))} but "
            f"got: {bracketed(b.shape[:2])}."
        )
    _same_dtype(a, b, "expected scalar type {} but found {}")
    return np.matmul(a, b)

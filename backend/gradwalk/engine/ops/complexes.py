"""Ops on complex numbers: parts, pairs, conjugates."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..complexes import carry_as_they_are
from ..dtypes import Array
from ..functions.complexes import joined_parts, parts_of
from ..op import define

REAL_ONLY = "Expected both inputs to be Half, Float or Double tensors but got {} and {}"


def _label(x: Array) -> str:
    return dtypes.of(x).legacy_name.removesuffix("Tensor")


def _whole(a: Array, b: Array) -> np.dtype[Any]:
    """The complex dtype of two parts. Raises RuntimeError, in PyTorch's words, for what are no parts of one."""
    if a.dtype.kind != "f" or b.dtype.kind != "f":
        raise RuntimeError(REAL_ONLY.format(_label(a), _label(b)))
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {_label(a)} but got scalar type {_label(b)} for second argument"
        )
    return dtypes.of(a).to_complex().numpy


def _joined(real: Array, imag: Array) -> Array:
    kind = _whole(real, imag)
    result = np.empty(np.broadcast_shapes(real.shape, imag.shape), kind)
    result.real, result.imag = real, imag
    return result


def _polar(length: Array, angle: Array) -> Array:
    return _joined(*np.broadcast_arrays(length, angle)) if length.dtype != angle.dtype else _joined(
        length * np.cos(angle), length * np.sin(angle)
    )  # fmt: skip


def _pairs_as_numbers(x: Array) -> Array:
    if x.dtype.kind != "f":
        raise RuntimeError(f"view_as_complex is only supported for half, float and double tensors, but got a tensor of "
                           f"scalar type: {_label(x)}")  # fmt: skip
    if x.ndim == 0:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if x.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    steps = tuple(step // x.itemsize for step in x.strides)
    if steps[-1] != 1:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(step % 2 for step in steps[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    if x.__array_interface__["data"][0] % (2 * x.itemsize) and _is_odd(x):
        raise RuntimeError("Tensor must have a storage_offset divisible by 2")
    return joined_parts(x)


def _is_odd(x: Array) -> bool:
    """Whether a view begins at an odd place of its memory."""
    base = x
    while isinstance(base.base, np.ndarray):
        base = base.base
    start: int = x.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return start // x.itemsize % 2 == 1


conj = define("conj(self)", "self", "ConjBackward0", {"self": "conj(grad)"}, shown="conj(self)", category="view",
              is_view=True)  # fmt: skip
define("neg_view(self)", "self", "NegViewBackward0", {"self": "-grad"}, shown="-self", category="view", is_view=True)
define("conj_physical(self)", np.conjugate, "ConjPhysicalBackward0", {"self": "conj(grad)"}, shown="conj(self)",
       category="pointwise")  # fmt: skip
define("conj_physical_(self)", np.conjugate, "ConjPhysicalBackward1", {"self": "conj(grad)"}, shown="conj(self)",
       category="pointwise")  # fmt: skip
define(
    "complex(real, imag)", _joined, "ComplexBackward0", {"real": "real_part(grad)", "imag": "imaginary_part(grad)"},
    saves=("real", "imag"), shown="real + 1j * imag", category="pointwise",
)  # fmt: skip
define(
    "polar(abs, angle)", _polar, "PolarBackward0", {"abs, angle": "polar_backward(grad, result)"},
    shown="abs * exp(1j * angle)", category="pointwise",
)  # fmt: skip
define("view_as_real(self)", parts_of, "ViewAsRealBackward0", {"self": "view_as_complex(grad)"},
       shown="view_as_real(self)", category="view", is_view=True)  # fmt: skip
define("view_as_complex(self)", _pairs_as_numbers, "ViewAsComplexBackward0", {"self": "view_as_real(grad)"},
       shown="view_as_complex(self)", category="view", is_view=True)  # fmt: skip

carry_as_they_are(("conj", "conj_physical", "conj_physical_", "view_as_real", "complex", "polar"))

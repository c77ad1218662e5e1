"""Names of dtypes as the error messages of PyTorch's C++ write them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes

C_NAMES = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "bfloat16": "c10::BFloat16", "int64": "long int",
    "int32": "int", "int16": "short int", "int8": "signed char", "uint8": "unsigned char", "bool": "bool",
    "complex64": "c10::complex<float>", "complex128": "c10::complex<double>",
}  # fmt: skip
"""What C++ calls each dtype."""


def label(kind: np.dtype[Any]) -> str:
    """``Float``, ``Long``, ``Bool``."""
    return dtypes._BY_NUMPY[np.dtype(kind)].legacy_name.removesuffix("Tensor")

"""Names of dtypes as the error messages of PyTorch's C++ write them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes


def label(kind: np.dtype[Any]) -> str:
    """``Float``, ``Long``, ``Bool``."""
    return dtypes._BY_NUMPY[np.dtype(kind)].legacy_name.removesuffix("Tensor")

"""Which dtypes PyTorch's kernels of special functions are there for, in its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import FLOATS, Array
from ..functions.gamma import zeta
from ..op import NO_KERNEL
from ._words import label

Function = Callable[..., Array]


def on_floats(name: str, f: Function) -> Function:
    """``f``, refused for integers and booleans."""

    def forward(*operands: Any) -> Array:
        kind = np.result_type(*operands)
        if kind.kind not in FLOATS:
            raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{label(kind)}'")
        return f(*operands)

    return forward


def not_on_halves(name: str, f: Function) -> Function:
    """``f``, refused for float16 and bfloat16 by the kernel of this name."""

    def forward(*operands: Any) -> Array:
        return f(*operands)

    NO_KERNEL[forward] = f"{name}_cpu"
    return forward


def mvlgamma(f: Function) -> Function:
    """The multivariate gamma function. Raises RuntimeError for fewer than one dimension."""

    def forward(x: Array, p: int) -> Array:
        if p < 1:
            raise RuntimeError("p has to be greater than or equal to 1")
        return f(x, p)

    return forward


def zeta_of_number(q: Array, s: float) -> Array:
    """Hurwitz's zeta function of one exponent."""
    result: Array = zeta(np.asarray(s, dtype=q.dtype), q)
    return result

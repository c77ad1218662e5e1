"""Functions of single elements: numpy's on arrays, the op of that name on tensors; sums and products with numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import elementary
from ..core import at_once
from ..dtypes import FLOATS, Array
from ..op import OPS
from ..tensor import Tensor
from .masks import zero_where
from .registry import function, on_arrays, on_both


def signs(x: Any) -> Any:
    """Signs of an array's numbers; of NaN it is 0, as for PyTorch, and not NaN as for numpy."""
    found = np.sign(x)
    if found.dtype.kind not in FLOATS:
        return np.where(x == 0, found.dtype.type(0), found) if found.dtype.kind == "c" else found
    if found.ndim:
        found[np.isnan(found)] = 0
    elif found != found:
        return found.dtype.type(0)
    return found


for _name in (
    "exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "exp2", "log2", "log10", "log1p", "expm1", "sigmoid",
    "tanh_backward", "sqrt",
):  # fmt: skip
    on_arrays(_name, getattr(elementary, _name))
for _name in ("floor", "ceil", "trunc", "logical_not"):
    on_arrays(_name, getattr(np, _name))
for _name, _numpy_name in {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}.items():  # fmt: skip
    on_arrays(_name, getattr(np, _numpy_name))
on_arrays("absolute", np.absolute)
on_arrays("sign", signs)


@at_once
def threshold_backward(grad: Array, result: Array, threshold: float = 0) -> Any:
    """``grad`` where the result lies above the threshold, else 0."""
    return zero_where(grad, result <= threshold)


on_arrays("sgn", signs)
on_arrays("logical_and", np.logical_and)
on_arrays("where", np.where)
on_arrays("isnan", np.isnan)
on_arrays("zeros_like", np.zeros_like)
on_arrays("reciprocal", lambda x: 1 / x)
on_arrays("rsqrt", lambda x: 1 / np.sqrt(x))
on_both("threshold_backward", threshold_backward)
on_arrays("sigmoid_backward", lambda grad, result: grad * (1 - result) * result)


@function
@at_once
def scaled(x: Any, factor: float) -> Any:
    """``x * factor``, and ``x`` itself for a factor of 1."""
    if factor == 1:
        return x
    return OPS["mul.Scalar"](x, other=factor) if isinstance(x, Tensor) else x * factor


@function
def shifted(x: Any, by: float) -> Any:
    """``x`` plus a number."""
    return OPS["add.Scalar"](x, other=by) if isinstance(x, Tensor) else x + by


@function
def one_minus(x: Any) -> Any:
    """``1 - x``; PyTorch's C++ subtracts from a number that it wraps as a tensor."""
    return OPS["sub"](1, x) if isinstance(x, Tensor) else 1 - x


@function
def one_over(x: Any) -> Any:
    """``1 / x``, of a number wrapped as in :func:`one_minus`."""
    return OPS["div"](1, x) if isinstance(x, Tensor) else 1 / x


@function
@at_once
def divided(x: Any, divisor: float) -> Any:
    """``x`` divided by a number."""
    return OPS["div.Scalar"](x, other=divisor) if isinstance(x, Tensor) else x / x.dtype.type(divisor)


@function
def divisor_backward(grad: Any, x: Any, divisor: Any) -> Any:
    """The cotangent of a divisor. C++ evaluates the right factor first, which shows in the order of the nodes."""
    first = x / divisor if isinstance(x, Tensor) or not isinstance(divisor, Tensor) else OPS["div"](x, divisor)
    slope = first / divisor
    return -grad * slope


@function
def reciprocal_backward(grad: Any, result: Any) -> Any:
    """The cotangent of a reciprocal's operand; right factor first, as in :func:`divisor_backward`."""
    slope = result * result
    return -grad * slope

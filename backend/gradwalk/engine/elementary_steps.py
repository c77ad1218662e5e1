"""What elementary functions do in float32, in numpy: what :mod:`~gradwalk.engine.elementary` runs where the core is not
used, and what the core's ufuncs are held to."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import rounded_math as rounded
from . import square_roots, vml_math
from . import vector_math as vectors
from .core import CORE
from .dtypes import Array
from .vector_math import quietly

F = np.float32
Function = Callable[..., Any]


# -- C's library -------------------------------------------------------------------------------------------------------


def _library() -> Any:
    """C's library, where the core does not call it."""
    if CORE is not None:
        return None
    import ctypes

    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # where a process does not name its own functions
        return None


_LIBRARY = _library()


def _of_library(name: str, in_double: Function) -> Function:
    """A function of C's library on arrays of float32; rounded from double where there is no such library."""
    found = getattr(_LIBRARY, f"{name}f", None)
    if found is None:
        return quietly(lambda *xs: np.asarray(in_double(*(x.astype(np.float64) for x in xs))).astype(F))
    import ctypes

    operands = 2 if name == "pow" else 1
    found.restype, found.argtypes = ctypes.c_float, [ctypes.c_float] * operands
    many = np.frompyfunc(found, operands, 1)
    return quietly(lambda *xs: np.asarray(many(*(x.astype(object) for x in xs)), dtype=object).astype(F))


def _erf_in_double(x: Any) -> Any:
    return np.frompyfunc(math.erf, 1, 1)(x)


_logf, _sinf = _of_library("log", np.log), _of_library("sin", np.sin)
_expf, _expm1f, _log1pf = _of_library("exp", np.exp), _of_library("expm1", np.expm1), _of_library("log1p", np.log1p)
_tanhf, _erff, _powf = _of_library("tanh", np.tanh), _of_library("erf", _erf_in_double), _of_library("pow", np.power)
_sinhf, _coshf, _exp2f = _of_library("sinh", np.sinh), _of_library("cosh", np.cosh), _of_library("exp2", np.exp2)


# -- what loops compute of sixteen elements, and one by one ------------------------------------------------------------

_ONE, _HALF = F(1), F(0.5)
_PDF_AT_0 = F(2 / math.sqrt(math.pi) * math.sqrt(0.5) * 0.5)
_ROOT_HALF = F(math.sqrt(0.5))
_TANH_SCALE, _TANH_CUBE = F(math.sqrt(2 / math.pi)), F(0.044715)
_fma = vectors.fma


def _sigmoid(exp: Function) -> Function:
    return lambda x: _ONE / (_ONE + exp(F(0) - x))


def _sigmoid_of_rest(x: Array) -> Any:
    return _ONE / (_ONE + _expf(-x))


def _silu(exp: Function) -> Function:
    return lambda x: x / (_ONE + exp(-x))


def _tanh_backward(grad: Array, result: Array) -> Any:
    return grad * _fma(-result, result, _ONE)


def _silu_backward(exp: Function) -> Function:
    def slope(grad: Array, x: Array) -> Any:
        sigma = _sigmoid(exp)(x)
        return grad * sigma * _fma(x, _ONE - sigma, _ONE)

    return slope


def _mish_in_vectors(x: Array) -> Any:
    return x * vectors.tanh(vectors.log1p(vectors.exp(x)))


def _mish_of_rest(x: Array) -> Any:
    return x * _tanhf(_log1pf(_expf(x)))


def _mish_backward(exp: Function, log1p: Function, tanh: Function) -> Function:
    def slope(grad: Array, x: Array) -> Any:
        bent = tanh(log1p(exp(x)))
        return grad * _fma(x * _sigmoid(exp)(x), _fma(-bent, bent, _ONE), bent)

    return slope


def _gelu(erf: Function) -> Function:
    return lambda x: x * _HALF * (_ONE + erf(x * _ROOT_HALF))


def _gelu_backward_in_vectors(grad: Array, x: Array) -> Any:
    density = _PDF_AT_0 * vectors.exp(x * x * -_HALF)
    return grad * _fma(x, density, _HALF * (_ONE + vectors.erf(x * _ROOT_HALF)))


def _gelu_backward_of_rest(grad: Array, x: Array) -> Any:
    density = _PDF_AT_0 * _expf(x * x * -_HALF)
    return grad * _fma(_HALF, _ONE + _erff(x * _ROOT_HALF), x * density)


def _gelu_tanh(tanh: Function) -> Function:
    return lambda x: _HALF * x * (_ONE + tanh(_TANH_SCALE * _fma(_TANH_CUBE, x * x * x, x)))


def _gelu_tanh_backward(tanh: Function) -> Function:
    def slope(grad: Array, x: Array) -> Any:
        inner = tanh(_TANH_SCALE * _fma(_TANH_CUBE, x * x * x, x))
        rate = _TANH_SCALE * _fma(F(3) * _TANH_CUBE, x * x, _ONE)
        return grad * _fma(_HALF, _ONE + inner, _HALF * x * _fma(-inner, inner, _ONE) * rate)

    return slope


# -- by name -----------------------------------------------------------------------------------------------------------

STEPS: dict[str, tuple[Function, Function | None]] = {
    "exp": (vml_math.exp, None),
    "log": (vml_math.log, None),
    "log2": (rounded.log2, None),
    "log10": (rounded.log10, None),
    "tanh": (vml_math.tanh, None),
    "sin": (vml_math.sin, None),
    "cos": (vml_math.cos, None),
    "tan": (vml_math.tan, None),
    "sqrt": (square_roots.sqrt, None),
    "log1p": (vectors.log1p, None),
    "expm1": (vectors.expm1, None),
    "vector_exp": (vectors.exp, None),
    "vector_log": (vectors.log, None),
    "sinh": (vectors.sinh, _sinhf),
    "cosh": (vectors.cosh, _coshf),
    "exp2": (vectors.exp2, _exp2f),
    "exp_in_loops": (vectors.exp, _expf),
    "expm1_in_loops": (vectors.expm1, _expm1f),
    "log1p_in_loops": (vectors.log1p, _log1pf),
    "tanh_in_loops": (vectors.tanh, _tanhf),
    "sigmoid": (_sigmoid(vectors.exp), _sigmoid_of_rest),
    "silu": (_silu(vectors.exp), _silu(_expf)),
    "softplus": (lambda x: vectors.log1p(vectors.exp(x)), lambda x: _log1pf(_expf(x))),
    "mish": (_mish_in_vectors, _mish_of_rest),
    "power": (vectors.power, _powf),
    "tanh_backward": (_tanh_backward, _tanh_backward),
    "silu_backward": (_silu_backward(vectors.exp), _silu_backward(_expf)),
    "attention_exp": (vectors.attention_exp, None),
    "gelu_in_rows": (vectors.gelu, None),
    "gelu_in_rows_backward": (vectors.gelu_backward, None),
    "gelu": (_gelu(vectors.erf), _gelu(_erff)),
    "gelu_backward": (_gelu_backward_in_vectors, _gelu_backward_of_rest),
    "gelu_tanh": (_gelu_tanh(vectors.tanh), _gelu_tanh(_tanhf)),
    "gelu_tanh_backward": (_gelu_tanh_backward(vectors.tanh), _gelu_tanh_backward(_tanhf)),
    "mish_backward": (
        _mish_backward(vectors.exp, vectors.log1p, vectors.tanh),
        _mish_backward(_expf, _log1pf, _tanhf),
    ),
    "log_in_loops": (_logf, _logf),
    "sin_in_loops": (_sinf, _sinf),
}
"""What is computed of vectors, or of all; and of what is left of a row, where that is something else."""

"""The elementary functions on arrays, in float32 to the last bit as PyTorch's kernels have them where it can be known.

A kernel of PyTorch's is one of three kinds:

* MKL computes all elements, one number as many: in steps that are known (:mod:`~gradwalk.engine.vml_math`,
  :mod:`~gradwalk.engine.square_roots`), or nearly all are rounded right (:mod:`~gradwalk.engine.rounded_math`).
* SLEEF computes all, wherever they lie (``log1p``, softmax): :mod:`~gradwalk.engine.vector_math`.
* A loop takes sixteen neighbours at a time and computes these with SLEEF, and what is left of a row, or does not lie
  side by side, one by one with the functions of C's library. So of fewer than sixteen numbers each is the library's.

Where the core is used these are ufuncs (``csrc/elementary.c``); here stands what they do. Other dtypes are numpy's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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

_AT_ONCE = 16
"""So many elements a loop takes: two vectors of 32 bytes."""


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


def _no_doubles(*_: Any) -> Any:
    raise TypeError("this is of float32 alone")


# -- over arrays -------------------------------------------------------------------------------------------------------


def _in_memory_order(arrays: Sequence[Array]) -> list[int]:
    """The dimensions of arrays of one shape, those with the longest steps first, as numpy and PyTorch go over them."""
    order = list(range(arrays[0].ndim))
    for i in range(1, len(order)):
        place = i
        while place and _belongs_before(arrays, order[place], order[place - 1]):
            order[place - 1], order[place] = order[place], order[place - 1]
            place -= 1
    return order


def _belongs_before(arrays: Sequence[Array], dim: int, before: int) -> bool:
    steps = [(abs(x.strides[dim]), abs(x.strides[before])) for x in arrays]
    known = [step > other for step, other in steps if step and other]
    return bool(known) and all(known)


def _side_by_side(arrays: Sequence[Array]) -> int:
    """How many elements at the end of arrays lie side by side in each, or are one element over and over in one."""
    count, kept = 1, list[int]()
    for dim in reversed(range(arrays[0].ndim)):
        length = arrays[0].shape[dim]
        if length == 1:
            continue
        steps = [x.strides[dim] for x in arrays]
        kept = steps if count == 1 else kept
        expected = [step and count * x.itemsize for step, x in zip(kept, arrays, strict=True)]
        if steps != expected or steps.count(0) > 1:
            break
        count *= length
    return count


def _over_arrays(in_vectors: Function, rest: Function | None, doubles: Function) -> Function:
    """A function of arrays of any layout, and of numbers beside them."""

    def over(*operands: Any) -> Any:
        if np.result_type(*operands) != F:
            return doubles(*operands)
        arrays = np.broadcast_arrays(*(np.asarray(x, F) for x in operands))
        order = _in_memory_order(arrays)
        laid = [x.transpose(order) for x in arrays]
        flat = [x.reshape(-1) for x in laid]
        with np.errstate(all="ignore"):
            found = np.asarray(in_vectors(*flat), F)
            if rest is not None and flat[0].size:
                run = _side_by_side(laid)
                places = np.flatnonzero(np.arange(flat[0].size) % run >= run - run % _AT_ONCE)
                found[places] = rest(*(x[places] for x in flat))
        found = found.reshape(laid[0].shape).transpose(np.argsort(order))
        return found.copy(order="K") if found.ndim else found[()]

    return over


def _function(name: str, in_vectors: Function, rest: Function | None = None, doubles: Function = _no_doubles) -> Any:
    """What computes a function, by a ufunc of the core's if there is one: of what lies in rows that is its ``ufunc``.

    Of other arrays numpy copies some elements before it computes, so it cannot know which lie side by side: the core
    goes over them by itself.
    """
    if CORE is None:
        return _over_arrays(in_vectors, rest, doubles)
    ufunc = CORE.elementary[name]
    if rest is None:
        return ufunc
    of_any = _over_arrays(CORE.elementary[f"{name} in vectors"], CORE.elementary[f"{name} of the rest"], doubles)
    of_arrays = CORE.elementary[f"{name} of arrays"]

    def over(*operands: Any) -> Any:
        if (found := of_arrays(*operands)) is not None:
            return found
        shapes = set()
        for x in operands:
            if isinstance(x, np.ndarray):
                if x.dtype.char not in "fd" or not x.flags.c_contiguous:
                    return of_any(*operands)
                shapes.add(x.shape)
        return ufunc(*operands) if len(shapes) == 1 else of_any(*operands)

    over.ufunc = ufunc  # type: ignore[attr-defined]
    return over


def _sigmoid_of_doubles(x: Any) -> Any:
    one = x.dtype.type(1)
    return one / (one + np.exp(-x))


def _silu_of_doubles(x: Any) -> Any:
    return x / (1 + np.exp(-x))


def _silu_backward_of_doubles(grad: Any, x: Any) -> Any:
    sigma = _sigmoid_of_doubles(x)
    return grad * sigma * (x * (1 - sigma) + 1)


exp = _function("exp", vml_math.exp, None, np.exp)
log = _function("log", vml_math.log, None, np.log)
log2 = _function("log2", rounded.log2, None, np.log2)
log10 = _function("log10", rounded.log10, None, np.log10)
tanh = _function("tanh", vml_math.tanh, None, np.tanh)
sin = _function("sin", vml_math.sin, None, np.sin)
cos = _function("cos", vml_math.cos, None, np.cos)
tan = _function("tan", vml_math.tan, None, np.tan)
sqrt = _function("sqrt", square_roots.sqrt, None, np.sqrt)

log1p = _function("log1p", vectors.log1p, None, np.log1p)
expm1 = _function("expm1", vectors.expm1, None, np.expm1)
vector_exp = _function("vector_exp", vectors.exp, None, np.exp)
vector_log = _function("vector_log", vectors.log, None, np.log)

sinh = _function("sinh", vectors.sinh, _sinhf, np.sinh)
cosh = _function("cosh", vectors.cosh, _coshf, np.cosh)
exp2 = _function("exp2", vectors.exp2, _exp2f, np.exp2)
exp_in_loops = _function("exp_in_loops", vectors.exp, _expf, np.exp)
expm1_in_loops = _function("expm1_in_loops", vectors.expm1, _expm1f, np.expm1)
log1p_in_loops = _function("log1p_in_loops", vectors.log1p, _log1pf, np.log1p)
tanh_in_loops = _function("tanh_in_loops", vectors.tanh, _tanhf, np.tanh)
sigmoid = _function("sigmoid", _sigmoid(vectors.exp), _sigmoid_of_rest, _sigmoid_of_doubles)
silu = _function("silu", _silu(vectors.exp), _silu(_expf), _silu_of_doubles)
softplus = _function(
    "softplus",
    lambda x: vectors.log1p(vectors.exp(x)),
    lambda x: _log1pf(_expf(x)),
    lambda x: np.log1p(np.exp(x)),
)
mish = _function("mish", _mish_in_vectors, _mish_of_rest, lambda x: x * np.tanh(np.log1p(np.exp(x))))
power = _function("power", vectors.power, _powf, np.power)
tanh_backward = _function("tanh_backward", _tanh_backward, _tanh_backward, lambda grad, x: grad * (1 - x * x))
silu_backward = _function(
    "silu_backward", _silu_backward(vectors.exp), _silu_backward(_expf), _silu_backward_of_doubles
)

# Of float32 alone.
attention_exp = _function("attention_exp", vectors.attention_exp)

# oneDNN computes `gelu` of what lies in rows and is more than one number.
gelu_in_rows = _function("gelu_in_rows", vectors.gelu)
gelu_in_rows_backward = _function("gelu_in_rows_backward", vectors.gelu_backward)
gelu = _function("gelu", _gelu(vectors.erf), _gelu(_erff))
gelu_backward = _function("gelu_backward", _gelu_backward_in_vectors, _gelu_backward_of_rest)
gelu_tanh = _function("gelu_tanh", _gelu_tanh(vectors.tanh), _gelu_tanh(_tanhf))
gelu_tanh_backward = _function("gelu_tanh_backward", _gelu_tanh_backward(vectors.tanh), _gelu_tanh_backward(_tanhf))
mish_backward = _function(
    "mish_backward",
    _mish_backward(vectors.exp, vectors.log1p, vectors.tanh),
    _mish_backward(_expf, _log1pf, _tanhf),
)


def power_by_number(x: Array, exponent: float) -> Any:
    """``x ** exponent`` of float32, with an exponent that one by one is taken as a double."""
    if CORE is not None and x.flags.c_contiguous:
        return CORE.elementary["power_by_number"](x, np.float64(exponent))
    return _over_arrays(
        lambda x: _power_in_vectors(x, np.full_like(x, exponent)),
        quietly(lambda x: np.power(x.astype(np.float64), np.float64(exponent)).astype(F)),
        _no_doubles,
    )(x)


_power_in_vectors = vectors.power if CORE is None else CORE.elementary["power in vectors"]


def _one_by_one(name: str, of_library: Function, doubles: Function) -> Any:
    """What C's library has, of all elements."""
    if CORE is not None:
        return CORE.elementary[f"{name} of the rest"]
    return _over_arrays(of_library, None, doubles)


log_one_by_one = _one_by_one("log_in_loops", _logf, np.log)
log1p_one_by_one = _one_by_one("log1p_in_loops", _log1pf, np.log1p)
exp_one_by_one = _one_by_one("exp_in_loops", _expf, np.exp)
power_one_by_one = _one_by_one("power", _powf, np.power)
sin_one_by_one = _one_by_one("sin_in_loops", _sinf, np.sin)

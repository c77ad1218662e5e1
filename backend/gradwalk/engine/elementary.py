"""The elementary functions on arrays, in float32 to the last bit as PyTorch's kernels have them where it can be known.

A kernel of PyTorch's is one of three kinds:

* MKL computes all elements, one number as many: in steps that are known (:mod:`~gradwalk.engine.vml_math`,
  :mod:`~gradwalk.engine.square_roots`), or nearly all are rounded right (:mod:`~gradwalk.engine.rounded_math`).
* SLEEF computes all, wherever they lie (``log1p``, softmax): :mod:`~gradwalk.engine.vector_math`.
* A loop takes sixteen neighbours at a time and computes these with SLEEF, and what is left of a row, or does not lie
  side by side, one by one with the functions of C's library. So of fewer than sixteen numbers each is the library's.

Where the core is used these are ufuncs (``csrc/elementary.c``); what they do stands in
:mod:`~gradwalk.engine.elementary_steps`, which is loaded where it is not. Other dtypes are numpy's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .core import CORE
from .dtypes import Array

F = np.float32
Function = Callable[..., Any]

_AT_ONCE = 16
"""So many elements a loop takes: two vectors of 32 bytes."""


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


def _steps(name: str) -> tuple[Function, Function | None]:
    from .elementary_steps import STEPS  # which takes a while to load

    return STEPS[name]


def _function(name: str, doubles: Function = _no_doubles) -> Any:
    """What computes a function, by a ufunc of the core's if there is one: of what lies in rows that is its ``ufunc``.

    Of other arrays numpy copies some elements before it computes, so it cannot know which lie side by side: the core
    goes over them by itself.
    """
    if CORE is None:
        return _over_arrays(*_steps(name), doubles)
    ufunc = CORE.elementary[name]
    of_arrays = CORE.elementary.get(f"{name} of arrays")
    if of_arrays is None:  # there is no rest
        return ufunc
    of_any = _over_arrays(CORE.elementary[f"{name} in vectors"], CORE.elementary[f"{name} of the rest"], doubles)

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


exp = _function("exp", np.exp)
log = _function("log", np.log)
log2 = _function("log2", np.log2)
log10 = _function("log10", np.log10)
tanh = _function("tanh", np.tanh)
sin = _function("sin", np.sin)
cos = _function("cos", np.cos)
tan = _function("tan", np.tan)
sqrt = _function("sqrt", np.sqrt)

log1p = _function("log1p", np.log1p)
expm1 = _function("expm1", np.expm1)
vector_exp = _function("vector_exp", np.exp)
vector_log = _function("vector_log", np.log)

sinh = _function("sinh", np.sinh)
cosh = _function("cosh", np.cosh)
exp2 = _function("exp2", np.exp2)
exp_in_loops = _function("exp_in_loops", np.exp)
expm1_in_loops = _function("expm1_in_loops", np.expm1)
log1p_in_loops = _function("log1p_in_loops", np.log1p)
tanh_in_loops = _function("tanh_in_loops", np.tanh)
sigmoid = _function("sigmoid", _sigmoid_of_doubles)
silu = _function("silu", _silu_of_doubles)
softplus = _function("softplus", lambda x: np.log1p(np.exp(x)))
mish = _function("mish", lambda x: x * np.tanh(np.log1p(np.exp(x))))
power = _function("power", np.power)
tanh_backward = _function("tanh_backward", lambda grad, x: grad * (1 - x * x))
silu_backward = _function("silu_backward", _silu_backward_of_doubles)

# Of float32 alone.
attention_exp = _function("attention_exp")

# oneDNN computes `gelu` of what lies in rows and is more than one number.
gelu_in_rows = _function("gelu_in_rows")
gelu_in_rows_backward = _function("gelu_in_rows_backward")
gelu = _function("gelu")
gelu_backward = _function("gelu_backward")
gelu_tanh = _function("gelu_tanh")
gelu_tanh_backward = _function("gelu_tanh_backward")
mish_backward = _function("mish_backward")


def power_by_number(x: Array, exponent: float) -> Any:
    """``x ** exponent`` of float32, with an exponent that one by one is taken as a double."""
    if CORE is not None and x.flags.c_contiguous:
        return CORE.elementary["power_by_number"](x, np.float64(exponent))
    in_vectors = _steps("power")[0] if CORE is None else CORE.elementary["power in vectors"]
    return _over_arrays(
        lambda x: in_vectors(x, np.full_like(x, exponent)),
        lambda x: np.power(x.astype(np.float64), np.float64(exponent)).astype(F),
        _no_doubles,
    )(x)


def _one_by_one(name: str, doubles: Function) -> Any:
    """What C's library has, of all elements."""
    if CORE is not None:
        return CORE.elementary[f"{name} of the rest"]
    of_library = _steps(name)[1]
    assert of_library is not None
    return _over_arrays(of_library, None, doubles)


log_one_by_one = _one_by_one("log_in_loops", np.log)
log1p_one_by_one = _one_by_one("log1p_in_loops", np.log1p)
exp_one_by_one = _one_by_one("exp_in_loops", np.exp)
power_one_by_one = _one_by_one("power", np.power)
sin_one_by_one = _one_by_one("sin_in_loops", np.sin)

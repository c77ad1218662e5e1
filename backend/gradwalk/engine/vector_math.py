"""Elementary functions on float32, to the last bit as PyTorch's loops over the processor's vectors have them.

Those loops call SLEEF (github.com/shibatch/sleef, ``src/libm/sleefsimdsp.c``: the polynomials and their coefficients
are its), whose steps are single operations on float32, some of them products and sums rounded once. So the same steps
give the same bits on any processor. ``csrc/vectors.h`` says the same in C.

All take arrays of float32 and give new ones; nobody hears of divisions by zero and the like, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .dtypes import Array

F = np.float32
Number = Any
"""A float32, or an array of them."""

_LN2_HIGH, _LN2_LOW, _PER_LN2 = F(0.693145751953125), F(1.428606765330187045e-06), F(1.442695040888963407)
_LN2 = (F(0.69314718246459960938), F(-1.904654323148236017e-09))
_SMALLEST_NORMAL = F(2.0**-126)
_INFINITE, _NO_NUMBER = F(np.inf), F(np.nan)
_TIE, _BELOW_FLOAT32 = np.int64(1 << 28), np.int64((1 << 29) - 1)


def fma(x: Number, y: Number, z: Number) -> Number:
    """``x * y + z``, rounded once: a float64 holds the product exactly, and where their sum does not fit one, and its
    rounding could decide the next, it is rounded to odd, which no further rounding takes for another number."""
    product = np.multiply(x, y, dtype=np.float64)
    total = np.add(product, z, dtype=np.float64)
    bits = total.view(np.int64)
    risky = ((bits & _BELOW_FLOAT32) == _TIE) | (np.abs(total) < _SMALLEST_NORMAL)
    if risky.any():
        virtual = total - product
        lost = (product - (total - virtual)) + (z - virtual)
        step = np.where((lost > 0) == (total > 0), 1, -1)
        wrong = risky & np.isfinite(total) & (lost != 0) & (bits & 1 == 0)
        total = np.where(wrong, (bits + step).view(np.float64), total)
    return total.astype(F)


def _polynomial(x: Number, first: float, *others: float) -> Number:
    """Horner's scheme, from the highest power down."""
    total: Number = F(first)
    for coefficient in others:
        total = fma(total, x, F(coefficient))
    return total


# -- sums of two floats: a number and what was lost in rounding it -----------------------------------------------------


class Pair(NamedTuple):
    """A number as the sum of two floats."""

    high: Number
    low: Number


def _sum(x: Number, y: Number) -> Pair:
    """Of two numbers, whichever is the larger."""
    total = x + y
    virtual = total - x
    return Pair(total, (x - (total - virtual)) + (y - virtual))


def _plus(x: Pair, y: Number) -> Pair:
    """A pair and a number, whichever is the larger."""
    total = _sum(x.high, y)
    return Pair(total.high, total.low + x.low)


def _plus_pair(x: Pair, y: Pair) -> Pair:
    """Two pairs, whichever is the larger."""
    total = _sum(x.high, y.high)
    return Pair(total.high, total.low + (x.low + y.low))


def _and_less(x: Pair, y: Pair) -> Pair:
    """A pair and a smaller one."""
    total = x.high + y.high
    return Pair(total, (((x.high - total) + y.high) + x.low) + y.low)


def _and_less_number(x: Pair, y: Number) -> Pair:
    """A pair and a smaller number."""
    total = x.high + y
    return Pair(total, ((x.high - total) + y) + x.low)


def _number_and_less(x: Number, y: Pair) -> Pair:
    """A number and a smaller pair."""
    total = x + y.high
    return Pair(total, ((x - total) + y.high) + y.low)


def _times(x: Pair, y: Number) -> Pair:
    product = x.high * y
    return Pair(product, fma(x.low, y, fma(x.high, y, -product)))


def _times_pair(x: Pair, y: Pair) -> Pair:
    product = x.high * y.high
    return Pair(product, fma(x.high, y.low, fma(x.low, y.high, fma(x.high, y.high, -product))))


def _square(x: Pair) -> Pair:
    square = x.high * x.high
    return Pair(square, fma(x.high + x.high, x.low, fma(x.high, x.high, -square)))


def _twice(x: Pair) -> Pair:
    return Pair(x.high * F(2), x.low * F(2))


def _inverse(x: Pair) -> Pair:
    inverse = F(1) / x.high
    return Pair(inverse, inverse * fma(-x.low, inverse, fma(-x.high, inverse, F(1))))


def _quotient(x: Pair, y: Pair) -> Pair:
    inverse = F(1) / y.high
    quotient = x.high * inverse
    lost = fma(inverse, x.high, -quotient)
    error = fma(-y.low, inverse, fma(-y.high, inverse, F(1)))
    return Pair(quotient, fma(quotient, error, fma(x.low, inverse, lost)))


# -- exponents ---------------------------------------------------------------------------------------------------------


def _whole(x: Number) -> Number:
    """A nearby whole number as an int32; what is no number, or far out, gives any."""
    return np.where(np.abs(x) < 1e6, np.rint(x), F(0)).astype(np.int32)


def _power_of_2(exponent: Number) -> Number:
    return ((exponent + 127).astype(np.int32) << 23).view(F)


def _scaled(x: Number, exponent: Number) -> Number:
    """``x * 2 ** exponent`` in two steps, neither of which goes beyond what a float holds."""
    half = exponent >> 1
    return x * _power_of_2(half) * _power_of_2(exponent - half)


def _scaled_in_four(x: Number, exponent: Number) -> Number:
    """``x * 2 ** exponent``, for exponents of any size."""
    sign = exponent >> 31
    quarter = (((sign + exponent) >> 6) - sign) << 4
    rest = exponent - (quarter << 2)
    factor = _power_of_2(np.clip(quarter, -127, 128))
    return x * factor * factor * factor * factor * _power_of_2(rest)


def _parts(x: Number) -> tuple[Number, Number, Number]:
    """The exponent of ``x / 0.75``, as a float; ``x`` without it; and whether ``x`` was below the normal numbers."""
    small = x < _SMALLEST_NORMAL
    x = np.where(small, x * F(2.0**64), x)
    exponent = (((x * F(1 / 0.75)).view(np.int32) >> 23) & 255) - 127
    mantissa = (x.view(np.int32) - (exponent << 23)).astype(np.int32).view(F)
    return exponent, mantissa, small


# -- the functions -----------------------------------------------------------------------------------------------------


def quietly(f: Callable[..., Array]) -> Callable[..., Array]:
    """A function whose divisions by zero and the like numpy reports to nobody."""

    def quiet(*operands: Array) -> Array:
        with np.errstate(all="ignore"):
            return f(*operands)

    quiet.__doc__, quiet.__name__ = f.__doc__, f.__name__
    return quiet


@quietly
def exp(x: Array) -> Array:
    """``Sleef_expf_u10``."""
    times = np.rint(x * _PER_LN2)
    rest = fma(times, -_LN2_LOW, fma(times, -_LN2_HIGH, x))
    total = _polynomial(
        rest, 0.000198527617612853646278381, 0.00139304355252534151077271, 0.00833336077630519866943359,
        0.0416664853692054748535156, 0.166666671633720397949219, 0.5,
    )  # fmt: skip
    total = _scaled(F(1) + fma(rest * rest, total, rest), _whole(times))
    return np.where(x < -104, F(0), np.where(x > 100, _INFINITE, total))


@quietly
def log(x: Array) -> Array:
    """``Sleef_logf_u10``."""
    exponent, mantissa, small = _parts(x)
    exponent = np.where(small, exponent - 64, exponent)
    return _logarithm_outside(x, _log_of_quotient(_quotient(_sum(F(-1), mantissa), _sum(F(1), mantissa)), exponent))


def _log_of_quotient(x: Pair, exponent: Number) -> Number:
    """The logarithm of ``(1 + x) / (1 - x) * 2 ** exponent``."""
    total = _times(Pair(*_LN2), exponent.astype(F))
    square = x.high * x.high
    series = _polynomial(square, 0.3027294874, 0.3996108174, 0.6666694880)
    total = _and_less_number(_and_less(total, _twice(x)), square * x.high * series)
    return total.high + total.low


def _logarithm_outside(x: Array, found: Number) -> Array:
    """The logarithm where it is no number, or infinite."""
    found = np.where(x == _INFINITE, _INFINITE, found)
    found = np.where((x < 0) | np.isnan(x), _NO_NUMBER, found)
    return np.where(x == 0, -_INFINITE, found)


@quietly
def log1p(x: Array) -> Array:
    """``Sleef_log1pf_u10``."""
    above = x + F(1)
    small = above < _SMALLEST_NORMAL
    above = np.where(small, above * F(2.0**64), above)
    exponent = (((above * F(1 / 0.75)).view(np.int32) >> 23) & 255) - 127
    scale = _power_of_2(-exponent)
    mantissa = fma(x, scale, scale - F(1))
    exponent = np.where(small, exponent - 64, exponent)
    divisor = F(2) + mantissa
    quotient = _quotient(Pair(mantissa, np.zeros_like(x)), Pair(divisor, (F(2) - divisor) + mantissa))
    found = _log_of_quotient(quotient, exponent)
    far = x > F(float.fromhex("0x1.2ced32p+126"))
    if far.any():
        found = np.where(far, log(x), found)
    found = np.where(np.isnan(x) | (x < -1), _NO_NUMBER, found)
    found = np.where(x == -1, -_INFINITE, found)
    return np.where((x == 0) & np.signbit(x), F(-0.0), found)


def _exp_of_pair(x: Pair) -> Pair:
    """``expk2f``: the exponential of a pair, as a pair."""
    times = np.rint((x.high + x.low) * _PER_LN2)
    rest = _plus(_plus(x, times * -_LN2_HIGH), times * -_LN2_LOW)
    series = _polynomial(rest.high, 0.1980960224e-3, 0.1394256484e-2, 0.8333456703e-2, 0.4166637361e-1)
    total = _plus(_times(rest, series), F(0.166666659414234244790680580464))
    total = _plus(_times_pair(rest, total), F(0.5))
    total = _number_and_less(F(1), _plus_pair(rest, _times_pair(_square(rest), total)))
    whole, tiny = _whole(times), x.high < -104
    return Pair(*(np.where(tiny, F(0), _scaled(part, whole)) for part in total))


@quietly
def expm1(x: Array) -> Array:
    """``Sleef_expm1f_u10``."""
    total = _plus(_exp_of_pair(Pair(x, np.zeros_like(x))), F(-1))
    found = np.where(x > F(88.72283172607421875), _INFINITE, total.high + total.low)
    found = np.where(x < F(-16.635532333438687426013570), F(-1), found)
    return np.where((x == 0) & np.signbit(x), F(-0.0), found)


@quietly
def tanh(x: Array) -> Array:
    """``Sleef_tanhf_u10``."""
    size = np.abs(x)
    raised = _exp_of_pair(Pair(size, np.zeros_like(x)))
    lowered = _inverse(raised)
    total = _quotient(_and_less(raised, Pair(-lowered.high, -lowered.low)), _and_less(raised, lowered))
    found = total.high + total.low
    found = np.where((size > F(8.664339742)) | np.isnan(found), F(1), found)
    return np.where(np.isnan(x), x, np.copysign(found, x))


@quietly
def sinh(x: Array) -> Array:
    """``Sleef_sinhf_u10``."""
    size = np.abs(x)
    raised = _exp_of_pair(Pair(size, np.zeros_like(x)))
    lowered = _inverse(raised)
    total = raised.high - lowered.high
    rest = ((raised.high - total) - lowered.high) + raised.low - lowered.low
    found = (total + rest) * F(0.5)
    found = np.where((size > 89) | np.isnan(found), _INFINITE, found)
    return np.where(np.isnan(x), x, np.copysign(found, x))


@quietly
def cosh(x: Array) -> Array:
    """``Sleef_coshf_u10``."""
    size = np.abs(x)
    raised = _exp_of_pair(Pair(size, np.zeros_like(x)))
    total = _and_less(raised, _inverse(raised))
    found = (total.high + total.low) * F(0.5)
    found = np.where((size > 89) | np.isnan(found), _INFINITE, found)
    return np.where(np.isnan(x), x, found)


@quietly
def exp2(x: Array) -> Array:
    """``Sleef_exp2f_u10``."""
    times = np.rint(x)
    total = _polynomial(
        x - times, 0.1535920892e-3, 0.1339262701e-2, 0.9618384764e-2, 0.5550347269e-1, 0.2402264476, 0.6931471825, 1
    )
    total = _scaled(total, _whole(times))
    return np.where(x < -150, F(0), np.where(x >= 128, _INFINITE, total))


@quietly
def erf(x: Array) -> Array:
    """``Vectorized<float>::erf`` of ATen (``vec256_float.h``)."""
    return _quick_erf(x, exp(-(x * x)))  # type: ignore[no-any-return]


def _quick_erf(x: Number, falling: Number) -> Number:
    """Formula 7.1.26 of Abramowitz and Stegun; ``falling`` is ``exp(-x * x)``."""
    t = F(1) / fma(F(0.3275911), np.abs(x), F(1))
    series = _polynomial(t, 1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    return np.copysign(F(1), x) * fma(-falling * t, series, F(1))


@quietly
def power(x: Array, y: Array) -> Array:
    """``Sleef_powf_u10``, of two arrays of one shape."""
    size = np.abs(x)
    whole = (np.trunc(y) == y) | (np.abs(y) > 2.0**24)
    odd = whole & (np.abs(y) < 2.0**24) & (_whole_below(y) & 1 == 1)
    found = _exp_to_number(_times(_log_as_pair(size), y))
    found = np.where(np.isnan(found), _INFINITE, found)
    sign = np.where(x > 0, F(1), np.where(whole, np.where(odd, F(-1), F(1)), _NO_NUMBER))
    found = found * sign
    off = np.copysign(F(1), y) * (size - F(1))
    found = np.where(np.isinf(y), np.where(off < 0, F(0), np.where(off == 0, F(1), _INFINITE)), found)
    at_edge = np.where(np.signbit(y) ^ (x == 0), F(0), _INFINITE)
    at_edge = np.where(np.signbit(np.where(odd, x, F(1))), -at_edge, at_edge)
    found = np.where(np.isinf(x) | (x == 0), at_edge, found)
    found = np.where(np.isnan(x) | np.isnan(y), _NO_NUMBER, found)
    return np.where((y == 0) | (x == 1), F(1), found)


def _whole_below(x: Number) -> Number:
    return np.where(np.abs(x) < 2.0**24, x, F(0)).astype(np.int32)


def _log_as_pair(x: Number) -> Pair:
    """``logkf``: the logarithm of a positive number, as a pair."""
    exponent, mantissa, small = _parts(x)
    exponent = np.where(small, exponent - 64, exponent)
    quotient = _quotient(_sum(F(-1), mantissa), _sum(F(1), mantissa))
    square = _square(quotient)
    series = _polynomial(
        square.high, 0.240320354700088500976562, 0.285112679004669189453125, 0.400007992982864379882812
    )
    total = _and_less(_times(Pair(*_LN2), exponent.astype(F)), _twice(quotient))
    last = _plus_pair(_times(square, series), Pair(F(0.66666662693023681640625), F(3.69183861259614332084311e-09)))
    return _and_less(total, _times_pair(_times_pair(square, quotient), last))


def _exp_to_number(x: Pair) -> Number:
    """``expkf``: the exponential of a pair."""
    times = np.rint((x.high + x.low) * _PER_LN2)
    rest = _plus(_plus(x, times * -_LN2_HIGH), times * -_LN2_LOW)
    total = rest.high + rest.low
    rest = Pair(total, (rest.high - total) + rest.low)
    series = _polynomial(
        rest.high, 0.00136324646882712841033936, 0.00836596917361021041870117, 0.0416710823774337768554688,
        0.166665524244308471679688, 0.499999850988388061523438,
    )  # fmt: skip
    result = _number_and_less(F(1), _and_less(rest, _times(_square(rest), series)))
    found = _scaled_in_four(result.high + result.low, _clipped(times))
    return np.where(x.high < -104, F(0), found)


def _clipped(times: Number) -> Number:
    """A whole number as an int32, far ones as near as changes nothing."""
    return np.where(np.isnan(times), F(0), np.clip(times, -1000, 1000)).astype(np.int32)


# -- gelu, as oneDNN has it (github.com/oneapi-src/oneDNN, jit_uni_eltwise_injector.cpp, without AVX-512) --------------

_ROOT_HALF, _PER_ROOT_PI = F(0.70710677), F(float.fromhex("0x1.20dd74p-1"))
_LOWEST_EXPONENT, _HIGHEST_EXPONENT = F(-87.33654785), F(88.72283935546875)


def _near_zero(x: Number) -> Number:
    near = np.where(x < _HIGHEST_EXPONENT, x, _HIGHEST_EXPONENT)
    return np.where(near > _LOWEST_EXPONENT, near, _LOWEST_EXPONENT)


def _quick_exp(x: Number) -> Number:
    """The exponential by a polynomial of five terms, 0 below the normal numbers."""
    near = _near_zero(x)
    return _exp_beside(x, near, np.floor(near * _PER_LN2 + F(0.5)))


@quietly
def attention_exp(x: Array) -> Array:
    """The same as ATen has it in attention (``exp_u20``)."""
    near = _near_zero(x)
    found: Array = _exp_beside(x, near, np.floor(fma(near, _PER_LN2, F(0.5))))
    return found


def _exp_beside(x: Number, near: Number, times: Number) -> Any:
    rest = fma(-times, F(0.69314718246459960938), near)
    total = _polynomial(rest, 0.00828929059, 0.0418978221, 0.166676521, 0.499991506, 0.999999701, 1)
    half = np.where(x < _LOWEST_EXPONENT, F(0), _power_of_2(_whole(times - F(1))))
    return total * half * F(2)


@quietly
def gelu(x: Array) -> Array:
    """``x * Phi(x)``."""
    scaled, half = x * _ROOT_HALF, x * F(0.5)
    return fma(_quick_erf(scaled, _quick_exp(-(scaled * scaled))), half, half)  # type: ignore[no-any-return]


@quietly
def gelu_backward(grad: Array, x: Array) -> Array:
    """The cotangent of gelu's operand."""
    scaled = x * _ROOT_HALF
    falling = _quick_exp(-(scaled * scaled))
    density = scaled * _PER_ROOT_PI * falling
    return grad * fma(_quick_erf(scaled, falling), F(0.5), density + F(0.5))  # type: ignore[no-any-return]

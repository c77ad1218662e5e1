"""What PyTorch's kernels compute step by step in a reduced dtype: each intermediate result is rounded.

A function gets ``r``, which rounds numbers in float32 to the dtype, and the forward's arguments in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import Array
from .op import OPS
from .reduced_places import BY_PLACES


class Round:
    """Rounds numbers in float32 to a reduced dtype, to the nearest, ties to even."""

    __slots__ = ("kind",)

    def __init__(self, kind: np.dtype[Any]) -> None:
        self.kind = kind

    @property
    def greatest(self) -> float:
        """The greatest number of the dtype."""
        return 65504.0 if self.kind == np.float16 else (2 - 2**-7) * 2.0**127

    def __call__(self, x: Any) -> Any:
        return np.asarray(x).astype(self.kind).astype(np.float32)


AT_ONCE = 32
"""So many elements a vectorised loop takes at once (AVX2); it keeps float32 within an element, the rest does not."""


def _rsqrt(r: Round, x: Array) -> Array:
    """The elements that are left over are rounded twice."""
    flat = x.ravel()
    found = 1 / np.sqrt(flat)
    rest = flat.size - flat.size % AT_ONCE
    found[rest:] = 1 / r(np.sqrt(flat[rest:]))
    whole: Array = found.reshape(x.shape)
    return whole


def _power(r: Round, x: Array, exponent: float) -> Any:
    if r.kind.kind == "V" and exponent in (3, -2):  # for float16 there are other kernels
        return r(x * x) * x if exponent == 3 else 1 / r(x * x)
    return _rsqrt(r, x) if exponent == -0.5 else OPS["pow.Tensor_Scalar"].forward(x, exponent)


def _scaled(r: Round, x: Any, y: Any, alpha: float, sign: int) -> Any:
    """``x + alpha * y``: of the elements that are left over the product is rounded."""
    if alpha == 1:
        return x + y if sign > 0 else x - y
    factor = np.float32(sign * alpha)
    whole = np.asarray(x + factor * y)
    rest = whole.size - whole.size % AT_ONCE
    if rest < whole.size:
        flat = whole.reshape(-1)
        ends = [np.broadcast_to(each, whole.shape).reshape(-1)[rest:] for each in (x, r(factor * y))]
        flat[rest:] = ends[0] + ends[1]
        whole = flat.reshape(whole.shape)
    return whole


def _add(r: Round, x: Any, y: Any, alpha: float) -> Any:
    return _scaled(r, x, y, alpha, 1)


def _sub(r: Round, x: Any, y: Any, alpha: float) -> Any:
    return _scaled(r, x, y, alpha, -1)


def _prod(r: Round, x: Array, *rest: Any) -> Any:
    if x.ndim != 1 or x.size >= 2 * AT_ONCE:
        return OPS["prod"].forward(x, None)
    found = np.float32(1)
    for number in x:
        found = r(found * number)
    return found


def _logit(r: Round, x: Array, eps: float | None) -> Any:
    if eps is not None:
        x = np.clip(x, r(eps), r(1 - eps))
    return np.log(r(x / r(1 - x)))


def _xlogy(r: Round, x: Array, y: Array) -> Any:
    return np.where(np.isnan(y), y, np.where(x == 0, np.float32(0), x * r(np.log(y))))


def _logsumexp(r: Round, x: Array, dim: Any, keepdim: bool) -> Any:
    from .functions.dims import normalize_dims

    dims = normalize_dims(dim, x.ndim) if x.ndim else ()
    largest = np.max(x, axis=dims, keepdims=True)
    base = np.where(np.isinf(largest), np.float32(0), largest)
    total = r(np.sum(r(np.exp(r(x - base))), axis=dims, keepdims=True))
    found = r(np.log(total)) + base
    return found if keepdim else found.reshape([n for d, n in enumerate(x.shape) if d not in dims])


def _mse_loss(r: Round, x: Array, target: Array, reduction: int) -> Any:
    squares = r(np.square(r(x - target)))
    return squares if reduction == 0 else np.mean(squares) if reduction == 1 else np.sum(squares)


def _mse_loss_backward(r: Round, grad: Array, x: Array, target: Array, reduction: int) -> Any:
    factor = r(np.float32(2 / x.size if reduction == 1 else 2))
    return r(factor * r(x - target)) * grad


def _sigmoid_backward(r: Round, grad: Array, result: Array) -> Any:
    if r.kind.kind == "V":
        return grad * (1 - result) * result
    return r(grad * r(1 - result)) * result


def _log_softmax(r: Round, x: Array, dim: int) -> Any:
    found: Array = OPS["log_softmax"].forward(x, dim)  # with its checks
    if x.ndim and dim % x.ndim == x.ndim - 1:
        apart = x - np.max(x, axis=-1, keepdims=True)
        found = apart - r(np.log(r(np.sum(np.exp(apart), axis=-1, keepdims=True))))
    return found


def _nll_loss(r: Round, x: Array, target: Array, weight: Array | None, reduction: int, ignore_index: int) -> Any:
    """The losses are added up one by one, in sums of 16."""
    forward = OPS["nll_loss"].forward
    results = forward(x, target, weight, reduction, ignore_index)
    if reduction == 0 or x.ndim != 2:
        return results
    weights = np.ones(x.shape[1], np.float32) if weight is None else weight
    counted = [(k, int(c)) for k, c in enumerate(target) if c != ignore_index]
    losses = [float(-x[k, c]) * float(weights[c]) for k, c in counted]
    total = _cascade(r, losses)
    of_weights = np.float32(len(counted)) if weight is None else _cascade(r, [float(weights[c]) for _, c in counted])
    return (total / of_weights if reduction == 1 else total), results[1] if weight is None else of_weights


def _layer_norm_backward(r: Round, grad: Array, x: Array, mean: Array, rstd: Array, *rest: Any) -> Any:
    """What comes to scale and shift is added up row by row."""
    of_x, of_weight, of_bias = OPS["native_layer_norm_backward"].forward(grad, x, mean, rstd, *rest)
    if of_weight is not None:
        of_weight = _row_by_row(r, grad * (x - mean) * rstd, of_weight)
    if of_bias is not None:
        of_bias = _row_by_row(r, grad, of_bias)
    return of_x, of_weight, of_bias


def _row_by_row(r: Round, numbers: Array, like: Array) -> Array:
    total = np.zeros(like.size, np.float32)
    for row in numbers.reshape(-1, like.size):
        total = r(total + row)
    return total.reshape(like.shape)


def _histc(r: Round, x: Array, bins: int, low: float, high: float) -> Array:
    """Each step of finding a number's bin is rounded, and counts end where one more is not told apart."""
    forward: Callable[..., Array] = OPS["histc"].forward
    found = forward(x, bins, low, high)  # with its checks
    first, last = (x.min(), x.max()) if low == high and x.size else (r(low), r(high))
    if first == last:
        first, last = first - 1, last + 1
    inside = x[(x >= first) & (x <= last)]
    places = r(r(r(inside - first) * r(bins)) / r(last - first)).astype(np.int64)
    counts = np.bincount(np.minimum(places, bins - 1), minlength=bins)
    most = 256 if r.kind.kind == "V" else 2048
    return np.minimum(counts, most).astype(found.dtype)


def _cascade(r: Round, numbers: list[float]) -> Any:
    whole = np.float32(0)
    for start in range(0, len(numbers), 16):
        part = np.float32(0)
        for number in numbers[start : start + 16]:
            part = r(part + np.float32(number))
        whole = r(whole + part)
    return whole


def _nan_to_num(r: Round, x: Array, nan: float | None, posinf: float | None, neginf: float | None) -> Any:
    """Infinities become the greatest numbers of the dtype itself."""
    most, least = r.greatest, -r.greatest
    put = (0.0 if nan is None else nan, most if posinf is None else posinf, least if neginf is None else neginf)
    return OPS["nan_to_num"].forward(x, *put)


def _div_rounded(r: Round, x: Array, y: Any, rounding_mode: str) -> Any:
    if not isinstance(y, np.ndarray) or not y.ndim:
        return OPS["div.Tensor_mode"].forward(x, y, rounding_mode)
    return np.trunc(r(x / y)) if rounding_mode == "trunc" else _floor_divide(r, x, y)


def _floor_divide(r: Round, x: Array, y: Any) -> Any:
    """What is left is taken away, then divided: the quotient is whole but for roundings."""
    if not isinstance(y, np.ndarray) or not y.ndim:
        return OPS["floor_divide"].forward(x, y)
    rest = np.fmod(x, y)
    quotient = r(r(x - rest) / y)
    quotient = np.where((rest != 0) & ((y < 0) != (rest < 0)), r(quotient - 1), quotient)
    whole = np.floor(quotient)
    whole = np.where(r(quotient - whole) > 0.5, r(whole + 1), whole)
    whole = np.where(quotient == 0, np.copysign(np.float32(0), x / y), whole)
    return np.where(y == 0, x / y, whole)


STEPS: dict[str, Callable[..., Any]] = {
    "rsqrt": _rsqrt, "pow.Tensor_Scalar": _power, "logit": _logit, "xlogy": _xlogy, "logsumexp": _logsumexp,
    "add": _add, "sub": _sub, "prod": _prod, "mse_loss": _mse_loss,
    "native_layer_norm_backward": _layer_norm_backward, "mse_loss_backward": _mse_loss_backward,
    "sigmoid_backward": _sigmoid_backward, "nan_to_num": _nan_to_num,
    "div.Tensor_mode": _div_rounded, "floor_divide": _floor_divide,
    "histc": _histc, "nll_loss": _nll_loss, "log_softmax": _log_softmax, **BY_PLACES,
}  # fmt: skip
"""By op."""

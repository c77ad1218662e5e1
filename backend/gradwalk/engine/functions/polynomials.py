"""Orthogonal polynomials on arrays, by their three-term recurrences; the degree may differ from element to element.

Recurrences to degrees that are far away would take for ever: like PyTorch's, they end when there are no numbers any
more, and there are closed forms of Chebyshev's between -1 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array

Step = Callable[[int, Array, Array, Array], Any]
"""From ``k``, ``x`` and the polynomials of degrees ``k`` and ``k - 1`` to that of degree ``k + 1``."""


Closed = Callable[[Array, Array], Any]
"""A polynomial between -1 and 1 from ``x`` and the degree."""

_FAR = 10_000
"""Degrees beyond which a closed form is used where there is one."""
_LOOK = 256
"""So often it is looked whether there are any numbers left."""


def _by_recurrence(
    first: Callable[[Array], Any], step: Step, far: Closed | None = None, limits: bool = False
) -> Callable[[Any, Any], Array]:
    """``limits``: there are no numbers beyond a degree that depends on the dtype."""

    def polynomial(x: Any, n: Any) -> Array:
        dtype = np.result_type(x, n)
        x, n = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
        degree = np.trunc(n)
        value = np.where(degree < 0, 0.0, 1.0)
        left = degree
        if limits and (beyond := degree > (128 if dtype == np.float32 else 512)).any():
            value, left = np.where(beyond, np.nan, value), np.where(beyond, 0, degree)
        if far is not None and (beyond := (degree > _FAR) & (np.abs(x) <= 1)).any():
            # In the dtype itself, as PyTorch's kernels have it: so many turns leave no digit that would not differ.
            exact = far(x.astype(dtype), degree.astype(dtype))
            value, left = np.where(beyond, exact, value), np.where(beyond, 0, degree)
        before, now = np.ones_like(x), np.asarray(first(x), dtype=np.float64)
        for k in range(1, int(left.max(initial=0)) + 1):
            value = np.where(left == k, now, value)
            before, now = now, step(k, x, now, before)
            if k % _LOOK == 0 and np.isnan(now[left > k]).all():
                value = np.where(left > k, np.nan, value)
                break
        return value.astype(dtype)

    return polynomial


def _chebyshev(k: int, x: Array, now: Array, before: Array) -> Any:
    return 2 * x * now - before


def _shifted(kind: str, first: Callable[[Array], Any]) -> Callable[[Any, Any], Array]:
    def far(x: Array, n: Array) -> Any:
        return _TURNS[kind](2 * x - 1, n)

    def step(k: Any, x: Any, now: Any, before: Any) -> Any:
        return (4 * x - 2) * now - before

    return _by_recurrence(lambda x: first(2 * x - 1), step, far)


def _turn_t(x: Array, n: Array) -> Any:
    ends = np.where((x > 0) | (n % 2 == 0), 1, -1)
    return np.where(np.abs(x) == 1, ends, np.cos(n * np.arccos(x)))


def _turn_u(x: Array, n: Array) -> Any:
    turn = np.arccos(x)
    ends = np.where((x > 0) | (n % 2 == 0), n + 1, -(n + 1))
    return np.where(np.abs(x) == 1, ends, np.sin((n + 1) * turn) / np.sin(turn))


def _turn_v(x: Array, n: Array) -> Any:
    turn = np.arccos(x)
    ends = np.where(x > 0, 1, np.where(n % 2 == 0, n + n + 1, -(n + n + 1)))
    return np.where(np.abs(x) == 1, ends, np.cos((n + x.dtype.type(0.5)) * turn) / np.cos(turn / 2))


def _turn_w(x: Array, n: Array) -> Any:
    turn = np.arccos(x)
    ends = np.where(x > 0, n + n + 1, np.where(n % 2 == 0, 1, -1))
    return np.where(np.abs(x) == 1, ends, np.sin((n + x.dtype.type(0.5)) * turn) / np.sin(turn / 2))


_TURNS: dict[str, Closed] = {"t": _turn_t, "u": _turn_u, "v": _turn_v, "w": _turn_w}


_CHEBYSHEV: dict[str, Callable[[Array], Any]] = {
    "t": lambda x: x, "u": lambda x: 2 * x, "v": lambda x: 2 * x - 1, "w": lambda x: 2 * x + 1,
}  # fmt: skip
"""The four kinds differ only in the polynomial of degree 1."""

POLYNOMIALS: dict[str, Callable[[Any, Any], Array]] = {
    **{f"chebyshev_polynomial_{kind}": _by_recurrence(first, _chebyshev, _TURNS[kind])
       for kind, first in _CHEBYSHEV.items()},
    **{f"shifted_chebyshev_polynomial_{kind}": _shifted(kind, first) for kind, first in _CHEBYSHEV.items()},
    "hermite_polynomial_h": _by_recurrence(
        lambda x: 2 * x, lambda k, x, now, before: 2 * x * now - 2 * k * before, limits=True
    ),
    "hermite_polynomial_he": _by_recurrence(
        lambda x: x, lambda k, x, now, before: x * now - k * before, limits=True
    ),
    "laguerre_polynomial_l": _by_recurrence(
        lambda x: 1 - x, lambda k, x, now, before: ((2 * k + 1 - x) * now - k * before) / (k + 1)
    ),
    "legendre_polynomial_p": _by_recurrence(
        lambda x: x, lambda k, x, now, before: ((2 * k + 1) * x * now - k * before) / (k + 1)
    ),
}
"""By PyTorch's name."""

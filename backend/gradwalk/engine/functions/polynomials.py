"""Orthogonal polynomials on arrays, by their three-term recurrences; the degree may differ from element to element.

In float32 one product of a step is rounded with the sum, as in PyTorch's kernels. Recurrences to degrees that are far
away would take for ever: like PyTorch's, they end when there are no numbers any more, and there are closed forms of
Chebyshev's between -1 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from ..fused import plus_product

Step = Callable[[int, Array], tuple[Any, int, int]]
"""From ``k`` and ``x`` to what the polynomial of degree ``k`` is multiplied by for that of degree ``k + 1``, by what
the one of degree ``k - 1`` that is taken off, and what both are divided by."""


Closed = Callable[[Array, Array], Any]
"""A polynomial between -1 and 1 from ``x`` and the degree."""

_FAR = {"t": 6, "u": 8, "v": 8, "w": 8}
"""Degrees beyond which Chebyshev's polynomials are taken in closed form; of shifted ones that of T for all."""
_LOOK = 256
"""So often it is looked whether there are any numbers left."""


def _by_recurrence(
    first: Callable[[Array], Any], step: Step, closed: Closed | None = None, reach: int = 0,
    place: Callable[[Array], Any] = lambda x: x, limits: bool = False,
) -> Callable[[Any, Any], Array]:  # fmt: skip
    """``closed`` is for degrees beyond ``reach`` where ``place(x)`` lies between -1 and 1; ``limits``: there are no
    numbers beyond a degree that depends on the dtype."""

    def polynomial(x: Any, n: Any) -> Array:
        dtype = np.result_type(x, n)
        kind = np.float32 if dtype == np.float32 else np.float64
        x, n = np.broadcast_arrays(np.asarray(x, dtype=kind), np.asarray(n, dtype=np.float64))
        degree = np.trunc(n)
        value = np.where(degree < 0, 0.0, 1.0)
        left = degree
        if limits and (beyond := degree > (128 if dtype == np.float32 else 512)).any():
            value, left = np.where(beyond, np.nan, value), np.where(beyond, 0, degree)
        if closed is not None and (beyond := (degree > reach) & (np.abs(place(x)) <= 1)).any():
            exact = closed(place(x), degree.astype(dtype))
            value, left = np.where(beyond, exact, value), np.where(beyond, 0, degree)
        before: Any = np.ones_like(x)
        now: Any = np.asarray(first(x), dtype=kind)
        for k in range(1, int(left.max(initial=0)) + 1):
            value = np.where(left == k, now, value)
            factor, weight, whole = step(k, x)
            before, now = now, plus_product(-(weight * before), now, factor) / whole
            if k % _LOOK == 0 and np.isnan(now[left > k]).all():
                value = np.where(left > k, np.nan, value)
                break
        return value.astype(dtype)

    return polynomial


def _chebyshev(k: int, x: Array) -> tuple[Any, int, int]:
    return 2 * x, 1, 1


def _shifted(kind: str, first: Callable[[Array], Any]) -> Callable[[Any, Any], Array]:
    def place(x: Array) -> Any:
        return 2 * x - 1

    def step(k: int, x: Array) -> tuple[Any, int, int]:
        return 2 * x - 1 + x + x - 1, 1, 1

    return _by_recurrence(lambda x: first(place(x)), step, _TURNS[kind], _FAR["t"], place)


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
    **{f"chebyshev_polynomial_{kind}": _by_recurrence(first, _chebyshev, _TURNS[kind], _FAR[kind])
       for kind, first in _CHEBYSHEV.items()},
    **{f"shifted_chebyshev_polynomial_{kind}": _shifted(kind, first) for kind, first in _CHEBYSHEV.items()},
    "hermite_polynomial_h": _by_recurrence(
        lambda x: 2 * x, lambda k, x: (2 * x, 2 * k, 1), limits=True
    ),
    "hermite_polynomial_he": _by_recurrence(lambda x: x, lambda k, x: (x, k, 1), limits=True),
    "laguerre_polynomial_l": _by_recurrence(
        lambda x: 1 - x, lambda k, x: (2 * k + (1 - x), k, k + 1)
    ),
    "legendre_polynomial_p": _by_recurrence(
        lambda x: x, lambda k, x: ((2 * k + 1) * x, k, k + 1)
    ),
}
"""By PyTorch's name."""

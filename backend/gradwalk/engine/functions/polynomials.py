"""Orthogonal polynomials on arrays, by their three-term recurrences; the degree may differ from element to element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array

Step = Callable[[int, Array, Array, Array], Any]
"""From ``k``, ``x`` and the polynomials of degrees ``k`` and ``k - 1`` to that of degree ``k + 1``."""


def _by_recurrence(first: Callable[[Array], Any], step: Step) -> Callable[[Any, Any], Array]:
    def polynomial(x: Any, n: Any) -> Array:
        dtype = np.result_type(x, n)
        x, n = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
        degree = np.trunc(n)
        value = np.where(degree < 0, 0.0, 1.0)
        before, now = np.ones_like(x), np.asarray(first(x), dtype=np.float64)
        for k in range(1, int(degree.max(initial=0)) + 1):
            value = np.where(degree == k, now, value)
            before, now = now, step(k, x, now, before)
        return value.astype(dtype)

    return polynomial


def _chebyshev(k: int, x: Array, now: Array, before: Array) -> Any:
    return 2 * x * now - before


def _shifted(first: Callable[[Array], Any]) -> Callable[[Any, Any], Array]:
    return _by_recurrence(lambda x: first(2 * x - 1), lambda k, x, now, before: (4 * x - 2) * now - before)


_CHEBYSHEV: dict[str, Callable[[Array], Any]] = {
    "t": lambda x: x, "u": lambda x: 2 * x, "v": lambda x: 2 * x - 1, "w": lambda x: 2 * x + 1,
}  # fmt: skip
"""The four kinds differ only in the polynomial of degree 1."""

POLYNOMIALS: dict[str, Callable[[Any, Any], Array]] = {
    **{f"chebyshev_polynomial_{kind}": _by_recurrence(first, _chebyshev) for kind, first in _CHEBYSHEV.items()},
    **{f"shifted_chebyshev_polynomial_{kind}": _shifted(first) for kind, first in _CHEBYSHEV.items()},
    "hermite_polynomial_h": _by_recurrence(lambda x: 2 * x, lambda k, x, now, before: 2 * x * now - 2 * k * before),
    "hermite_polynomial_he": _by_recurrence(lambda x: x, lambda k, x, now, before: x * now - k * before),
    "laguerre_polynomial_l": _by_recurrence(
        lambda x: 1 - x, lambda k, x, now, before: ((2 * k + 1 - x) * now - k * before) / (k + 1)
    ),
    "legendre_polynomial_p": _by_recurrence(
        lambda x: x, lambda k, x, now, before: ((2 * k + 1) * x * now - k * before) / (k + 1)
    ),
}
"""By PyTorch's name."""

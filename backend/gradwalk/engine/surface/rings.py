"""Padding in circles: what lies before the beginning is the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..op import OPS
from ..tensor import Tensor


def padded_around(x: Any, widths: Sequence[int]) -> Tensor:
    """Padded as if each dimension were a ring: a new tensor, into which the old one and then its ends are written."""
    pairs = [(x.ndim - 1 - i, *widths[2 * i : 2 * i + 2]) for i in range(len(widths) // 2)]
    sizes = list(x.shape)
    for dim, low, high in pairs:
        sizes[dim] += low + high
        if low > x.shape[dim] or high > x.shape[dim]:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if sizes[dim] < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension")
    whole = x.new_empty(sizes)
    inner, source = whole, x
    for dim, low, high in pairs:
        inner = _slice(inner, dim, max(low, 0), sizes[dim] - max(high, 0))
        source = _slice(source, dim, max(-low, 0), x.shape[dim] - max(-high, 0))
    inner.copy_(source)
    for dim, low, high in pairs:
        if low > 0:
            end = sizes[dim] - max(high, 0)
            _slice(whole, dim, 0, low).copy_(_slice(whole, dim, end - low, end))
        if high > 0:
            start = max(low, 0)
            _slice(whole, dim, sizes[dim] - high, sizes[dim]).copy_(_slice(whole, dim, start, start + high))
    return whole  # type: ignore[no-any-return]


def _slice(x: Any, dim: int, start: int, end: int) -> Any:
    return OPS["slice"](x, dim=dim, start=start, end=end, step=1)

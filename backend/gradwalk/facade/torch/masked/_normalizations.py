"""Running sums and products, softmax and unit vectors that leave out what a mask says."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from gradwalk.engine.surface.registry import FUNCTIONS

from ..nn import functional as F  # noqa: N812 (its usual name)
from ._masks import canonical, replaced
from ._reductions import Mask, norm


def cumsum(input: Any, dim: int, *, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """Running sum along a dimension of what the mask keeps."""
    return _running("cumsum", "sum", input, dim, dtype, mask)


def cumprod(input: Any, dim: int, *, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """Running product along a dimension of what the mask keeps."""
    return _running("cumprod", "prod", input, dim, dtype, mask)


def _running(name: str, of: str, input: Any, dim: int, dtype: Dtype | None, mask: Mask) -> Any:
    kind = input.dtype if dtype is None else dtype
    along = canonical(dim, input.ndim)[0]
    found: Any = FUNCTIONS[name](replaced(of, input, mask), along, dtype=kind)
    return found.to(dtype=kind)


def softmax(input: Any, dim: int, *, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """Exponentials of what the mask keeps, over their sum; 0 for the others, NaN where nothing is kept."""
    along, kind = canonical(dim, input.ndim)[0], dtype or input.dtype
    return F.softmax(replaced("amax", input, mask), along, dtype=kind)


def log_softmax(input: Any, dim: int, *, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """The logarithm of :func:`softmax`."""
    along, kind = canonical(dim, input.ndim)[0], dtype or input.dtype
    return F.log_softmax(replaced("amax", input, mask), along, dtype=kind)


def softmin(input: Any, dim: int, *, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """:func:`softmax` of the negated numbers."""
    along, kind = canonical(dim, input.ndim)[0], dtype or input.dtype
    return F.softmin(replaced("amin", input, mask), along, dtype=kind)


def normalize(
    input: Any, ord: float, dim: int, *, eps: float = 1e-12, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """What the mask keeps along a dimension, over its norm; a norm below ``eps`` counts as ``eps``."""
    kept = replaced("sum", input, mask)
    length: Any = norm(input, ord, dim, keepdim=True, dtype=dtype or input.dtype, mask=mask)
    return FUNCTIONS["divide"](kept, FUNCTIONS["maximum"](length, length.new_full([], eps)))

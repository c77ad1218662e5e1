"""Reductions that leave out what a mask says, put together from the plain ones as PyTorch puts them together."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from gradwalk.engine.surface.registry import FUNCTIONS, LINALG
from gradwalk.engine.tensor import Tensor

from ._masks import Dims, canonical, replaced, whole_mask

Mask = Tensor | None


def _summed_in(input: Tensor) -> Dtype:
    """Small integers and booleans are added and multiplied in int64."""
    return input.dtype if input.is_floating_point() else dtypes.int64


def sum(
    input: Any, dim: Dims = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Sum of what the mask keeps; 0 of nothing."""
    kind = _summed_in(input) if dtype is None else dtype
    dims = canonical(dim, input.ndim)
    return FUNCTIONS["sum"](replaced("sum", input, mask), dims, bool(keepdim), dtype=kind)


def prod(
    input: Any, dim: Dims = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Product of what the mask keeps; 1 of nothing."""
    kind = _summed_in(input) if dtype is None else dtype
    dims = canonical(dim, input.ndim)
    result: Any = replaced("prod", input, mask)
    result = result.to(dtype=kind)
    for d in reversed(dims):
        result = result.prod(dim=d, keepdim=bool(keepdim))
    return result


def amax(
    input: Any, dim: Dims = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """The greatest of what the mask keeps."""
    return _extreme("amax", input, dim, keepdim, dtype, mask)


def amin(
    input: Any, dim: Dims = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """The least of what the mask keeps."""
    return _extreme("amin", input, dim, keepdim, dtype, mask)


def _extreme(name: str, input: Any, dim: Dims, keepdim: bool | None, dtype: Dtype | None, mask: Mask) -> Any:
    kept = replaced(name, input, mask)
    found: Any = FUNCTIONS[name](kept, canonical(dim, kept.ndim), bool(keepdim))
    return found.to(dtype=input.dtype if dtype is None else dtype)


def argmax(
    input: Any, dim: int | None = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Where the greatest of what the mask keeps is, in the dtype of ``input``."""
    return _place("argmax", input, dim, keepdim, dtype, mask)


def argmin(
    input: Any, dim: int | None = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Where the least of what the mask keeps is, in the dtype of ``input``."""
    return _place("argmin", input, dim, keepdim, dtype, mask)


def _place(name: str, input: Any, dim: int | None, keepdim: bool | None, dtype: Dtype | None, mask: Mask) -> Any:
    found: Any = FUNCTIONS[name](replaced(name, input, mask), dim, bool(keepdim))
    return found.to(dtype=input.dtype if dtype is None else dtype)


def _count_and_total(input: Any, dim: Dims, keepdim: bool | None, dtype: Dtype, kept: Mask) -> tuple[Any, Any]:
    if kept is None:
        ones = FUNCTIONS["ones"](input.shape, dtype=dtypes.int64)
        return sum(ones, dim, keepdim=keepdim), sum(input, dim, keepdim=keepdim, dtype=dtype)
    mask: Any = kept
    return mask.sum(dim=dim, keepdim=bool(keepdim)), sum(input, dim, keepdim=keepdim, dtype=dtype, mask=kept)


def mean(
    input: Any, dim: Dims = None, *, keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Mean of what the mask keeps; NaN of nothing. Raises ValueError for integers."""
    kind = input.dtype if dtype is None else dtype
    if not kind.is_floating_point:
        source = "Input" if dtype is None else "Optional"
        raise ValueError(
            f"mean(): Could not infer output dtype. {source} dtype must be either a floating point or complex dtype. "
            f"Got: {kind}"
        )
    kept = None if mask is None else whole_mask(input, mask)
    count, total = _count_and_total(input, dim, keepdim, kind, kept)
    return total / count


def median(input: Any, dim: int = -1, *, keepdim: bool = False, dtype: Dtype | None = None, mask: Mask = None) -> Any:
    """The middle of what the mask keeps along a dimension; NaN of nothing, which integers refuse with ValueError."""
    kind = input.dtype if dtype is None else dtype
    (along,) = canonical(dim, input.ndim)[:1]
    if input.is_floating_point():
        return FUNCTIONS["nanmedian"](replaced("median", input, mask), along, keepdim).values
    found = FUNCTIONS["nanmedian"](replaced("median", input.to(dtype=dtypes.float32), mask), along, keepdim).values
    if found.isnan().any():
        raise ValueError("masked median expects no fully masked out rows if dtype is not floating point")
    return found.to(dtype=kind)


def logsumexp(
    input: Any, dim: Dims = None, *, keepdim: bool = False, dtype: Dtype | None = None, mask: Mask = None
) -> Any:
    """Logarithm of the sum of the exponentials of what the mask keeps."""
    dims = canonical(dim, input.ndim)
    found: Any = FUNCTIONS["logsumexp"](replaced("logsumexp", input, mask), dims, keepdim=keepdim)
    return found.to(dtype=input.dtype if dtype is None else dtype)


def logaddexp(
    input: Any, other: Any, *, dtype: Dtype | None = None, input_mask: Mask = None, other_mask: Mask = None
) -> Any:
    """Logarithm of the sum of two exponentials, without those that the masks leave out."""
    one, two = replaced("logaddexp", input, input_mask), replaced("logaddexp", other, other_mask)
    found: Any = FUNCTIONS["logaddexp"](one, two)
    return found.to(dtype=input.dtype if dtype is None else dtype)


def norm(
    input: Any, ord: float | None = 2.0, dim: Dims = None, *, keepdim: bool | None = False,
    dtype: Dtype | None = None, mask: Mask = None,
) -> Any:  # fmt: skip
    """Vector norm of what the mask keeps; 0 of nothing, and inf for ``ord=-inf``."""
    kind = input.dtype if dtype is None else dtype
    kept = replaced("norm", input, mask, ord)
    return LINALG["vector_norm"](kept, ord, canonical(dim, input.ndim), bool(keepdim), dtype=kind)


def var(
    input: Any, dim: Dims = None, unbiased: bool | None = None, *, correction: float | None = None,
    keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None,
) -> Any:  # fmt: skip
    """Variance of what the mask keeps; NaN of nothing."""
    return _variance(input, dim, unbiased, correction, keepdim, dtype, mask)


def std(
    input: Any, dim: Dims = None, unbiased: bool | None = None, *, correction: float | None = None,
    keepdim: bool | None = False, dtype: Dtype | None = None, mask: Mask = None,
) -> Any:  # fmt: skip
    """Standard deviation of what the mask keeps; NaN of nothing."""
    return _variance(input, dim, unbiased, correction, keepdim, dtype, mask).sqrt()


def _variance(
    input: Any, dim: Dims, unbiased: bool | None, correction: float | None, keepdim: bool | None, dtype: Dtype | None,
    mask: Mask,
) -> Any:  # fmt: skip
    if unbiased is not None and correction is not None:
        raise AssertionError("Only one of unbiased and correction may be given")
    if correction is None:
        correction = 1.0 if unbiased is None or unbiased else 0.0
    kind = dtype or (input.dtype if input.is_floating_point() else dtypes.float32)
    floating = kind if kind.is_floating_point else dtypes.float32
    kept = None if mask is None else whole_mask(input, mask)
    count, total = _count_and_total(input, dim, True, kind, kept)
    off = FUNCTIONS["subtract"](input, FUNCTIONS["divide"](total, count))
    squares = sum(off * off.conj(), dim, keepdim=keepdim, dtype=floating, mask=kept)
    if not keepdim:
        count = count.reshape(squares.shape)
    if correction != 0:
        count = FUNCTIONS["subtract"](count.to(floating), float(correction))
        count = FUNCTIONS["maximum"](count, count.new_zeros([]))
    return FUNCTIONS["divide"](squares, count).to(dtype=kind)

"""Where the cotangent of a scatter that reduces goes: to the tensor written into and to what was scattered.

Both kinds of scatter have the same rules; they differ in how places are given: ``Gathering`` for an index as large as
the source (``scatter_reduce``), ``Selecting`` for a vector of positions (``index_reduce``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import broadcast_mismatch
from ..op import NAMESPACE, OPS
from ..ops import _reducing_scatters, _scattering
from ..tensor import Tensor, wrap
from .registry import function

_TWICE = (
    "{0}(): Double backward is unsupported for {1} when >1 zeros in {1} are scattered to the same position in self"
)


class Gathering:
    """Places along a dimension, one for each element of the source."""

    reducing, adding, reading, blank = "scatter_reduce", "scatter_add", "gather", "scattered_aside"
    source = "src"


class Selecting:
    """Positions of a dimension, each for a slice of the source."""

    reducing, adding, reading, blank = "index_reduce", "index_add", "index_select", "filled_aside"
    source = "source"


def _apply(name: str, *operands: Any, **params: Any) -> Any:
    """An op on tensors, its forward on arrays."""
    if any(isinstance(x, Tensor) for x in operands):
        return OPS[name](*operands, **params)
    forward = getattr(_scattering, name, None) or getattr(_reducing_scatters, name)
    return forward(*map(np.asarray, operands), **OPS[name].params | params)


def _as_numbers(mask: Any, like: Any) -> Any:
    """A mask as zeros and ones of another tensor's dtype."""
    if isinstance(mask, Tensor):
        return wrap(mask._array.astype(like._array.dtype))
    return mask.astype(like.dtype)


def _filled(x: Any, mask: Any, value: float) -> Any:
    if isinstance(x, Tensor):
        return OPS["masked_fill"](x, mask, value=value)
    return np.where(mask, x.dtype.type(value), x)


def _ones(x: Any) -> Any:
    return wrap(np.ones_like(x._array)) if isinstance(x, Tensor) else np.ones_like(x)


def _zeros(x: Any) -> Any:
    return wrap(np.zeros_like(x._array)) if isinstance(x, Tensor) else np.zeros_like(x)


def _compare(src: Any, index: Any, reduce: str) -> None:
    """The formulas hold the source beside what is read at the index, which may be smaller. Raises RuntimeError."""
    if reduce in ("prod", "amax", "amin") and (error := broadcast_mismatch(src.shape, index.shape)):
        raise error


class _Rule:
    """What both cotangents are made of."""

    def __init__(self, kind: Any, x: Any, src: Any, dim: int, index: Any, reduce: str, include: bool) -> None:
        self.kind, self.x, self.src, self.dim, self.index = kind, x, src, dim, index
        self.reduce, self.include = reduce, include

    def read(self, x: Any) -> Any:
        """What stands in the places."""
        return _apply(self.kind.reading, x, self.index, dim=self.dim)

    def add(self, x: Any, src: Any) -> Any:
        """``x`` with ``src`` added in the places."""
        return _apply(self.kind.adding, x, self.index, src, dim=self.dim)

    def reduced(self, x: Any, src: Any) -> Any:
        """The op again, on other numbers."""
        params = {"dim": self.dim, "reduce": self.reduce, "include_self": self.include}
        return _apply(self.kind.reducing, x, self.index, src, **params)

    def count(self, grad: Any) -> Any:
        """How many elements came together in each place."""
        counted = self.add(_ones(grad) if self.include else _zeros(grad), _ones(self.src))
        return _filled(counted, counted == 0, 1)

    def share(self, grad: Any, result: Any) -> tuple[Any, Any, Any]:
        """For extremes: where ``x`` and ``src`` are the result, and the cotangent in equal parts for them."""
        from_x = _as_numbers(self.x == result, self.x)
        from_src = _as_numbers(self.src == self.read(result), self.src)
        return from_x, from_src, grad / self.add(from_x, from_src)

    def to_self(self, grad: Any, result: Any) -> Any:
        """The cotangent of what was written into."""
        if self.reduce in ("sum", "add"):
            found = grad
        elif self.reduce == "prod":
            nonzero = _filled(self.x, self.x == 0, 1)
            found = (grad * self.reduced(nonzero, self.src)) / nonzero
        elif self.reduce == "mean":
            found = grad / self.count(grad)
        else:
            from_x, _, part = self.share(grad, result)
            found = from_x * part
        if self.include:
            return found
        found = found if isinstance(found, Tensor) else np.asarray(found)
        return NAMESPACE[self.kind.blank](found, self.dim, self.index)

    def to_source(self, grad: Any, result: Any) -> Any:
        """The cotangent of what was scattered."""
        if self.reduce in ("sum", "add"):
            return self.read(grad)
        if self.reduce == "mean":
            return self.read(grad) / self.read(self.count(grad))
        if self.reduce == "prod":
            return self._of_product(grad, result)
        _, from_src, part = self.share(grad, result)
        return from_src * self.read(part)

    def _of_product(self, grad: Any, result: Any) -> Any:
        """The product of all others; a single zero among them gets what the product is without it."""
        is_zero = self.src == 0
        zeros = self.read(self.add(_zeros(self.x), _as_numbers(is_zero, self.x)))
        single = NAMESPACE["logical_and"](is_zero, zeros == 1)
        without = self.reduced(self.x, _filled(self.src, single, 1))
        found = NAMESPACE["where"](
            single, self.read(grad * without), self.read(grad * result) / _filled(self.src, is_zero, 1)
        )
        if isinstance(found, Tensor) and found.requires_grad and (zeros._array > 1).any():
            from ..custom.once_differentiable import refused  # which stands above

            found = refused(found, _TWICE.format(self.kind.reducing, self.kind.source))
        return found


@function
def scatter_reduce_self(
    grad: Any, self: Any, src: Any, result: Any, dim: int, index: Any, reduce: str, include: bool
) -> Any:
    """The cotangent of what ``scatter_reduce`` wrote into."""
    _compare(src, index, reduce)
    return _Rule(Gathering, self, src, dim, index, reduce, include).to_self(grad, result)


@function
def scatter_reduce_source(
    grad: Any, self: Any, src: Any, result: Any, dim: int, index: Any, reduce: str, include: bool
) -> Any:
    """The cotangent of what ``scatter_reduce`` scattered."""
    _compare(src, index, reduce)
    return _Rule(Gathering, self, src, dim, index, reduce, include).to_source(grad, result)


@function
def index_reduce_self(
    grad: Any, self: Any, src: Any, result: Any, dim: int, index: Any, reduce: str, include: bool
) -> Any:
    """The cotangent of what ``index_reduce`` wrote into."""
    return _Rule(Selecting, self, src, dim, index, reduce, include).to_self(grad, result)


@function
def index_reduce_source(
    grad: Any, self: Any, src: Any, result: Any, dim: int, index: Any, reduce: str, include: bool
) -> Any:
    """The cotangent of what ``index_reduce`` scattered."""
    return _Rule(Selecting, self, src, dim, index, reduce, include).to_source(grad, result)

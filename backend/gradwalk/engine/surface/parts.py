"""Parts of a tensor: splits, narrowing, windows, diagonals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from .. import ops
from ..dtypes import int64
from ..functions.dims import normalize_dim
from ..op import Op
from ..ops._words import label
from ..tensor import Tensor
from ..written_in_c import type_name
from .registry import METHODS, must_be_tensor, public


@public()
def unbind(input: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """All slices along a dimension."""
    return ops.view.unbind.several(must_be_tensor("unbind", "input", 1, input), dim=dim)


@public()
def select(input: Any, dim: int, index: int) -> Tensor:
    """One slice along a dimension."""
    return ops.view.select(must_be_tensor("select", "input", 1, input), dim=dim, index=index)


@public(method=False)
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of one extent along ``dim``, or of the extents in a list."""
    x = must_be_tensor("split", "tensor", 1, tensor)
    return _split(x, split_size_or_sections, dim)


@public(function=False, name="split")
def _split_method(self: Tensor, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    return _split(self, split_size, dim)


def _split(x: Tensor, size: Any, dim: int) -> tuple[Tensor, ...]:
    if isinstance(size, tuple | list):
        return split_with_sizes(x, size, dim)
    if isinstance(size, float) or not hasattr(size, "__index__"):
        raise TypeError(
            f"split_with_sizes(): argument 'split_sizes' (position 2) must be tuple of ints, not {type_name(size)}"
        )
    return ops.parts.split.several(x, split_size=int(size), dim=dim)


@public()
def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the given extents along ``dim``."""
    x = must_be_tensor("split_with_sizes", "input", 1, input)
    first = split_sizes[0] if len(split_sizes) else 0
    if isinstance(first, float | list):
        raise TypeError(
            "split_with_sizes(): argument 'split_sizes' (position 2) must be tuple of ints, but found element of type "
            f"{type_name(first)} at pos 0"
        )
    return ops.parts.split_with_sizes.several(x, split_sizes=tuple(int(n) for n in split_sizes), dim=dim)


@public()
def unsafe_split(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`split` into parts that are no views to autograd, though they share memory."""
    x = must_be_tensor("unsafe_split", "input", 1, input)
    return _unsafely(ops.parts.unsafe_split)(x, split_size=split_size, dim=dim)


@public()
def unsafe_split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`split_with_sizes` into parts that are no views to autograd, though they share memory."""
    x = must_be_tensor("unsafe_split_with_sizes", "input", 1, input)
    return _unsafely(ops.parts.unsafe_split_with_sizes)(x, split_sizes=tuple(int(n) for n in split_sizes), dim=dim)


_Splitting = Callable[..., tuple[Tensor, ...]]


def _unsafely(op: Op) -> _Splitting:
    """An op whose parts share memory with what they are of: only the general way has them do so."""
    parts: Any = op.generally
    return parts  # type: ignore[no-any-return]


def _into_chunks(
    name: str, input: Tensor, chunks: int, dim: int, split: _Splitting, split_with_sizes: _Splitting
) -> tuple[Tensor, ...]:
    x = must_be_tensor(name, "input", 1, input)
    if x.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    extent = x._array.shape[normalize_dim(dim, x.ndim)]
    if extent == 0:
        return split_with_sizes(x, split_sizes=(0,) * chunks, dim=dim)
    return split(x, split_size=-(-extent // chunks), dim=dim)


@public()
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most ``chunks`` views along ``dim``, all of one extent but perhaps the last."""
    return _into_chunks("chunk", input, chunks, dim, ops.parts.split.several, ops.parts.split_with_sizes.several)


@public()
def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`chunk` into parts that are no views to autograd, though they share memory."""
    ways = _unsafely(ops.parts.unsafe_split), _unsafely(ops.parts.unsafe_split_with_sizes)
    return _into_chunks("unsafe_chunk", input, chunks, dim, *ways)


@public()
def tensor_split(
    input: Tensor, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """Views along ``dim``: so many of nearly one extent, or cut at the given positions."""
    x = must_be_tensor("tensor_split", "input", 1, input)
    if x.ndim == 0:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    cuts = next(given for given in (indices_or_sections, indices, sections) if given is not None)
    if isinstance(cuts, Tensor):
        cuts = _positions(cuts)
    extent = x._array.shape[normalize_dim(dim, x.ndim)]
    if isinstance(cuts, int):
        if cuts <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {cuts}")
        if cuts >= _MOST_PARTS:
            raise RuntimeError(
                "cannot create std::vector larger than max_size()" if cuts >= 2**60 else "std::bad_alloc"
            )
        least, larger = divmod(extent, cuts)
        ends = [least * (i + 1) + min(i + 1, larger) for i in range(cuts)]
        return tuple(_sliced(x, dim, start, end) for start, end in zip([0, *ends], ends, strict=False))
    bounds = [0, *cuts, extent]
    return tuple(_sliced(x, dim, start, end) for start, end in pairwise(bounds))


_MOST_PARTS = 2**29
"""No machine that snippets run on has the memory for so many tensors."""


def _positions(cuts: Tensor) -> Any:
    wanted = "tensor_split expected tensor_indices_or_sections to"
    if cuts.dtype is not int64:
        raise RuntimeError(f"{wanted} have dtype of long, but got {label(cuts._array.dtype)}")
    if cuts.ndim > 1:
        raise RuntimeError(
            f"{wanted} be a zero-dimensional or one-dimensional tensor, but got a tensor with {cuts.ndim} dims"
        )
    return cuts._array.tolist()


def _sliced(x: Tensor, dim: int, start: int, end: int) -> Tensor:
    return ops.view.slice(x, dim=dim, start=start, end=end, step=1)


def _publish_split(name: str, axis_of: Any, least: int) -> None:
    def function(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
        x = must_be_tensor(name, "input", 1, input)
        if x.ndim < least:
            raise RuntimeError(
                f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with {x.ndim} "
                "dimensions!"
            )
        axis = axis_of(x)
        extent = x._array.shape[axis]
        if isinstance(indices_or_sections, int) and (indices_or_sections <= 0 or extent % indices_or_sections):
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {axis}, but the size of the dimension {extent} is "
                f"not divisible by the split_size {indices_or_sections}!"
            )
        return tensor_split(x, indices_or_sections, axis)

    function.__name__ = name
    public(name=name)(function)


_publish_split("hsplit", lambda x: 0 if x.ndim == 1 else 1, 1)
_publish_split("vsplit", lambda x: 0, 2)
_publish_split("dsplit", lambda x: 2, 3)


@public()
def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """``length`` positions of a dimension from ``start`` on."""
    x = must_be_tensor("narrow", "input", 1, input)
    if x.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if isinstance(start, Tensor) and (start.ndim or start._array.dtype.kind not in "iu"):
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    first = int(start) if isinstance(start, Tensor) else start
    extent = x._array.shape[normalize_dim(dim, x.ndim)]
    if not -extent <= first <= extent:
        raise IndexError(f"start out of range (expected to be in range of [{-extent}, {extent}], but got {first})")
    first = first + extent if first < 0 else first
    if first + length > extent:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({extent}).")
    return _sliced(x, dim, first, first + length)


@public(function=False)
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of ``size`` every ``step`` positions, as a new last dimension; a view."""
    return ops.parts.unfold(self, dimension=dimension, size=size, step=step)


@public()
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of two dimensions, as the last dimension; a view."""
    x = must_be_tensor("diagonal", "input", 1, input)
    return ops.parts.diagonal(x, offset=offset, dim1=dim1, dim2=dim2)


@public()
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices with the last dimension on their diagonals."""
    x = must_be_tensor("diag_embed", "input", 1, input)
    return ops.parts.diag_embed(x, offset=offset, dim1=dim1, dim2=dim2)


@public()
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The matrix with a vector on its diagonal, or a copy of the diagonal of a matrix."""
    x = must_be_tensor("diag", "input", 1, input)
    if x.ndim == 1:
        return ops.parts.diag_embed(x, offset=diagonal, dim1=-2, dim2=-1)
    if x.ndim == 2:
        return ops.parts.diagonal_copy(x, offset=diagonal, dim1=0, dim2=1)
    raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {x.ndim}D")


@public()
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with all elements on its diagonal."""
    x = must_be_tensor("diagflat", "input", 1, input)
    return diag(METHODS["contiguous"](x).view(-1), offset)


def sequence_of(sizes: Any) -> Sequence[int]:
    """One number or several, as a tuple."""
    return tuple(sizes) if isinstance(sizes, tuple | list) else (sizes,)


def slice_bounds(start: int | None, end: int | None) -> dict[str, int]:
    """The bounds of a slice as the op takes them: none stands for the ends."""
    return {"start": 0 if start is None else start, "end": 2**63 - 1 if end is None else end}


@public(function=False)
def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """One number on the main diagonal, in place; ``wrap``: again after each square of a tall matrix."""
    if self.ndim < 2:
        raise RuntimeError("dimensions must larger than 1")
    if self.ndim > 2 and len(set(self.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    steps = tuple(step // self._array.itemsize for step in self._array.strides)
    rows, columns = self.shape[:2]
    place = {"size": (min(self.shape),), "stride": (sum(steps),)}
    offset = self._storage.offset_of(self._array)
    fill = METHODS["fill_"]
    fill(METHODS["as_strided"](self, place["size"], place["stride"], offset), fill_value)
    if wrap and self.ndim == 2 and rows > columns + 1:
        count = (rows * columns - columns * (columns + 1) + columns) // (columns + 1)
        start = offset + steps[0] * (columns + 1)
        fill(METHODS["as_strided"](self, (count,), place["stride"], start), fill_value)
    return self

"""The views of :mod:`.shape`, :mod:`.dimensions` and :mod:`.parts` as copies: ``torch.t_copy`` and its sisters."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..functions.dims import check_view
from ..op import OPS
from ..tensor import Tensor, wrap
from .parts import slice_bounds
from .registry import must_be_tensor, public
from .shape import view
from .sizes import sizes_of
from .strides import strided_params


@public(method=False)
def alias_copy(input: Tensor) -> Tensor:
    """A copy."""
    return OPS["alias_copy"](must_be_tensor("alias_copy", "input", 1, input))


@public(method=False)
def detach_copy(input: Tensor) -> Tensor:
    """A copy that nothing flows back through."""
    return OPS["detach_copy"](must_be_tensor("detach_copy", "input", 1, input))


@public(method=False)
def as_strided_copy(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """:func:`as_strided`, copied."""
    x = must_be_tensor("as_strided_copy", "input", 1, input)
    return OPS["as_strided_copy"](x, **strided_params(x, size, stride, storage_offset))


@public(method=False)
def expand_copy(input: Tensor, size: Any, *, implicit: bool = False) -> Tensor:
    """:func:`expand`, copied."""
    return OPS["expand_copy"](must_be_tensor("expand_copy", "input", 1, input), size=sizes_of((size,)))


@public(method=False)
def permute_copy(input: Tensor, dims: Any) -> Tensor:
    """:func:`permute`, copied."""
    return OPS["permute_copy"](must_be_tensor("permute_copy", "input", 1, input), dims=sizes_of((dims,)))


@public(method=False)
def select_copy(input: Tensor, dim: int, index: int) -> Tensor:
    """:func:`select`, copied."""
    return OPS["select_copy"](must_be_tensor("select_copy", "input", 1, input), dim=dim, index=index)


@public(method=False)
def slice_copy(input: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Tensor:
    """A slice along a dimension, copied."""
    x = must_be_tensor("slice_copy", "input", 1, input)
    return OPS["slice_copy"](x, dim=dim, **slice_bounds(start, end), step=step)


@public(method=False)
def squeeze_copy(input: Tensor, dim: Any = None) -> Tensor:
    """:func:`squeeze`, copied."""
    x = must_be_tensor("squeeze_copy", "input", 1, input)
    if isinstance(dim, tuple | list):
        return OPS["squeeze_copy.dims"](x, dim=tuple(dim))
    return OPS["squeeze_copy"](x) if dim is None else OPS["squeeze_copy.dim"](x, dim=dim)


@public(method=False)
def t_copy(input: Tensor) -> Tensor:
    """:func:`t`, copied."""
    return OPS["t_copy"](must_be_tensor("t_copy", "input", 1, input))


@public(method=False)
def transpose_copy(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """:func:`transpose`, copied."""
    return OPS["transpose_copy"](must_be_tensor("transpose_copy", "input", 1, input), dim0=dim0, dim1=dim1)


@public(method=False)
def unsqueeze_copy(input: Tensor, dim: int) -> Tensor:
    """:func:`unsqueeze`, copied."""
    return OPS["unsqueeze_copy"](must_be_tensor("unsqueeze_copy", "input", 1, input), dim=dim)


@public(method=False)
def unfold_copy(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """:func:`unfold`, copied."""
    x = must_be_tensor("unfold_copy", "input", 1, input)
    return OPS["unfold_copy"](x, dimension=dimension, size=size, step=step)


@public(method=False)
def view_copy(input: Tensor, size: Any = None, *, dtype: Any = None) -> Tensor:
    """:func:`view`, copied; with ``dtype`` the same bytes read as another dtype."""
    x = must_be_tensor("view_copy", "input", 1, input)
    if dtype is not None:
        return wrap(np.array(view(x, dtype)._array))
    return OPS["view_copy"](x, size=check_view(sizes_of((size,)), x._array.size))


@public(method=False)
def diagonal_copy(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """:func:`diagonal`, copied."""
    x = must_be_tensor("diagonal_copy", "input", 1, input)
    return OPS["diagonal_copy"](x, offset=offset, dim1=dim1, dim2=dim2)


@public()
def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """:func:`narrow`, copied."""
    return OPS["narrow_copy"](must_be_tensor("narrow_copy", "input", 1, input), dim=dim, start=start, length=length)


@public(method=False)
def split_copy(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`split`, copied."""
    return OPS["split_copy"].several(must_be_tensor("split_copy", "input", 1, input), split_size=split_size, dim=dim)


@public(method=False)
def split_with_sizes_copy(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`split_with_sizes`, copied."""
    x = must_be_tensor("split_with_sizes_copy", "input", 1, input)
    return OPS["split_with_sizes_copy"].several(x, split_sizes=sizes_of((split_sizes,)), dim=dim)


@public(method=False)
def unbind_copy(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """:func:`unbind`, copied."""
    return OPS["unbind_copy"].several(must_be_tensor("unbind_copy", "input", 1, input), dim=dim)

"""Reading and writing the places that an index tensor or a mask points to: gather, scatter, index_*, take, masked_*."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..apply import apply_in_place, partly_same, refuse_leaves
from ..errors import SHARED_MEMORY, broadcast_mismatch, type_name
from ..functions.dims import normalize_dim
from ..memory_format import shares_memory
from ..op import Op
from ..ops._views import expand as expanded
from ..tensor import Tensor, wrap
from ..warn import warn_once
from .indexing import must_be_indices, refuse_bytes, warn_of_bytes
from .registry import must_be_tensor, public
from .shape import expand, view

Apply = Callable[..., Tensor]


def _out(op: Op, x: Tensor, *others: Any, **params: Any) -> Tensor:
    return op(x, *others, **params)


def _both(name: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Publish ``f(apply, x, ...)`` as function and method, and as ``name_`` writing in place."""

    def publish(f: Callable[..., Tensor]) -> Callable[..., Tensor]:
        parameters = list(inspect.signature(f).parameters.values())[1:]

        def out_of_place(input: Any, *args: Any, **kwargs: Any) -> Tensor:
            return f(_out, must_be_tensor(name, "input", 1, input), *args, **kwargs)

        def in_place(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            return f(apply_in_place, self, *args, **kwargs)

        for made, public_name in ((out_of_place, name), (in_place, name + "_")):
            made.__name__ = made.__qualname__ = public_name
            made.__doc__ = f.__doc__
            vars(made)["__signature__"] = inspect.Signature(parameters)
        public(name=name)(out_of_place)
        public(function=False, name=name + "_")(in_place)
        return out_of_place

    return publish


@public()
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """``input`` at the places along ``dim`` that ``index`` points to, one for each of its elements."""
    x, where = must_be_tensor("gather", "input", 1, input), must_be_tensor("gather", "index", 3, index)
    return ops.indexing.gather(x, where, dim=dim, sparse_grad=sparse_grad)


@_both("scatter")
def scatter(
    apply: Apply, input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: Any = None
) -> Tensor:
    """``input`` with ``src`` (a tensor or a number) at the places along ``dim`` that ``index`` points to."""
    source = value if src is None else src
    if reduce is not None and isinstance(source, Tensor):
        warn_once(_SCATTER_WITH_REDUCE)
        return apply(ops.scattering.scatter_reduced, input, index, source, dim=dim, reduce=reduce)
    if reduce is not None:
        return apply(ops.scattering.scatter_value_reduced, input, index, dim=dim, value=source, reduce=reduce)
    if isinstance(source, Tensor):
        return apply(ops.indexing.scatter, input, index, source, dim=dim)
    return apply(ops.indexing.scatter_value, input, index, dim=dim, value=source)


@_both("scatter_add")
def scatter_add(apply: Apply, input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """``input`` with ``src`` added at the places along ``dim`` that ``index`` points to."""
    return apply(ops.indexing.scatter_add, input, index, src, dim=dim)


@_both("scatter_reduce")
def scatter_reduce(
    apply: Apply, input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """``input`` with what ``src`` brings to each place along ``dim`` reduced to one number."""
    params = {"dim": dim, "reduce": reduce, "include_self": include_self}
    return apply(ops.scattering.scatter_reduce, input, index, src, **params)


@_both("index_reduce")
def index_reduce(
    apply: Apply, input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """``input`` with the slices of ``source`` reduced into positions ``index`` of ``dim``."""
    params = {"dim": dim, "reduce": reduce, "include_self": include_self}
    result = apply(ops.scattering.index_reduce, input, index, source, **params)
    warn_once(_INDEX_REDUCE)
    return result


@public()
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Positions ``index`` of dimension ``dim``."""
    return ops.indexing.index_select(must_be_tensor("index_select", "input", 1, input), index, dim=dim)


@_both("index_add")
def index_add(apply: Apply, input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """``input`` with ``alpha * source`` added at positions ``index`` of ``dim``."""
    return apply(ops.indexing.index_add, input, index, source, dim=dim, alpha=alpha)


@_both("index_copy")
def index_copy(apply: Apply, input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """``input`` with ``source`` at positions ``index`` of ``dim``."""
    return apply(ops.indexing.index_copy, input, index, source, dim=dim)


@_both("index_fill")
def index_fill(apply: Apply, input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """``input`` with one number at positions ``index`` of ``dim``."""
    if apply is not _out:
        _refuse_shared(input, (index,))
    if isinstance(value, Tensor):
        return apply(ops.indexing.index_fill_tensor, input, index, value, dim=dim)
    return apply(ops.indexing.index_fill, input, index, dim=dim, value=value)


@_both("index_put")
def index_put(apply: Apply, input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """``input`` with ``values`` at the places that the index tensors, one for each dimension, point to."""
    if not isinstance(indices, tuple | list):
        name = "index_put" if apply is _out else "index_put_"
        raise TypeError(f"{name}(): argument 'indices' must be tuple of Tensors, not {type_name(indices)}")
    for place, index in enumerate(indices):
        if not isinstance(index, Tensor):
            raise TypeError(f"expected Tensor as element {place} in argument 0, but got {type_name(index)}")
    if not indices:
        raise RuntimeError("sym_strides() called on an undefined Tensor")
    must_be_indices(indices)
    if not accumulate:
        refuse_bytes(input, tuple(indices), values)
    warn_of_bytes(indices)
    if apply is not _out:
        _refuse_shared(input, indices)
    return apply(ops.indexing.index_put, input, values, indices=tuple(indices), accumulate=accumulate)


def _refuse_shared(input: Tensor, indices: Sequence[Tensor]) -> None:
    """Raises RuntimeError where an index lies where it says what to write over."""
    for index in indices:
        if index._storage is input._storage and partly_same(index._array, input._array, True):
            raise RuntimeError(
                SHARED_MEMORY.format("some elements of the input tensor and the written-to tensor refer")
            )


@public()
def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements by their position in a row."""
    return ops.indexing.take(must_be_tensor("take", "input", 1, input), index)


@_both("put")
def put(apply: Apply, input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """``input`` with ``source`` at positions counted in a row."""
    if apply is not _out:
        _refuse_shared(input, (index, source))
    return apply(ops.indexing.put, input, index, source, accumulate=accumulate)


@public()
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """:func:`gather` that broadcasts all dimensions but ``dim``."""
    x, where = must_be_tensor("take_along_dim", "input", 1, input), indices
    if where._array.dtype != np.int64:
        name = where.dtype.legacy_name.removesuffix("Tensor")
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {name}")
    if dim is None:
        return gather(view(x, -1), 0, view(where, -1))
    if x.ndim != where.ndim:
        raise RuntimeError(
            f"torch.take_along_dim(): input and indices should have the same number of dimensions, but got {x.ndim} "
            f"dimensions for input, and {where.ndim} dimensions for indices"
        )
    axis = normalize_dim(dim, x.ndim)
    if x._array.shape[axis]:  # positions may be counted from the end, and on beyond it
        where = wrap(where._array % x._array.shape[axis])
    common = np.broadcast_shapes(_without(x, axis), _without(where, axis))
    wide, places = (expand(t, *common[:axis], t._array.shape[axis], *common[axis:]) for t in (x, where))
    return gather(wide, axis, places)


def _without(x: Tensor, axis: int) -> tuple[int, ...]:
    shape = x._array.shape
    return shape[:axis] + shape[axis + 1 :]


@public()
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where the mask is true, in a row."""
    x = must_be_tensor("masked_select", "input", 1, input)
    if mask._array.dtype.kind == "b":
        _refuse_mask_beside(mask, x)
    return ops.indexing.masked_select(x, mask)


def _refuse_mask_beside(mask: Tensor, x: Tensor) -> None:
    """Raises RuntimeError for a mask that does not broadcast with a tensor: PyTorch counts the mask first."""
    if (mismatch := broadcast_mismatch(mask._array.shape, x._array.shape)) is not None:
        raise mismatch


@_both("masked_scatter")
def masked_scatter(apply: Apply, input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """``input`` with the elements of ``source`` one after another where the mask is true."""
    if apply is apply_in_place and shares_memory(input._array):  # PyTorch looks at that before shapes
        refuse_leaves(input, (source,))
        raise RuntimeError(SHARED_MEMORY.format("more than one element of the written-to tensor refers"))
    if apply is apply_in_place:
        expanded(mask._array, input._array.shape)  # which PyTorch does before it looks at anything else
    elif mask._array.dtype.kind == "b":
        _refuse_mask_beside(mask, input)
    return apply(ops.indexing.masked_scatter, input, mask, source)


_SCATTER_WITH_REDUCE = (
    "The reduce argument of torch.scatter with Tensor src is deprecated and will be removed in a future PyTorch "
    "release. Use torch.scatter_reduce instead for more reduction options. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorAdvancedIndexing.cpp:225.)"
)
_INDEX_REDUCE = (
    "index_reduce() is in beta and the API may change at any time. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorAdvancedIndexing.cpp:1523.)"
)

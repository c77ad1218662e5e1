"""Tensors filled with one number, identities, and the indices of triangles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..dtypes import Array
from ..errors import MOST_BYTES, too_many
from ..geometry import refuse_outside
from ..layouts import kept_strides, laid, strides_of
from ..memory_format import laid_out, preserve_format
from ..ops.creation import CREATION
from ..promotion import held
from ..tensor import Tensor
from ..warn import warn
from .data import COPY_CONSTRUCT
from .nested import array_of
from .registry import must_be_tensor, public
from .sizes import check_sizes, filled, made, options, sizes_of_call, storable


def _filled(name: str, fill: int) -> Callable[..., Tensor]:
    def function(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any) -> Tensor:
        if CORE is not None and dtype is None and device is None and not rest:
            kind = dtypes.default_floating().numpy
            usual: Tensor | None = CORE.filled(CREATION[name], size, fill == 1, kind, requires_grad)
            if usual is not None:
                return usual
        shape = sizes_of_call(name, size, rest.pop("size", None))
        kind = options(name, dtype, device, **rest)
        array = filled(shape, fill, kind)
        if rest.get("memory_format") is not None:
            array = laid_out(array, rest["memory_format"])
        return made(name, array, requires_grad, {"size": shape})

    function.__name__ = name
    function.__doc__ = f"{name.capitalize()} of a shape given as numbers, one sequence, or ``size=``."
    return public(method=False, name=name)(function)


zeros, ones, empty = _filled("zeros", 0), _filled("ones", 1), _filled("empty", 0)


@public(method=False)
def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """One number everywhere; its dtype follows the number unless given."""
    if not isinstance(size, tuple | list):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    shape = sizes_of_call("full", (size,))
    value = fill_value.item() if isinstance(fill_value, Tensor | np.generic) else fill_value
    kind = options("full", dtypes.of_scalar(value) if dtype is None else dtype, device, **rest)
    return made("full", filled(shape, held(value, kind), kind), requires_grad, {"size": shape, "fill_value": value})


@public(method=False)
def empty_strided(
    size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """Zeros with sizes and strides as given."""
    kind = options("empty_strided", dtype, device, **rest)
    check_sizes("empty_strided", tuple(size))
    if len(size) != len(stride):
        raise RuntimeError(
            f"dimensionality of sizes ({len(size)}) must match dimensionality of strides ({len(stride)})"
        )
    count = 1 + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    refuse_outside(count, size, stride, 0)
    if count * kind.itemsize > MOST_BYTES:
        raise too_many(size, stride)
    flat = np.zeros(max(count, 0), kind)
    array = np.lib.stride_tricks.as_strided(flat, tuple(size), tuple(n * kind.itemsize for n in stride))
    return made("empty", array, requires_grad, {"size": tuple(size)})


@public(method=False)
def empty_permuted(
    size: Any, physical_layout: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """Zeros whose dimensions lie in memory in the given order."""
    sizes, order = tuple(size), tuple(physical_layout)
    if len(sizes) != len(order):
        raise RuntimeError(
            f"Number of dimensions in size does not match the length of the physical_layout; i.e. len(size) = "
            f"{len(sizes)} is not equal to len(physical_layout) = {len(order)}"
        )
    for d in order:
        if not 0 <= d < len(sizes):
            raise RuntimeError(f"Dimension out of range (expected to be between 0 and {len(sizes) - 1}, but got {d} at "
                               f"index {order.index(d)}).  NB: negative dims not currently supported; file an issue if "
                               "you want it.")  # fmt: skip
    if len(set(order)) != len(order):
        raise RuntimeError("Duplicate dim not allowed")
    kind = options("empty_permuted", dtype, device, **rest)
    array = np.zeros(tuple(sizes[d] for d in order), kind).transpose(np.argsort(order).tolist())
    return made("empty", array, requires_grad, {"size": sizes})


@public(function=False)
def new_empty_strided(
    self: Tensor, size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    **rest: Any,
) -> Tensor:  # fmt: skip
    """:func:`empty_strided` with the dtype of this tensor."""
    kind = self.dtype if dtype is None else dtype
    return empty_strided(size, stride, dtype=kind, device=device, requires_grad=requires_grad, **rest)


# -- like another -----------------------------------------------------------------------------------------------------


def like_array(x: Tensor, name: str, fill: Any, dtype: Any, device: Any, **rest: Any) -> Array:
    """An array in the shape, the dtype (unless given) and the order in memory of a tensor, filled with a number."""
    kind = x._array.dtype if dtype is None else options(name, dtype, None)
    options(name, None, device, **rest)
    order = rest.get("memory_format")
    array = np.full(x._array.shape, held(fill, np.dtype(kind)), dtype=kind)
    if order not in (None, preserve_format):
        return laid_out(array, order)
    steps = kept_strides(x._array)
    return array if strides_of(array) == steps else laid(array, steps)


def _like(name: str, fill: int) -> None:
    def function(
        input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
    ) -> Tensor:
        x = must_be_tensor(f"{name}_like", "input", 1, input)
        array = like_array(x, f"{name}_like", fill, dtype, device, **rest)
        return made(name, array, requires_grad, {"like": tuple(x.shape)})

    function.__name__, function.__doc__ = f"{name}_like", f"{name.capitalize()} in the shape of another tensor."
    public(method=False, name=f"{name}_like")(function)

    def new(
        self: Tensor, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
    ) -> Tensor:
        shape = sizes_of_call(f"new_{name}", size, rest.pop("size", None))
        kind = options(f"new_{name}", self.dtype if dtype is None else dtype, device, **rest)
        return made(name, filled(shape, fill, kind), requires_grad, {"size": shape})

    new.__name__, new.__doc__ = f"new_{name}", f"{name.capitalize()} with the dtype of this tensor."
    public(function=False, name=f"new_{name}")(new)


for _name, _fill in {"zeros": 0, "ones": 1, "empty": 0}.items():
    _like(_name, _fill)


@public(method=False)
def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """One number in the shape of another tensor."""
    x = must_be_tensor("full_like", "input", 1, input)
    value = fill_value.item() if isinstance(fill_value, Tensor | np.generic) else fill_value
    array = like_array(x, "full_like", value, dtype, device, **rest)
    return made("full", array, requires_grad, {"like": tuple(x.shape)})


@public(function=False)
def new_full(
    self: Tensor, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False,
    **rest: Any,
) -> Tensor:  # fmt: skip
    """One number everywhere, with the dtype of this tensor."""
    kind = self.dtype if dtype is None else dtype
    return full(size, fill_value, dtype=kind, device=device, requires_grad=requires_grad, **rest)


@public(function=False)
def new_tensor(
    self: Tensor, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A copy of data, with the dtype of this tensor."""
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str'")
    if isinstance(data, Tensor):
        warn(COPY_CONSTRUCT.format("tensor.new_tensor"))
    kind = dtypes._BY_NUMPY[options("new_tensor", self.dtype if dtype is None else dtype, device)]
    return made("tensor", array_of(data, kind), requires_grad, {"data": data})


@public(method=False)
def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    for name, extent in (("n", n), ("m", n if m is None else m)):
        if extent < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {extent}")
    if n * (n if m is None else m) > _MOST_ELEMENTS:
        raise RuntimeError("numel: integer multiplication overflow")
    kind = options("eye", dtype, device, **rest)
    storable((n, n if m is None else m), kind)
    return made("eye", np.eye(n, m, dtype=kind), requires_grad, {"n": n, "m": m})


_MOST_ELEMENTS = 2**63 - 1


def _triangle(name: str) -> None:
    def function(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None, **rest: Any) -> Tensor:
        for side, size in (("row", row), ("col", col)):
            if size < 0:
                raise RuntimeError(f"{side} must be non-negative, got{size}")
        kind = options(name, dtypes.int64 if dtype is None else dtype, device, **rest)
        offset = min(max(offset, -row - 1), col + 1)
        ones = np.ones(storable((row, col), np.dtype(bool)), dtype=bool)
        found = np.argwhere(np.tril(ones, offset) if name == "tril_indices" else np.triu(ones, offset))
        return made("arange", np.ascontiguousarray(found.T).astype(kind), False, {"row": row, "col": col})

    function.__name__, function.__doc__ = name, "The indices of a triangle of a matrix, row by row."
    public(method=False, name=name)(function)


_triangle("tril_indices")
_triangle("triu_indices")

"""Tensors filled with one number, or with numbers counted off."""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..dtypes import FLOATS, INEXACT, Array
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..errors import MOST_BYTES, too_many
from ..fused import multiply_add
from ..geometry import refuse_outside
from ..layouts import kept_strides, laid, strides_of
from ..memory_format import laid_out, preserve_format
from ..ops._words import C_NAMES, label
from ..ops.creation import CREATION
from ..promotion import held
from ..tensor import Tensor
from ..warn import warn
from .data import _COPY_CONSTRUCT, array_of
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
    if isinstance(data, Tensor):
        warn(_COPY_CONSTRUCT.format("tensor.new_tensor"))
    kind = dtypes._BY_NUMPY[options("new_tensor", self.dtype if dtype is None else dtype, device)]
    return made("tensor", array_of(data, kind), requires_grad, {"data": data})


# -- counted ----------------------------------------------------------------------------------------------------------


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

_WHOLE = 2048
"""Every dtype holds the whole numbers below it."""


@public(method=False)
def arange(*bounds: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **names: Any) -> Tensor:
    """``arange(end)``, ``arange(start, end)``, ``arange(start, end, step)``; integers unless a bound is a float."""
    if len(bounds) == 1 and type(bounds[0]) is float and dtype is device is None and not names:
        kind = dtypes.default_floating().numpy
        if CORE is not None:
            usual: Tensor | None = CORE.counted(CREATION["arange"], bounds[0], kind, requires_grad)
            if usual is not None:
                return usual
        if 0 <= bounds[0] < _WHOLE and kind.kind == "f":  # as most calls have it, in a third of the time
            array = np.arange(math.ceil(bounds[0]), dtype=kind)
            return made("arange", array, requires_grad, {"start": 0, "end": bounds[0], "step": 1})
    values = [x.item() if isinstance(x, Tensor | np.generic) else x for x in bounds]
    if len(values) > 3 or (not values and "end" not in names):
        raise TypeError('arange() missing 1 required positional arguments: "end"')
    start, end, step = {1: (0, *values, 1), 2: (*values, 1), 3: tuple(values)}.get(len(values), (0, 0, 1))
    if len(values) == 1 and "end" in names:
        start = values[0]
    start, end, step = (names.pop(k, v) for k, v in zip(("start", "end", "step"), (start, end, step), strict=True))
    for value in (start, end, step):
        if not isinstance(value, int | float):
            raise TypeError(f"arange(): argument 'end' (position 1) must be Number, not {type(value).__name__}")
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {_plain(start)} -> {_plain(end)}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if dtype is None and not any(isinstance(v, float) for v in (start, end, step)):
        dtype = dtypes.int64
    kind = options("arange", dtype, device, **names)
    if kind.kind in "bc":
        raise NotImplementedError(f"\"arange_cpu\" not implemented for '{label(kind)}'")
    if kind.kind in "iu":
        count = math.ceil((end - start) / step)  # int64 alone counts its steps between whole numbers
        start, end, step = (int(v) for v in (start, end, step))
        if step == 0 and kind.itemsize == 8:
            raise ValueError("step must be nonzero")
    if kind.kind in FLOATS or kind.itemsize == 8:
        count = math.ceil((end - start) / step)
    count = max(0, count)
    storable((count,), kind)
    if start == 0 and step == 1 and count < _WHOLE:
        array = np.arange(count, dtype=kind if kind.kind in FLOATS else np.int64).astype(kind, copy=False)
    else:
        array = _steps_from(start, step, count, kind)
    return made("arange", array, requires_grad, {"start": start, "end": end, "step": step})


_REGISTER = 32
"""Bytes that a vectorised loop takes at once, twice in each round."""


def _steps_from(start: float, step: float, count: int, kind: np.dtype[Any]) -> Array:
    """``start + k * step``, rounded where PyTorch's loop rounds: a register begins at such a number, rounded to the
    dtype, and counts on from there, each with one fused multiplication and addition. So ``arange(-8., 8., 0.1)`` has no
    zero."""
    last = start + step * count
    if kind.kind not in FLOATS or (start == int(start) and step == int(step) and max(abs(start), abs(last)) < 2048):
        plain: Array = (start + np.arange(count) * step).astype(kind)
        return plain
    inner = np.dtype(np.float32 if kind.itemsize == 2 else np.float64)
    lanes = _REGISTER // kind.itemsize
    whole = count - count % (2 * lanes)
    places = np.concatenate((np.arange(0, whole, lanes), np.arange(whole, count)))
    begun = multiply_add(places.astype(inner), step, start).astype(kind)
    counted = np.empty(count, kind)
    rows, rest = begun[: whole // lanes, None], begun[whole // lanes :]
    if kind.itemsize == 4:  # in double, of which the last bit does not matter
        counted[:whole] = (rows + np.arange(lanes) * float(step)).ravel()
    else:
        counted[:whole] = multiply_add(np.arange(lanes, dtype=inner), step, rows).ravel()
    counted[whole:] = rest
    return counted


@public(method=False)
def range(
    start: Any = 0, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """``start`` to ``end``, both included."""
    kind = options("range", dtype, device, **rest)
    warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end)."
    )
    if kind.kind == "b":
        raise NotImplementedError("\"range_cpu\" not implemented for 'Bool'")
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not math.isfinite(start) or not math.isfinite(end):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (step > 0 and end < start) or (step < 0 and end > start):
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = int((end - start) / step) + 1
    array = (start + np.arange(count) * step).astype(kind)
    return made("arange", array, requires_grad, {"start": start, "end": end, "step": step})


def _plain(value: float) -> str:
    return f"{value:g}"


@public(method=False)
def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """``steps`` numbers evenly from ``start`` to ``end``, both included."""
    first, last = _bounds("linspace", start, end)
    if dtype is None and complex in (type(first), type(last)):
        dtype = dtypes.of_scalar(1j)
    _check_complex("linspace", first, last, dtype)
    kind = options("linspace", dtype, device, **rest)
    steps = index(steps)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    storable((steps,), kind)
    array = _linspace(first, last, steps, kind)
    return made("linspace", array, requires_grad, {"start": first, "end": last, "steps": steps})


def _check_complex(name: str, first: Any, last: Any, dtype: Dtype | None) -> None:
    """Raises RuntimeError for complex bounds of real numbers."""
    if dtype is not None and not dtype.is_complex and complex in (type(first), type(last)):
        raise RuntimeError(
            f"torch.{name}(): inferred dtype {C_NAMES[dtypes.of_scalar(1j).name]} can't be safely cast to passed dtype "
            f"{dtype.legacy_name.removesuffix('Tensor')}"
        )


def _bounds(name: str, start: Any, end: Any) -> Any:
    """Both ends as numbers. Raises RuntimeError for tensors that are not one number."""
    bounds = {"start": start, "end": end}
    vectors = {key: x.ndim for key, x in bounds.items() if isinstance(x, Tensor) and x.ndim}
    if vectors:
        taken = " and ".join(bounds)
        found = " and ".join(f"{key} with {ndim} dimension(s)" for key, ndim in vectors.items())
        raise RuntimeError(f"{name} only supports 0-dimensional {taken} tensors, but got {found}.")
    return map(_number, bounds.values())


def _number(bound: Any) -> Any:
    """A bound as a number."""
    if not isinstance(bound, Tensor):
        return bound
    bound._array  # noqa: B018 (under vmap it is out of reach, and the whole call is made for each item)
    return bound.item()


def _linspace(start: float, end: float, steps: int, kind: np.dtype[Any]) -> Array:
    """From both ends towards the middle, as PyTorch does it, so that both ends are exact."""
    if steps < 2:
        return np.full(steps, held(start, kind), dtype=kind)
    if kind.kind == "c":
        ends = complex(start), complex(end)
        part = dtypes._BY_NUMPY[kind].to_real().numpy
        joined = np.empty(steps, kind)
        joined.real = _linspace(ends[0].real, ends[1].real, steps, part)
        joined.imag = _linspace(ends[0].imag, ends[1].imag, steps, part)
        return joined
    if kind.kind not in FLOATS:
        whole: Array = _linspace(held(start, kind), held(end, kind), steps, np.dtype(np.float64)).astype(kind)
        return whole
    first, last = np.asarray(held(start, kind), kind), np.asarray(held(end, kind), kind)
    if kind.itemsize == 2:
        return _linspace_of_halves(first, last, steps)
    # Products are added without rounding between, as PyTorch's fused instruction does it.
    wide = np.longdouble if kind.itemsize == 8 else np.float64
    width = wide((last - first) / kind.type(steps - 1))
    position = np.arange(steps)
    up = first + width * position
    down = last - width * (steps - 1 - position)
    array: Array = np.where(position < steps // 2, up, down).astype(kind)
    return array


def _linspace_of_halves(first: Array, last: Array, steps: int) -> Array:
    """The same in 16 bits, which each step of it rounds to."""
    kind = first.dtype

    def rounded(x: Any) -> Array:
        return np.asarray(x).astype(kind).astype(np.float32)

    one, other = first.astype(np.float32), last.astype(np.float32)
    width = rounded(rounded(other - one) / rounded(steps - 1))
    position = np.arange(steps)
    up = one + rounded(width * rounded(position))
    down = other - rounded(width * rounded(steps - 1 - position))
    return np.where(position < steps // 2, up, down).astype(kind)


@public(method=False)
def logspace(
    start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """``base`` to the powers evenly from ``start`` to ``end``."""
    first, last = _bounds("logspace", start, end)
    if dtype is None and complex in (type(first), type(last), type(base)):
        dtype = dtypes.of_scalar(1j)
    _check_complex("logspace", first, last, dtype)
    kind = options("logspace", dtype, device, **rest)
    steps = index(steps)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    storable((steps,), kind)
    if kind.kind not in INEXACT:
        first, last = int(first), int(last)
    exponents = _linspace(first, last, steps, kind if kind.kind in INEXACT else np.dtype(np.float64))
    array = np.power(exponents.dtype.type(base), exponents).astype(kind)
    return made("logspace", array, requires_grad, {"start": first, "end": last, "steps": steps, "base": base})


def _triangle(name: str) -> None:
    def function(row: int, col: int, offset: int = 0, *, dtype: Any = None, device: Any = None, **rest: Any) -> Tensor:
        for side, size in (("row", row), ("col", col)):
            if size < 0:
                raise RuntimeError(f"{side} must be non-negative, got{size}")
        kind = options(name, dtypes.int64 if dtype is None else dtype, device, **rest)
        ones = np.ones((row, col), dtype=bool)
        found = np.argwhere(np.tril(ones, offset) if name == "tril_indices" else np.triu(ones, offset))
        return made("arange", np.ascontiguousarray(found.T).astype(kind), False, {"row": row, "col": col})

    function.__name__, function.__doc__ = name, "The indices of a triangle of a matrix, row by row."
    public(method=False, name=name)(function)


_triangle("tril_indices")
_triangle("triu_indices")

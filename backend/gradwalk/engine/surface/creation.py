"""Functions that make tensors: from data, filled, counted, random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, prod
from typing import Any

import numpy as np

from .. import dtypes, random
from ..device import check_device
from ..dtypes import Array
from ..dtypes import dtype as Dtype  # noqa: N812
from ..observe import observer
from ..ops.creation import CREATION
from ..tensor import Tensor, wrap
from ..warn import warn
from .graph import cast
from .registry import must_be_tensor, public


def made(
    name: str, array: Array, requires_grad: bool, params: dict[str, Any], sources: Sequence[Tensor] = ()
) -> Tensor:
    """A new leaf holding ``array``, told to the observer as an application of the creation op ``name``.

    ``sources``: tensors whose numbers went in, without their history.
    """
    result = wrap(array)
    if requires_grad:
        if array.dtype.kind != "f":
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        result._requires_grad = True
    observer().op_applied(CREATION[name], sources, params, (result,), None)
    return result


def numpy_dtype(dtype: Dtype | None) -> np.dtype[Any]:
    """The numpy type of a dtype argument; the default floating type for None."""
    return (dtypes.default_floating() if dtype is None else dtype).numpy


# -- from data --------------------------------------------------------------------------------------------------------


@public(method=False)
def tensor(
    data: Any, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new leaf with a copy of ``data``: numbers, nested sequences, arrays or tensors. Never part of a graph."""
    check_device(device)
    if isinstance(data, Tensor):
        warn(_COPY_CONSTRUCT)
    return made("tensor", array_of(data, dtype), requires_grad, {"data": data}, tuple(_tensors_in(data)))


@public(method=False)
def as_tensor(data: Any, dtype: Dtype | None = None, device: Any = None) -> Tensor:
    """``data`` itself if it is a tensor of that dtype, else :func:`tensor`; arrays share memory."""
    check_device(device)
    if isinstance(data, Tensor):
        return data if dtype in (None, data.dtype) else cast(data, dtype or data.dtype)
    if isinstance(data, np.ndarray) and dtype is None:
        return from_numpy(data)
    return made("as_tensor", array_of(data, dtype), False, {"data": data}, tuple(_tensors_in(data)))


@public(method=False)
def from_numpy(ndarray: Any) -> Tensor:
    """A tensor that shares the array's memory. Raises TypeError for anything but an array of a known type."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.of(ndarray)
    return made("from_numpy", ndarray, False, {})


def array_of(data: Any, dtype: Dtype | None) -> Array:
    """An array with a copy of numbers, nested sequences, arrays or tensors. Raises in PyTorch's words."""
    if isinstance(data, np.ndarray | np.generic):
        kind = dtypes.of(data) if dtype is None else dtype
        return np.array(data, dtype=kind.numpy)
    if isinstance(data, Tensor):
        return np.array(data._array, dtype=None if dtype is None else dtype.numpy)
    shape = _shape_of(data)
    numbers: list[Any] = []
    _flatten(data, shape, 0, numbers)
    if dtype is None:
        dtype = _inferred(numbers) if numbers else dtypes.default_floating()
    values = [x._array.item() if isinstance(x, Tensor) else x for x in numbers]
    if dtype.category == dtypes.INTEGER:
        values = [int(v) for v in values]
        limits = np.iinfo(dtype.numpy)
        if any(not limits.min <= v <= limits.max for v in values):
            raise RuntimeError(f"value cannot be converted to type {dtype.name}_t without overflow")
    return np.array(values, dtype=dtype.numpy).reshape(shape)


def _tensors_in(data: Any) -> Iterator[Tensor]:
    if isinstance(data, Tensor):
        yield data
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _tensors_in(item)


def _is_sequence(data: Any) -> bool:
    return isinstance(data, list | tuple | range) or (isinstance(data, np.ndarray) and data.ndim > 0)


def _shape_of(data: Any) -> tuple[int, ...]:
    shape = []
    while _is_sequence(data):
        shape.append(len(data))
        if not len(data):
            break
        data = data[0]
    if isinstance(data, str) and shape:
        raise ValueError("too many dimensions 'str'")
    return tuple(shape)


def _flatten(data: Any, shape: tuple[int, ...], depth: int, into: list[Any]) -> None:
    if depth == len(shape):
        if isinstance(data, Tensor) and data._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if _is_sequence(data) or not isinstance(data, Tensor | bool | int | float | np.generic):
            if _is_sequence(data):
                raise ValueError(f"expected sequence of length 1 at dim {depth} (got {len(data)})")
            if depth == 0:
                raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
            raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
        into.append(data)
        return
    if not _is_sequence(data):
        raise TypeError(f"expected sequence at dim {depth} (got {type(data).__name__})")
    if len(data) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(data)})")
    for item in data:
        _flatten(item, shape, depth + 1, into)


def _inferred(numbers: Sequence[Any]) -> Dtype:
    kinds = {
        dtypes.of(x._array) if isinstance(x, Tensor)
        else dtypes.of(x) if isinstance(x, np.generic) else dtypes.of_scalar(x)
        for x in numbers
    }  # fmt: skip
    found = kinds.pop()
    for kind in kinds:
        found = dtypes.promote(found, kind)
    return found


# -- filled -----------------------------------------------------------------------------------------------------------


def _sizes(function: str, size: tuple[Any, ...], by_keyword: Any = None) -> tuple[int, ...]:
    if by_keyword is not None:
        size = (by_keyword,)
    given = tuple(size[0]) if len(size) == 1 and isinstance(size[0], tuple | list) else size
    for n in given:
        if isinstance(n, bool) or not hasattr(n, "__index__"):
            raise TypeError(f"{function}(): argument 'size' (position 1) must be tuple of ints, not {type(n).__name__}")
    found = tuple(int(n) for n in given)
    if any(n < 0 for n in found):
        negative = next(n for n in found if n < 0)
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {negative}: [{', '.join(map(str, found))}]"
        )
    return found


@public(method=False)
def zeros(
    *size: Any, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False, **names: Any
) -> Tensor:
    """Zeros of a shape given as numbers, one sequence, or ``size=``."""
    check_device(device)
    shape = _sizes("zeros", size, names.get("size"))
    return made("zeros", np.zeros(shape, numpy_dtype(dtype)), requires_grad, {"size": shape})


@public(method=False)
def ones(
    *size: Any, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False, **names: Any
) -> Tensor:
    """Ones of a shape given as numbers, one sequence, or ``size=``."""
    check_device(device)
    shape = _sizes("ones", size, names.get("size"))
    return made("ones", np.ones(shape, numpy_dtype(dtype)), requires_grad, {"size": shape})


@public(method=False)
def empty(
    *size: Any, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False, **names: Any
) -> Tensor:
    """A tensor whose numbers do not matter: zeros here, so that a lesson shows the same twice."""
    check_device(device)
    shape = _sizes("empty", size, names.get("size"))
    return made("empty", np.zeros(shape, numpy_dtype(dtype)), requires_grad, {"size": shape})


@public(method=False)
def full(
    size: Any, fill_value: Any, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One number everywhere; its dtype follows the number unless given."""
    check_device(device)
    shape = _sizes("full", (size,))
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    kind = dtypes.of_scalar(value) if dtype is None else dtype
    array = np.full(shape, value, kind.numpy)
    return made("full", array, requires_grad, {"size": shape, "fill_value": value})


def _like(name: str, input: Any, dtype: Dtype | None, requires_grad: bool, fill: float) -> Tensor:
    x = must_be_tensor(f"{name}_like", "input", 1, input)
    array = np.full_like(x._array, fill, dtype=None if dtype is None else dtype.numpy)
    return made(name, array, requires_grad, {"like": tuple(x.shape)})


@public(method=False)
def zeros_like(input: Any, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape of another tensor."""
    return _like("zeros", input, dtype, requires_grad, 0)


@public(method=False)
def ones_like(input: Any, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape of another tensor."""
    return _like("ones", input, dtype, requires_grad, 1)


@public(method=False)
def full_like(
    input: Any, fill_value: Any, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One number in the shape of another tensor."""
    return _like("full", input, dtype, requires_grad, fill_value)


@public(method=False)
def eye(
    n: int, m: int | None = None, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    return made("eye", np.eye(n, m, dtype=numpy_dtype(dtype)), requires_grad, {"n": n, "m": m})


# -- counted ----------------------------------------------------------------------------------------------------------


@public(method=False)
def arange(
    *bounds: Any, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False, **names: Any
) -> Tensor:
    """``arange(end)``, ``arange(start, end)``, ``arange(start, end, step)``; integers unless a bound is a float."""
    check_device(device)
    values = [x.item() if isinstance(x, Tensor) else x for x in bounds]
    start, end, step = {1: (0, *values, 1), 2: (*values, 1), 3: tuple(values)}.get(len(values), (0, 0, 1))
    start, end, step = (names.get(k, v) for k, v in zip(("start", "end", "step"), (start, end, step), strict=True))
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if dtype is None:
        floats = any(isinstance(v, float) for v in (start, end, step))
        dtype = dtypes.default_floating() if floats else dtypes.int64
    count = max(0, ceil((end - start) / step))
    array = (start + np.arange(count) * step).astype(dtype.numpy)
    return made("arange", array, requires_grad, {"start": start, "end": end, "step": step})


@public(method=False)
def linspace(
    start: float, end: float, steps: int, *, dtype: Dtype | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """``steps`` numbers evenly from ``start`` to ``end``, both included."""
    kind = numpy_dtype(dtype)
    array = _linspace(start, end, steps, kind)
    return made("linspace", array, requires_grad, {"start": start, "end": end, "steps": steps})


def _linspace(start: float, end: float, steps: int, kind: np.dtype[Any]) -> Array:
    """From both ends towards the middle, as PyTorch does it, so that both ends are exact."""
    if steps < 2:
        return np.full(steps, start, dtype=kind)
    first, last = np.asarray(start, kind), np.asarray(end, kind)
    step = (last - first) / kind.type(steps - 1)
    position = np.arange(steps)
    rising = first + step * position.astype(kind)
    falling = last - step * (steps - 1 - position).astype(kind)
    array: Array = np.where(position < steps // 2, rising, falling).astype(kind)
    return array


# -- random -----------------------------------------------------------------------------------------------------------


@public(method=False)
def rand(
    *size: Any, generator: random.Generator | None = None, dtype: Dtype | None = None, device: Any = None,
    requires_grad: bool = False, **names: Any,
) -> Tensor:  # fmt: skip
    """Uniform in [0, 1)."""
    check_device(device)
    shape = _sizes("rand", size, names.get("size"))
    source = generator or random.default_generator
    return made("rand", source.uniform(prod(shape), numpy_dtype(dtype)).reshape(shape), requires_grad, {"size": shape})


@public(method=False)
def randn(
    *size: Any, generator: random.Generator | None = None, dtype: Dtype | None = None, device: Any = None,
    requires_grad: bool = False, **names: Any,
) -> Tensor:  # fmt: skip
    """Standard normal: mean 0, variance 1."""
    check_device(device)
    shape = _sizes("randn", size, names.get("size"))
    source = generator or random.default_generator
    return made("randn", source.normal(prod(shape), numpy_dtype(dtype)).reshape(shape), requires_grad, {"size": shape})


@public(method=False)
def randint(
    *bounds: Any, generator: random.Generator | None = None, dtype: Dtype | None = None, device: Any = None,
    requires_grad: bool = False, **names: Any,
) -> Tensor:  # fmt: skip
    """Integers in [low, high): ``randint(high, size)`` or ``randint(low, high, size)``."""
    size = names.get("size", bounds[-1])
    numbers = bounds if "size" in names else bounds[:-1]
    low, high = (0, *numbers) if len(numbers) == 1 else numbers
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    shape = _sizes("randint", (size,))
    source = generator or random.default_generator
    kind = dtypes.int64 if dtype is None else dtype
    array = (source.below(high - low, prod(shape)) + low).reshape(shape).astype(kind.numpy)
    return made("randint", array, requires_grad, {"low": low, "high": high, "size": shape})


@public(method=False)
def randperm(
    n: int, *, generator: random.Generator | None = None, dtype: Dtype | None = None, device: Any = None,
    requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """0..n-1 in random order."""
    source = generator or random.default_generator
    kind = dtypes.int64 if dtype is None else dtype
    return made("randperm", source.permutation(n).astype(kind.numpy), requires_grad, {"n": n})


_COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
)

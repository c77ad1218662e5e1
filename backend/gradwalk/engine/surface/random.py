"""New random tensors, with PyTorch's own numbers for a seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import Array
from ..errors import MOST_BYTES
from ..functions.complexes import joined_parts, parts_of
from ..layouts import laid, strides_of
from ..ops import _random as drawn
from ..ops._random import source_of
from ..promotion import C_TYPES
from ..random import Generator
from ..tensor import Tensor
from .creation import like_array
from .random_in_place import check_range
from .registry import must_be_tensor, public
from .sizes import check_sizes, made, options, sizes_of_call, storable


def _lying_as(like: Array, array: Array) -> Array:
    """The array with another's strides, which numpy makes anew along dimensions of extent 1."""
    steps = strides_of(like)
    return array if strides_of(array) == steps else laid(array, steps)


def _publish(name: str, fill: Callable[[Array, float, float, Generator | None], Array], spread_of_parts: float) -> None:
    """Publish a function of sizes, and one of another tensor's; parts of complex numbers have a spread of their own."""

    def _filled(array: Array, generator: Generator | None) -> Array:
        if array.dtype.kind == "c":
            return joined_parts(fill(parts_of(array), 0.0, spread_of_parts, generator))
        return fill(array, 0.0, 1.0, generator)

    def function(
        *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
        requires_grad: bool = False, **rest: Any,
    ) -> Tensor:  # fmt: skip
        shape = sizes_of_call(name, size, rest.pop("size", None))
        kind = options(name, dtype, device, **rest)
        array = _filled(np.empty(storable(shape, kind), kind), generator)
        return made(name, array, requires_grad, {"size": shape})

    def like(
        input: Tensor, *, generator: Generator | None = None, dtype: Any = None, device: Any = None,
        requires_grad: bool = False, **rest: Any,
    ) -> Tensor:  # fmt: skip
        x = must_be_tensor(f"{name}_like", "input", 1, input)
        empty = like_array(x, f"{name}_like", 0, dtype, device, **rest)
        array = _lying_as(empty, _filled(empty, generator))
        return made(name, array, requires_grad, {"like": tuple(x.shape)})

    function.__name__, like.__name__ = name, f"{name}_like"
    public(method=False, name=name)(function)
    public(method=False, name=f"{name}_like")(like)


_publish("rand", drawn.uniform, 1.0)
_publish("randn", drawn.normal, math.sqrt(0.5))


@public(method=False)
def randint(
    *bounds: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **names: Any,
) -> Tensor:  # fmt: skip
    """Integers in [low, high): ``randint(high, size)`` or ``randint(low, high, size)``."""
    size = names.pop("size", None)
    numbers = list(bounds)
    if size is None:
        if len(numbers) < 2 - ("high" in names):
            raise TypeError('randint() missing 1 required positional arguments: "size"')
        size = numbers.pop()
        if not isinstance(size, tuple | list):
            raise TypeError(
                f"randint(): argument 'size' (position {len(bounds)}) must be tuple of ints, not {type(size).__name__}"
            )
    low, high = (0, *numbers) if len(numbers) == 1 and "high" not in names else (*numbers, 0, 0)[:2]
    low, high = names.pop("low", low), names.pop("high", high)
    for position, (argument, value) in enumerate((("low", low), ("high", high))):
        if not hasattr(value, "__index__"):
            place = position + (len(numbers) > 1)
            raise TypeError(
                f"randint(): argument '{argument}' (position {place}) must be int, not {type(value).__name__}"
            )
    low, high = int(low), int(high)
    if not (-MOST_BYTES - 1 <= low <= MOST_BYTES and -MOST_BYTES - 1 <= high <= MOST_BYTES):
        raise ValueError("Overflow when unpacking long long")
    shape = sizes_of_call("randint", (size,))
    kind = options("randint", dtypes.int64 if dtype is None else dtype, device, **names)
    empty = np.empty(storable(shape, kind), kind)
    check_range(dtypes.of(empty), low, high)
    array = drawn.integers(empty, low, high, generator)
    return made("randint", array, requires_grad, {"low": low, "high": high, "size": shape})


@public(method=False)
def randint_like(
    input: Tensor, low: int = 0, high: int | None = None, *, generator: Generator | None = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """Integers in [low, high), in the shape of another tensor."""
    low, high = (0, low) if high is None else (low, high)
    empty = like_array(must_be_tensor("randint_like", "input", 1, input), "randint_like", 0, dtype, device, **rest)
    check_range(dtypes.of(empty), low, high)
    array = _lying_as(empty, drawn.integers(empty, low, high, generator))
    return made("randint", array, requires_grad, {"low": low, "high": high})


@public(method=False)
def randperm(
    n: int, *, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """0..n-1 in random order."""
    if n >= 2**63:
        raise ValueError("Overflow when unpacking long long")
    check_sizes("randperm", (n,))
    kind = options("randperm", dtypes.int64 if dtype is None else dtype, device, **rest)
    storable((n,), np.dtype(np.int64))
    if kind.kind in "iu" and n > np.iinfo(kind).max + 1:
        raise RuntimeError(f"value cannot be converted to type {C_TYPES[kind.name]} without overflow")
    return made("randperm", source_of(generator).permutation(n).astype(kind), requires_grad, {"n": n})

"""Arguments that functions which make tensors share: sizes, dtypes, generators."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..device import check_device
from ..dtypes import INEXACT, Array
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..errors import not_enough_memory, type_name
from ..errors import storable as storable
from ..modes import UNSIGNED, UNUSUAL
from ..observe import observer
from ..ops.creation import CREATION
from ..tensor import Tensor, wrap
from ..unsigned import check_made


def made(
    name: str, array: Array, requires_grad: bool, params: dict[str, Any], sources: Sequence[Tensor] = ()
) -> Tensor:
    """A new leaf holding ``array``, told to the observer as an application of the creation op ``name``.

    ``sources``: tensors whose numbers went in, without their history.
    """
    if UNSIGNED in UNUSUAL:
        check_made(name, array)
    if CORE is not None:
        usual: Tensor | None = CORE.made(CREATION[name], array, requires_grad, params, sources)
        if usual is not None:
            return usual
    result = wrap(array)
    if requires_grad:
        if array.dtype.kind not in INEXACT:
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        result._requires_grad = True
    observer().op_applied(CREATION[name], sources, params, (result,), None)
    return result


def options(
    function: str,
    dtype: Any,
    device: Any,
    layout: Any = None,
    pin_memory: bool = False,
    memory_format: Any = None,
    out: Any = None,
) -> np.dtype[Any]:
    """The numpy type to make; the default floating type for None. Raises for what is no dtype or not on the CPU."""
    if device is not None:
        check_device(device)
    if layout is not None and repr(layout) != "torch.strided":
        raise NotImplementedError(f"Gradwalk has no sparse tensors: leave out layout={layout!r}.")
    if out is not None:
        raise TypeError(f"{function}() got an unexpected keyword argument 'out'")
    if dtype is None:
        return dtypes.default_floating().numpy
    if not isinstance(dtype, Dtype):
        found = dtypes.OF_PYTHON.get(dtype)
        if found is None:
            raise TypeError(f"{function}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")
        return found.numpy
    return dtype.numpy


def sizes_of(arguments: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    if len(arguments) == 1 and isinstance(arguments[0], tuple | list):
        arguments = tuple(arguments[0])
    return tuple(map(index, arguments))


def sizes_of_call(function: str, size: tuple[Any, ...], by_keyword: Any = None) -> tuple[int, ...]:
    """Sizes given as numbers, one sequence, or ``size=``. Raises in PyTorch's words."""
    if by_keyword is not None:
        size = (by_keyword,)
    elif not size:
        raise TypeError(f'{function}() missing 1 required positional arguments: "size"')
    sequence = len(size) == 1 and isinstance(size[0], tuple | list)
    given = tuple(size[0]) if sequence else size
    for position, n in enumerate(given):
        if (isinstance(n, bool) and not (sequence and position)) or not hasattr(n, "__index__"):
            kind = type_name(n)
            if sequence and not position:
                raise TypeError(
                    f"{function}(): argument 'size' (position 1) must be tuple of ints, but found element of type "
                    f"{kind} at pos 0"
                )
            if sequence:
                raise TypeError(
                    f"{function}(): argument 'size' failed to unpack the object at pos {position + 1} with error "
                    f'"type must be tuple of ints,but got {kind}"'
                )
            raise TypeError(f"{function}(): argument 'size' (position 1) must be tuple of ints, not {kind}")
    return check_sizes(function, tuple(int(n) for n in given))


def check_sizes(function: str, found: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes. Raises RuntimeError if one is negative."""
    negative = next((n for n in found if n < 0), None)
    if negative is None:
        return found
    if function == "zeros":
        raise RuntimeError(f"{function}: Dimension size must be non-negative.")
    raise RuntimeError(f"Trying to create tensor with negative dimension {negative}: [{', '.join(map(str, found))}]")


def filled(shape: tuple[int, ...], value: Any, kind: np.dtype[Any]) -> Array:
    """A new array of one number. Raises RuntimeError where there is no room for it."""
    storable(shape, kind)
    try:
        return np.zeros(shape, kind) if type(value) is int and value == 0 else np.full(shape, value, kind)
    except MemoryError as error:
        raise not_enough_memory(error) from None


def numpy_dtype(dtype: Dtype | None) -> np.dtype[Any]:
    """The numpy type of a dtype argument; the default floating type for None."""
    return (dtypes.default_floating() if dtype is None else dtype).numpy

"""``apply_``, ``map_`` and ``map2_``: each element replaced by what a Python function makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import Array
from ..errors import bracketed, tensor_type
from ..observe import observer
from ..op import OPS
from ..tensor import Tensor
from .registry import METHODS, must_be_tensor, public
from .shape import expand


def apply_(self: Tensor, *callable: Callable[..., Any]) -> Tensor:
    """Replace each element by a function of it. Raises RuntimeError for a tensor that requires grad."""
    if len(callable) != 1:
        raise TypeError(f"TensorBase.apply_() takes exactly one argument ({len(callable)} given)")
    return _overwritten("apply_", self, *callable)


METHODS["apply_"] = apply_


@public(function=False)
def map_(self: Tensor, other: Any, callable: Callable[..., Any]) -> Tensor:
    """Replace each element by ``callable`` of it and that of ``other``, which is broadcast."""
    return _overwritten("map_", self, callable, other=other)


@public(function=False)
def map2_(self: Tensor, x: Any, y: Any, callable: Any = None) -> Tensor:
    """Replace each element by ``callable`` of it and those of two others, which are broadcast."""
    return _overwritten("map2_", self, callable, x=x, y=y)


def _overwritten(name: str, target: Tensor, function: Callable[..., Any], **others: Any) -> Tensor:
    places = enumerate(others.items(), 1)
    tensors = [must_be_tensor(name, argument, position, value) for position, (argument, value) in places]
    if any(x.requires_grad for x in (target, *tensors)):
        raise RuntimeError(f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() instead.")
    for argument, x in zip(others, tensors, strict=True):
        if x.dtype is not target.dtype:
            names = (f"torch.{kind.legacy_name}" for kind in (target.dtype, x.dtype))
            raise TypeError(f"{name}: expected {next(names)} for '{argument}' (got {next(names)})")
        if x.ndim > target.ndim:
            raise RuntimeError(
                f"expand({tensor_type(x._array)}{{{bracketed(x.shape)}}}, size={bracketed(target.shape)}): the "
                f"number of sizes provided ({target.ndim}) must be greater or equal to the number of dimensions in the "
                f"tensor ({x.ndim})"
            )
    columns = [target._array, *(expand(x, tuple(target.shape))._array for x in tensors)]
    observer().about_to_change()
    array = target._array
    for place in np.ndindex(array.shape):
        array[place] = _number(array, function(*(column[place].item() for column in columns)))
    # As where numpy writes, no version goes up: PyTorch counts none.
    observer().op_applied(OPS[name], (target, *tensors), {}, (), None)
    observer().memory_shared()
    return target


def _number(array: Array, value: Any) -> Any:
    """What the function gave, as a number of the dtype. Raises TypeError for what is none."""
    if isinstance(value, Tensor):
        value = value.item()
    if not isinstance(value, int | float):
        raise TypeError(f"must be real number, not {type(value).__name__}")
    if array.dtype.kind in "iu":
        return np.asarray(int(value)).astype(array.dtype)
    return value

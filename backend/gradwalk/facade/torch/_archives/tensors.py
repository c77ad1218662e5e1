"""What there is to a tensor beside its numbers, and tensors that lie beside a file as they were when it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from gradwalk.engine import Tensor
from gradwalk.engine.parameter import Parameter
from gradwalk.engine.tensor import wrap

from ..utils.hooks import warn_if_has_hooks

Gate = Callable[[Any], Any]
"""Gives back a class or function that may be loaded, and refuses others."""


def attributes_of(tensor: Tensor) -> dict[str, Any]:
    """What a program has put on a tensor; the engine notes there which kind of function a view came from."""
    return {name: value for name, value in vars(tensor).items() if name != "_origin"}


def lies_within(numel: int, offset: int, size: Any, strides: Any) -> bool:
    """Whether each element of a view is among those of its memory."""
    last = offset + sum((n - 1) * step for n, step in zip(size, strides, strict=True))
    return min(offset, *size, *strides, 0) >= 0 and (0 in size or last < numel)


class Alone(NamedTuple):
    """A tensor as it was when it was saved, without history and gradient, and with a memory of its own."""

    kind: type
    array: Any
    requires_grad: bool
    attributes: dict[str, Any]


def alone(tensor: Tensor) -> Alone:
    """What ``put_together`` makes the tensor of again."""
    if not isinstance(tensor, Parameter):
        warn_if_has_hooks(tensor)
    requires_grad = tensor._requires_grad or not tensor.is_leaf
    return Alone(type(tensor), np.copy(tensor._array, order="K"), requires_grad, attributes_of(tensor))


def put_together(part: Alone, gate: Gate) -> Tensor:
    """A tensor as it was. Raises what ``gate`` does for a class that may not be loaded."""
    tensor = wrap(np.copy(part.array, order="K"))
    tensor._storage.version = 1  # PyTorch makes it empty and then sets its storage
    if hasattr(part.kind, "materialize"):  # it has no shape yet
        tensor = gate(part.kind)(part.requires_grad, dtype=tensor.dtype)
    elif issubclass(part.kind, Parameter):
        tensor = gate(part.kind)(tensor, part.requires_grad)
    else:
        tensor._requires_grad = part.requires_grad
        if part.kind is not Tensor:
            tensor = tensor.as_subclass(gate(part.kind))
    vars(tensor).update(part.attributes)
    return tensor

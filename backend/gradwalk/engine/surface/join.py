"""Joining tensors."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..tensor import Tensor
from .registry import public


def tensors_of(function: str, tensors: Any) -> tuple[Tensor, ...]:
    """A sequence of tensors. Raises TypeError in PyTorch's words."""
    if isinstance(tensors, Tensor) or not isinstance(tensors, tuple | list):
        raise TypeError(
            f"{function}(): argument 'tensors' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
        )
    for position, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"expected Tensor as element {position} in argument 0, but got {type(tensor).__name__}")
    return tuple(tensors)


@public(method=False)
def cat(tensors: Any, dim: int = 0) -> Tensor:
    """Joined along a dimension they all have."""
    return ops.join.cat(*tensors_of("cat", tensors), dim=dim)


@public(method=False)
def stack(tensors: Any, dim: int = 0) -> Tensor:
    """Joined along a new dimension."""
    return ops.join.stack(*tensors_of("stack", tensors), dim=dim)


for _name in ("concat", "concatenate"):
    public(method=False, name=_name)(cat)

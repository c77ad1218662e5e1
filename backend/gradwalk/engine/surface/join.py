"""Joining tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import ops
from ..tensor import Tensor
from .registry import FUNCTIONS, public
from .shape import reshape, unsqueeze


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
    given = tensors_of("cat", tensors)
    if not given:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    return ops.join.cat(*given, dim=dim)


@public(method=False)
def stack(tensors: Any, dim: int = 0) -> Tensor:
    """Joined along a new dimension."""
    given = tensors_of("stack", tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    return ops.join.stack(*given, dim=dim)


def _publish_stack(name: str, least: Callable[[Tensor], Tensor], axis_of: Callable[[Tensor], int], doc: str) -> None:
    def function(tensors: Any) -> Tensor:
        given = [least(t) for t in tensors_of(name, tensors)]
        if not given:
            raise RuntimeError(f"{name} expects a non-empty TensorList")
        return ops.join.cat(*given, dim=axis_of(given[0]))

    function.__name__, function.__doc__ = name, doc
    public(method=False, name=name)(function)


def _at_least(tensors: tuple[Any, ...], name: str, grow: Callable[[Tensor], Tensor]) -> Any:
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return grow(tensors[0])
    given = tensors[0] if len(tensors) == 1 else tensors
    return tuple(grow(t) for t in tensors_of(name, given))


def _grown_1d(x: Tensor) -> Tensor:
    return x if x.ndim else reshape(x, (1,))


def _grown_2d(x: Tensor) -> Tensor:
    return reshape(x, (1, 1)) if x.ndim == 0 else unsqueeze(x, 0) if x.ndim == 1 else x


def _grown_3d(x: Tensor) -> Tensor:
    if x.ndim == 0:
        return reshape(x, (1, 1, 1))
    if x.ndim == 1:
        return unsqueeze(unsqueeze(x, 0), -1)
    return unsqueeze(x, -1) if x.ndim == 2 else x


@public(method=False)
def atleast_1d(*tensors: Any) -> Any:
    """Tensors with one dimension or more."""
    return _at_least(tensors, "atleast_1d", _grown_1d)


@public(method=False)
def atleast_2d(*tensors: Any) -> Any:
    """Tensors with two dimensions or more, new ones in front."""
    return _at_least(tensors, "atleast_2d", _grown_2d)


@public(method=False)
def atleast_3d(*tensors: Any) -> Any:
    """Tensors with three dimensions or more."""
    return _at_least(tensors, "atleast_3d", _grown_3d)


_publish_stack("hstack", _grown_1d, lambda x: 0 if x.ndim == 1 else 1, "Joined side by side.")
_publish_stack("vstack", _grown_2d, lambda x: 0, "Joined one below the other.")
_publish_stack("row_stack", _grown_2d, lambda x: 0, "Joined one below the other.")
_publish_stack("dstack", _grown_3d, lambda x: 2, "Joined one behind the other.")
_publish_stack(
    "column_stack", lambda x: reshape(x, (x._array.size, 1)) if x.ndim <= 1 else x, lambda x: 1,
    "Vectors as columns, and matrices, side by side.",
)  # fmt: skip


@public(method=False)
def block_diag(*tensors: Any) -> Tensor:
    """One matrix with the given ones along its diagonal."""
    if not tensors:
        return FUNCTIONS["empty"](1, 0)  # type: ignore[no-any-return]
    return ops.join.block_diag(*tensors_of("block_diag", tensors))


for _name in ("concat", "concatenate"):
    public(method=False, name=_name)(cat)

"""Hooks: functions of the user's that the backward pass calls on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import ref

import numpy as np

from .observe import observer
from .op import OPS
from .tensor import Tensor, wrap

Prehook = Callable[[tuple[Any, ...]], Any]
Hooks = dict[int, Callable[..., Any]]
"""Hooks in the order in which they were registered."""


class RemovableHandle:
    """What registering a hook gives back: ``remove()`` takes the hook away again."""

    __module__ = "torch.utils.hooks"
    next_id = 0

    def __init__(self, hooks: Hooks, hook: Callable[..., Any]) -> None:
        self._hooks = hooks
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        hooks[self.id] = hook

    def remove(self) -> None:
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def retain(retained: dict[int, ref[Tensor]], gradients: Sequence[Any]) -> None:
    """Add what arrived for a node's outputs to the ``.grad`` of those that retain it."""
    for nr, reference in retained.items():
        tensor, gradient = reference(), gradients[nr]
        if tensor is None or gradient is None:
            continue
        arrived = gradient if isinstance(gradient, Tensor) else wrap(np.array(gradient))
        tensor._grad = arrived if tensor._grad is None else OPS["add"](tensor._grad, arrived)
        observer().captured(tensor, gradient)


def run_prehooks(hooks: Hooks, gradients: Sequence[Any], as_tensors: bool) -> list[Any]:
    """The cotangents that a node shall receive after its pre-hooks saw them.

    Raises RuntimeError if a hook gives back another number of them.
    """
    seen = tuple(x if x is None or isinstance(x, Tensor) else wrap(np.asarray(x)) for x in gradients)
    for hook in list(hooks.values()):
        returned = hook(seen)
        if returned is None:
            continue
        seen = returned if isinstance(returned, tuple) else (returned,)
        if len(seen) != len(gradients):
            raise RuntimeError(
                f"hook '{hook.__name__}' has returned an incorrect number of values (got {len(seen)}, but expected "
                f"{len(gradients)})"
            )
    return list(seen) if as_tensors else [None if x is None else x._array for x in seen]

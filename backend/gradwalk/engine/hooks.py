"""Hooks: functions of the user's that the backward pass calls on its way, and the order in which it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import ref

import numpy as np

from . import dtypes
from .dtypes import Array
from .observe import observer
from .op import OPS
from .subject import about
from .tensor import Tensor, wrap
from .written import times_written, written

Prehook = Callable[[tuple[Any, ...]], Any]
Hooks = dict[int, Callable[..., Any]]
"""Hooks in the order in which they were registered."""


class RemovableHandle:
    """What registering a hook gives back: ``remove()`` takes the hook away again."""

    __module__ = "torch.utils.hooks"
    next_id = 0

    def __init__(self, hooks: Any, *hook: Callable[..., Any], extra_dict: Any = None) -> None:
        """``hook``: the one to hang up, whatever it is: what cannot be called is refused when its turn comes.

        ``extra_dict``: a dictionary, or a list of them, that notes something of hooks by their number.
        """
        self._hooks = hooks
        self._extra = () if extra_dict is None else tuple(extra_dict) if isinstance(extra_dict, list) else (extra_dict,)
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        for one in hook:
            hooks[self.id] = one

    def remove(self) -> None:
        """Take the hook away, and what is noted of it; nothing happens if it is gone already."""
        for noted in (self._hooks, *self._extra):
            noted.pop(self.id, None)

    def hooks_dict_ref(self) -> Any:
        """The dictionary that the hook is in."""
        return self._hooks

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class NodeHooks:
    """The hooks of one node: a node has this only once it has a hook.

    ``of_tensors``  by output number, hooks of the tensor that is this output; they run first
    ``retained``    by output number, the tensor whose ``.grad`` keeps what the hooks before have made of it
    ``before``      pre-hooks of the node, then the node runs
    ``after_accumulation``  those of ``register_post_accumulate_grad_hook``, which only a leaf's AccumulateGrad has
    ``after``       hooks of the node
    """

    __slots__ = ("after", "after_accumulation", "before", "of_tensors", "retained")

    def __init__(self) -> None:
        self.of_tensors: dict[int, Hooks] = {}
        self.retained: dict[int, ref[Tensor]] = {}
        self.before: Hooks = {}
        self.after: Hooks = {}
        self.after_accumulation: Hooks = {}


def run_tensor_hooks(hooks: NodeHooks, gradients: list[Any], as_tensors: bool) -> list[Any]:
    """What the hooks of a node's outputs make of the gradients that arrived; ``.grad`` keeps it where retained."""
    if hooks.of_tensors:
        gradients = list(gradients)
        for nr, of_tensor in hooks.of_tensors.items():
            [gradients[nr]] = _in_turn(of_tensor, [gradients[nr]], as_tensors, _of_one)
    retain(hooks.retained, gradients)
    return gradients


def retain(retained: dict[int, ref[Tensor]], gradients: Sequence[Any]) -> None:
    """Add what arrived for a node's outputs to the ``.grad`` of those that retain it."""
    for nr, reference in retained.items():
        tensor, gradient = reference(), gradients[nr]
        if tensor is None or gradient is None:
            continue
        arrived = OPS["clone"](gradient) if isinstance(gradient, Tensor) else wrap(np.array(gradient))
        tensor._grad = arrived if tensor._grad is None else OPS["add"](tensor._grad, arrived)
        observer().captured(tensor, gradient)


def run_prehooks(hooks: Hooks, gradients: Sequence[Any], as_tensors: bool) -> list[Any]:
    """The cotangents that a node shall receive after its pre-hooks saw them."""
    return _in_turn(hooks, gradients, as_tensors, lambda hook, seen: _a_tuple(hook(seen)))


def run_posthooks(hooks: Hooks, cotangents: Sequence[Any], gradients: Sequence[Any], as_tensors: bool) -> list[Any]:
    """The cotangents that a node shall pass on after its hooks saw them and those it had received."""
    received = _as_tensors(gradients)
    return _in_turn(hooks, cotangents, as_tensors, lambda hook, seen: _a_tuple(hook(seen, received)))


def run_after_accumulation(hooks: Hooks, leaf: Tensor) -> None:
    """Call what waits for a leaf's ``.grad``. Raises TypeError or RuntimeError if a hook gives something else back."""
    for hook in list(hooks.values()):
        returned = hook(leaf)
        if returned is not None and returned is not leaf:  # in-place methods give the leaf back
            if not isinstance(returned, Tensor):
                raise TypeError(f"expected Variable, but hook returned '{type(returned).__name__}'")
            raise RuntimeError("Tensor post accumulate grad hooks should return None.")


def _in_turn(
    hooks: Hooks, gradients: Sequence[Any], as_tensors: bool, call: Callable[[Any, tuple[Any, ...]], Any]
) -> list[Any]:
    """Show gradients to each hook; what one gives back, if not None, takes their place."""
    seen = _as_tensors(gradients)
    for hook in list(hooks.values()):
        returned = call(hook, seen)
        if returned is None:
            continue
        if len(returned) != len(seen):
            raise RuntimeError(
                f"hook '{_name(hook)}' has returned an incorrect number of values (got {len(returned)}, but expected "
                f"{len(seen)})"
            )
        for before, after in zip(seen, returned, strict=True):
            _check(hook, before, after)
        seen = tuple(returned)
    return list(seen) if as_tensors else [None if x is None else _array(x) for x in seen]


def _array(x: Tensor) -> Array:
    """A gradient's numbers, which remember how often a hook wrote them in place."""
    times = x._storage.version
    return written(x._array, times) if times else x._array


def _of_one(hook: Callable[[Any], Any], gradients: tuple[Any, ...]) -> tuple[Any, ...] | None:
    returned = hook(gradients[0])
    return None if returned is None else (returned,)


def _as_tensors(gradients: Sequence[Any]) -> tuple[Tensor | None, ...]:
    return tuple(x if x is None or isinstance(x, Tensor) else _as_tensor(x) for x in gradients)


def _as_tensor(x: Array) -> Tensor:
    seen = wrap(writable(np.asarray(x)))
    seen._storage.version = times_written(x)
    return seen


def writable(x: Array) -> Array:
    """What a hook or a Function may write in place: numpy does not let what was spread over fewer elements be
    written."""
    if x.flags.writeable:
        return x
    view = x.view()
    try:
        view.flags.writeable = True
    except ValueError:  # what it looks at may not be written
        memory = x[tuple(slice(None) if step else slice(1) for step in x.strides)].copy()
        steps = tuple(step if own else 0 for step, own in zip(memory.strides, x.strides, strict=True))
        return np.ndarray(x.shape, x.dtype, memory, 0, steps)
    return view


def _a_tuple(returned: Any) -> tuple[Any, ...] | None:
    """What a node's hook gave back. Raises TypeError if that is no tuple."""
    if returned is None or isinstance(returned, tuple):
        return returned
    raise TypeError(f"expected tuple, but hook returned '{type(returned).__name__}'")


def _check(hook: Callable[..., Any], before: Tensor | None, after: Any) -> None:
    """Raises TypeError or RuntimeError if a hook put something else in a gradient's place than a gradient."""
    if after is None:
        return
    if before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(after, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(after).__name__}'")
    if before.shape != after.shape:
        raise about(RuntimeError(f"hook '{_name(hook)}' has changed the size of value"), after)
    if before.dtype is not after.dtype:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was torch.{dtypes.of(before._array).legacy_name} got "
            f"torch.{dtypes.of(after._array).legacy_name})"
        )


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__name__", "<unknown>")

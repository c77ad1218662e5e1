"""A module's backward hooks: identities around it, whose nodes see the gradients on their way."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gradwalk.engine.op import OPS
from gradwalk.engine.tensor import Tensor, wrap
from gradwalk.engine.warn import warn


class BackwardHooks:
    """One call of a module whose gradients are watched."""

    def __init__(self, module: Any, hooks: Iterable[Any], pre_hooks: Iterable[Any]) -> None:
        self._module = module
        self._hooks = list(hooks)
        self._pre_hooks = list(pre_hooks)
        self._grad_output: list[Any] = []
        self._grad_input: list[Any] = []
        self._awaited: set[int] = set()
        self._are_inputs_watched = False

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, watched where they require grad."""
        self._grad_input = [None] * len(args)
        watched = list(args)
        for place, argument in enumerate(args):
            if isinstance(argument, Tensor) and argument.requires_grad:
                watched[place] = self._identity(argument, self._input_arrived, place)
                self._awaited.add(place)
        self._are_inputs_watched = bool(self._awaited)
        for place, argument in enumerate(args):
            if self._are_inputs_watched and isinstance(argument, Tensor) and not argument.requires_grad:
                self._grad_input[place] = wrap(np.zeros(argument.shape, argument._array.dtype))
        return tuple(watched)

    def outputs(self, result: Any) -> Any:
        """The result, watched."""
        several = isinstance(result, tuple | list)
        parts = list(result) if several else [result]
        self._grad_output = [None] * len(parts)
        for place, part in enumerate(parts):
            if isinstance(part, Tensor) and part.requires_grad:
                parts[place] = self._identity(part, self._output_arrived, place)
        return type(result)(parts) if several else parts[0]

    @staticmethod
    def _identity(tensor: Tensor, arrived: Callable[[int, tuple[Any, ...]], Any], place: int) -> Tensor:
        def hook(_: tuple[Any, ...], grads: tuple[Any, ...]) -> Any:
            return arrived(place, grads)

        result = OPS["backward_hook"](tensor)
        if result.grad_fn is not None:
            result._origin = "function"  # it is one of PyTorch's own, whose views may not be written
            result.grad_fn.register_hook(hook)
        return result

    def _output_arrived(self, place: int, grads: tuple[Any, ...]) -> Any:
        self._grad_output[place] = grads[0]
        changed = None
        for hook in self._pre_hooks:
            given = hook(self._module, tuple(self._grad_output))
            if given is not None:
                self._grad_output = changed = _counted(given, self._grad_output, "pre hook", "grad_output")
        if not self._are_inputs_watched:
            warn(_NO_INPUT)
            for hook in self._hooks:
                given = hook(self._module, tuple(self._grad_input), tuple(self._grad_output))
                if given is not None and not (isinstance(given, tuple) and all(x is None for x in given)):
                    raise RuntimeError(_NO_RETURN)
        return None if changed is None else (changed[place],)

    def _input_arrived(self, place: int, grads: tuple[Any, ...]) -> Any:
        self._grad_input[place] = grads[0]
        self._awaited.discard(place)
        if self._awaited:
            return None
        changed = None
        for hook in self._hooks:
            given = hook(self._module, tuple(self._grad_input), tuple(self._grad_output))
            if given is not None:
                self._grad_input = changed = _counted(given, self._grad_input, "hook", "grad_input")
        return None if changed is None else (changed[place],)


def _counted(given: Any, expected: list[Any], which: str, what: str) -> list[Any]:
    """What a hook gave instead of gradients. Raises RuntimeError if that is not one for each."""
    if len(given) != len(expected):
        raise RuntimeError(
            f"Backward {which} returned an invalid number of {what}, got {len(given)}, but expected {len(expected)}"
        )
    return list(given)


def _of_module(hook: Any, module: Any) -> Callable[..., Any]:
    """The hook as a node calls it; what cannot be called is refused then."""
    return lambda *gradients: hook(module, *gradients)


def watch_last_node(module: Any, args: tuple[Any, ...], result: Any, hooks: list[Any]) -> None:
    """Hooks as they were of old: on the node that made the result, whatever the module did before that."""
    first = result
    while not isinstance(first, Tensor):
        first = next(x for x in first.values() if isinstance(x, Tensor)) if isinstance(first, dict) else first[0]
    node = first.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(_of_module(hook, module))
    results = (result,) if isinstance(result, Tensor) else result
    if not isinstance(results, tuple) or not all(isinstance(x, Tensor) for x in results):
        words = "non-full backward hooks on a Module that does not return a single Tensor or a tuple of Tensors"
        _warn(words, _NOT_OUTPUT)
    elif not all(isinstance(x, Tensor) for x in args):
        words = "non-full backward hooks on a Module that does not take as input a single Tensor or a tuple of Tensors"
        _warn(words, _NOT_INPUT)
    elif len({x.grad_fn for x in results if x.grad_fn is not None}) > 1:
        _warn("a non-full backward hook when outputs are generated by different autograd Nodes", _NOT_OUTPUT)
    elif {x.grad_fn for x in args if x.grad_fn is not None} != {following for following, _ in node.next_functions}:
        _warn("a non-full backward hook when the forward contains multiple autograd Nodes", _NOT_INPUT)


_NO_INPUT = (
    "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs require "
    "gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html#torch.nn.Module."
    "register_full_backward_hook for more details."
)
_NO_RETURN = (
    "Backward hook for Modules where no input requires gradient should always return None or None for all gradients."
)
_NOT_OUTPUT = "This hook will be missing some grad_output."
_NOT_INPUT = "This hook will be missing some grad_input."


def _warn(what: str, lacks: str) -> None:
    warnings.warn(
        f"Using {what} is deprecated and will be removed in future versions. {lacks} Please use "
        "register_full_backward_hook to get the documented behavior.",
        FutureWarning,
        stacklevel=5,
    )

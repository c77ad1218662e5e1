"""A module's backward hooks: identities around it, whose nodes see the gradients on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradwalk.engine.op import OPS
from gradwalk.engine.tensor import Tensor


class BackwardHooks:
    """One call of a module whose gradients are watched."""

    def __init__(self, module: Any, hooks: Iterable[Any], pre_hooks: Iterable[Any]) -> None:
        self._module = module
        self._hooks = list(hooks)
        self._pre_hooks = list(pre_hooks)
        self._grad_output: list[Any] = []
        self._grad_input: list[Any] = []
        self._awaited: set[int] = set()

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, watched where they require grad."""
        self._grad_input = [None] * len(args)
        watched = list(args)
        for place, argument in enumerate(args):
            if isinstance(argument, Tensor) and argument.requires_grad:
                watched[place] = self._identity(argument, lambda grads, i=place: self._input_arrived(i, grads))
                self._awaited.add(place)
        return tuple(watched)

    def outputs(self, result: Any) -> Any:
        """The result, watched."""
        several = isinstance(result, tuple | list)
        parts = list(result) if several else [result]
        self._grad_output = [None] * len(parts)
        for place, part in enumerate(parts):
            if isinstance(part, Tensor) and part.requires_grad:
                parts[place] = self._identity(part, lambda grads, i=place: self._output_arrived(i, grads))
        return type(result)(parts) if several else parts[0]

    @staticmethod
    def _identity(tensor: Tensor, hook: Any) -> Tensor:
        result = OPS["backward_hook"](tensor)
        if result.grad_fn is not None:
            result.grad_fn.register_prehook(hook)
        return result

    def _output_arrived(self, place: int, grads: tuple[Any, ...]) -> Any:
        self._grad_output[place] = grads[0]
        changed = None
        for hook in self._pre_hooks:
            given = hook(self._module, tuple(self._grad_output))
            if given is not None:
                changed = given if isinstance(given, tuple) else (given,)
                self._grad_output[place] = changed[place]
        if not self._awaited:
            for hook in self._hooks:
                hook(self._module, tuple(self._grad_input), tuple(self._grad_output))
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
                changed = given if isinstance(given, tuple) else (given,)
                self._grad_input = list(changed)
        return None if changed is None else (changed[place],)

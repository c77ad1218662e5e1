"""A module's backward hooks: identities around it, whose nodes see the gradients on their way."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradwalk.engine import grad_mode
from gradwalk.engine.custom.function import Function
from gradwalk.engine.graph import Node
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn


class BackwardHookFunction(Function):
    """The tensors that it is given, behind one node."""

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        ctx.mark_non_differentiable(*(x for x in args if not x.requires_grad))
        return args

    @staticmethod
    def backward(ctx: Any, *args: Any) -> Any:
        return args


class BackwardHooks:
    """One call of a module whose gradients are watched."""

    def __init__(self, module: Any, hooks: Iterable[Any], pre_hooks: Iterable[Any]) -> None:
        self._module = module
        self._hooks = list(hooks)
        self._pre_hooks = list(pre_hooks)
        self._grad_outputs: Any = None
        self._inputs = 0
        self._inputs_at: list[int] | None = None
        self._outputs = 0
        self._outputs_at: list[int] | None = None

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, watched if one requires grad."""
        watched, self._inputs_at, node = _behind_one_node(args)
        self._inputs = len(args)

        def hook(*grads: tuple[Any, ...]) -> Any:  # by this name it is complained of
            return self._inputs_arrived(*grads)

        if node is not None:
            node.register_hook(hook)
        found: tuple[Any, ...] = watched
        return found

    def outputs(self, result: Any) -> Any:
        """The result, watched."""
        if not isinstance(result, Tensor | tuple):
            warn(_NO_TENSORS.format(type(result)))
        parts = result if isinstance(result, tuple) else (result,)
        watched, self._outputs_at, node = _behind_one_node(parts)
        self._outputs = len(parts)

        def hook(*grads: tuple[Any, ...]) -> Any:  # by this name it is complained of
            return self._outputs_arrived(*grads)

        if node is not None:
            node.register_hook(hook)
        return watched if isinstance(result, tuple) else watched[0]

    def _outputs_arrived(self, _: tuple[Any, ...], grads: tuple[Any, ...]) -> Any:
        assert self._outputs_at is not None
        self._grad_outputs = _placed(grads, self._outputs_at, self._outputs)
        for hook in self._pre_hooks:
            given = hook(self._module, self._grad_outputs)
            if given is not None:
                self._grad_outputs = _counted(given, self._grad_outputs, "pre hook", "grad_output")
        passed_on = self._grad_outputs
        if self._inputs_at is None:
            warn(_NO_INPUT)
            for hook in self._hooks:
                given = hook(self._module, (None,) * self._inputs, self._grad_outputs)
                if given is not None and not (isinstance(given, tuple) and all(x is None for x in given)):
                    raise RuntimeError(_NO_RETURN)
            self._grad_outputs = None
        return tuple(passed_on[place] for place in self._outputs_at)

    def _inputs_arrived(self, grads: tuple[Any, ...], _: tuple[Any, ...]) -> Any:
        if self._grad_outputs is None:  # the gradient came past the module's output, as in a second pass
            return None
        assert self._inputs_at is not None
        found: Any = _placed(grads, self._inputs_at, self._inputs)
        for hook in self._hooks:
            given = hook(self._module, found, self._grad_outputs)
            if given is not None:
                found = _counted(given, found, "hook", "grad_input")
        self._grad_outputs = None
        return tuple(found[place] for place in self._inputs_at)


def _behind_one_node(values: tuple[Any, ...]) -> tuple[Any, list[int] | None, Node | None]:
    """The values with their tensors behind one node, where those are, and the node; neither if none requires grad."""
    places = [place for place, x in enumerate(values) if isinstance(x, Tensor)]
    tensors = [values[place] for place in places]
    if not (grad_mode._State.enabled and any(x.requires_grad for x in tensors)):
        return values, None, None
    behind = dict(zip(places, BackwardHookFunction.apply(*tensors), strict=True))
    watched = [behind.get(place, x) for place, x in enumerate(values)]
    node = next(x.grad_fn for x in behind.values() if x.grad_fn is not None)
    return tuple(watched) if type(values) is tuple else type(values)(*watched), places, node


def _placed(grads: Iterable[Any], places: Iterable[int], size: int) -> tuple[Any, ...]:
    """The gradients where their tensors were, None elsewhere."""
    at = dict(zip(places, grads, strict=True))
    return tuple(at.get(place) for place in range(size))


def _counted(given: Any, expected: Sequence[Any], which: str, what: str) -> Any:
    """What a hook gave instead of gradients. Raises RuntimeError if that is not one for each."""
    if len(given) != len(expected):
        raise RuntimeError(
            f"Backward {which} returned an invalid number of {what}, got {len(given)}, but expected {len(expected)}"
        )
    return given


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


_NO_TENSORS = "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received {}"
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

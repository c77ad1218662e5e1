"""``torch.utils.checkpoint``: forward keeps nothing for backward, which runs it once more."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.autograd import backward as run_backward
from gradwalk.engine.backward import BackwardPass
from gradwalk.engine.custom import Function
from gradwalk.engine.grad_mode import enable_grad
from gradwalk.engine.random import default_generator
from gradwalk.engine.saved import saved_tensors_hooks
from gradwalk.engine.warn import warn

__all__ = ["CheckpointError", "checkpoint", "checkpoint_sequential"]

_SAY_WHICH = (
    "the use_reentrant parameter should be passed explicitly. {} use_reentrant=False is recommended, but if you need "
    "to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the "
    "differences between the two variants."
)
_NOT_WITH_GRAD = (
    "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` parameter to "
    ".backward(). To resolve this error, you can either set use_reentrant=False, or call .backward() without passing "
    "the `inputs` argument."
)


class CheckpointError(RuntimeError):
    """Forward did something else the second time."""

    __module__ = "torch.utils.checkpoint"


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Any = None,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Run a function without keeping what its backward needs; backward runs it again."""
    if use_reentrant is None:
        warn(
            "torch.utils.checkpoint: "
            + _SAY_WHICH.format(
                "Starting in PyTorch 2.9, calling checkpoint without use_reentrant will raise an exception."
            )
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        return CheckpointFunction.apply(function, preserve, *args)
    again = _Rerun(lambda: function(*args, **kwargs), preserve)
    with saved_tensors_hooks(again.pack, again.unpack):
        return function(*args, **kwargs)


class _Rerun:
    """What was saved, by number, and how to get it back: run forward again and let it save anew."""

    def __init__(self, run: Callable[[], Any], preserve: bool) -> None:
        self._run = run
        self._state = default_generator.get_state() if preserve else None
        self._count = 0
        self._recomputed: list[Any] | None = None
        self._for: BackwardPass | None = None

    def pack(self, tensor: Any) -> int:
        self._count += 1
        self._recomputed = None
        return self._count - 1

    def unpack(self, number: int) -> Any:
        if self._recomputed is None or self._for is not BackwardPass.running():
            self._for = BackwardPass.running()
            self._recomputed = self._again()
        return self._recomputed[number]

    def _again(self) -> list[Any]:
        found: list[Any] = []
        with enable_grad(), saved_tensors_hooks(lambda x: found.append(x.detach()), lambda x: x):
            _replayed(self._run, self._state)
        if len(found) != self._count:
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {self._count}\n"
                f"Number of tensors saved during recomputation: {len(found)}."
            )
        return found


def _replayed(run: Callable[[], Any], state: Any) -> Any:
    """Run with the random numbers of the first time."""
    if state is None:
        return run()
    now = default_generator.get_state()
    default_generator.set_state(state)
    try:
        return run()
    finally:
        default_generator.set_state(now)


class CheckpointFunction(Function):
    """The older way: one node whose backward runs forward again and backward through that."""

    @staticmethod
    def forward(ctx: Any, run_function: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        ctx.run_function = run_function
        ctx.state = default_generator.get_state() if preserve_rng_state else None
        ctx.arguments = [None if isinstance(x, Tensor) else x for x in args]
        ctx.places = [i for i, x in enumerate(args) if isinstance(x, Tensor)]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        if not any(x.requires_grad for x in args if isinstance(x, Tensor)):
            warn("None of the inputs have requires_grad=True. Gradients will be None")
        return run_function(*args)

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        if BackwardPass.has_targets():
            raise RuntimeError(_NOT_WITH_GRAD)
        arguments = list(ctx.arguments)
        for place, tensor in zip(ctx.places, ctx.saved_tensors, strict=True):
            arguments[place] = tensor.detach().requires_grad_() if tensor.requires_grad else tensor.detach()
        with enable_grad():
            given = _replayed(lambda: ctx.run_function(*arguments), ctx.state)
        outputs = given if isinstance(given, tuple) else (given,)
        kept = [(x, v) for x, v in zip(outputs, cotangents, strict=True) if isinstance(x, Tensor) and x.requires_grad]
        if not kept:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        run_backward([x for x, _ in kept], [v for _, v in kept])
        return (None, None, *(x.grad if isinstance(x, Tensor) else None for x in arguments))


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Run a sequence of modules in segments, each a checkpoint but the last."""
    if use_reentrant is None:
        warn(
            "torch.utils.checkpoint.checkpoint_sequential: "
            + _SAY_WHICH.format("In version 2.9 we will raise an exception if use_reentrant is not passed.")
        )
        use_reentrant = True
    steps = list(functions.children()) if hasattr(functions, "children") else list(functions)
    length = len(steps) // segments

    def part(start: int, end: int) -> Callable[[Any], Any]:
        return lambda x: functools.reduce(lambda value, step: step(value), steps[start:end], x)

    start = 0
    for start in range(0, length * (segments - 1), length):
        input = checkpoint(part(start, start + length), input, use_reentrant=use_reentrant, **kwargs)
    return part(length * (segments - 1), len(steps))(input)

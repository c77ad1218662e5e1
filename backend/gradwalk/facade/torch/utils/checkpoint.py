"""``torch.utils.checkpoint``: forward keeps nothing for backward, which runs it once more."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from enum import Enum
from typing import Any
from weakref import ref

from gradwalk.engine import Tensor, grad_mode
from gradwalk.engine.autocast import State as Precision
from gradwalk.engine.autograd import backward as run_backward
from gradwalk.engine.backward import BackwardPass
from gradwalk.engine.custom.function import Function
from gradwalk.engine.grad_mode import enable_grad
from gradwalk.engine.random import default_generator
from gradwalk.engine.saved import HOOKS, PackedTensor, SavedInput, SavedTensor, saved_tensors_hooks
from gradwalk.engine.warn import warn
from gradwalk.engine.wrapped import Wrapped

from ..amp import autocast

__all__ = [
    "CheckpointError",
    "CheckpointPolicy",
    "SelectiveCheckpointContext",
    "checkpoint",
    "checkpoint_sequential",
    "create_selective_checkpoint_contexts",
    "noop_context_fn",
    "set_checkpoint_debug_enabled",
    "set_checkpoint_early_stop",
]

Contexts = tuple[AbstractContextManager[Any], AbstractContextManager[Any]]
"""What forward runs within, and what running it again does."""

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


def noop_context_fn() -> Contexts:
    """No contexts."""
    return nullcontext(), nullcontext()


@contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Iterator[None]:
    """Within the block PyTorch says more when forward does something else the second time."""
    yield


class CheckpointPolicy(Enum):
    """What a selective checkpoint does with the result of an operator."""

    MUST_SAVE = 0
    PREFER_SAVE = 1
    MUST_RECOMPUTE = 2
    PREFER_RECOMPUTE = 3
    MUST_CPU_OFFLOAD = 4
    PREFER_CPU_OFFLOAD = 5


CheckpointPolicy.__module__ = "torch.utils.checkpoint"


class SelectiveCheckpointContext:
    """What a policy is told first."""

    __module__ = "torch.utils.checkpoint"

    def __init__(self, *, is_recompute: bool, op_output: Any = None) -> None:
        self.is_recompute, self.op_output = is_recompute, op_output


def create_selective_checkpoint_contexts(
    policy_fn_or_list: Any, allow_cache_entry_mutation: bool = False
) -> Contexts:
    """Contexts that say of which operators the results are kept. What is kept shows in no value, so these keep none:
    the operators of a list are computed again. Raises NotImplementedError for a policy that wants to be asked."""
    if isinstance(policy_fn_or_list, list):
        for op in policy_fn_or_list:
            if type(op).__name__ != "OpOverload":
                extra = (
                    "Please update the OpOverloadPacket to a specific OpOverload."
                    "For example, if you have `torch.ops.aten.mm`, change it to `torch.ops.aten.mm.default`."
                    if type(op).__name__ == "OpOverloadPacket"
                    else ""
                )
                raise ValueError(
                    f"Expected op in `op_list` to be an OpOverload but got: {op} of type {type(op)}. {extra}"
                )
        return nullcontext(), _Once()
    if callable(policy_fn_or_list):
        raise NotImplementedError(
            "Gradwalk asks no policy of each operator, for it sees none of PyTorch's: give "
            "create_selective_checkpoint_contexts a list of the operators to keep."
        )
    raise TypeError("policy_fn_or_list must be either a function or a list of ops.")


class _Once:
    """What forward is run again within when results were kept: PyTorch gives each away when it is asked for."""

    def __init__(self) -> None:
        self._entered = 0

    def __enter__(self) -> None:
        self._entered += 1

    def __exit__(self, *_: object) -> None:
        """There is nothing to put back."""

    def check(self) -> None:
        """Raises RuntimeError for an operator that asks once more."""
        if self._entered > 1:
            raise RuntimeError(
                "Trying to backward an extra time. You are only allowed to backward once on any region computed under "
                "selective activation checkpoint."
            )


class _Stopping:
    """Whether running forward again stops as soon as all is there again; None where each checkpoint says so itself."""

    early: bool | None = None


@contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """Within the block, checkpoints are made that stop early when forward is run again, or that do not."""
    before, _Stopping.early = _Stopping.early, enable
    try:
        yield
    finally:
        _Stopping.early = before


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], Contexts] = noop_context_fn,
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
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if determinism_check not in _METADATA:
        raise ValueError(f"determinism_check should be one of {list(_METADATA)}, but got {determinism_check}")
    within, again_within = context_fn()
    if not grad_mode._State.enabled:
        return function(*args, **kwargs)
    again = _Rerun(function, args, kwargs, _Circumstances(preserve), again_within)
    again.stops_early = early_stop if _Stopping.early is None else _Stopping.early
    again.metadata = _METADATA[determinism_check]
    with saved_tensors_hooks(again.pack, again.unpack), within:
        found = function(*args, **kwargs)
    again.ran_through = True
    return found


class _Rerun:
    """What was saved, by number, and how to get it back: run forward again and let it save anew."""

    stops_early = True
    metadata: Callable[[Any], Any] | None = None

    def __init__(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        circumstances: _Circumstances,
        within: AbstractContextManager[Any],
    ) -> None:
        self._function, self._kwargs, self._circumstances, self._within = function, kwargs, circumstances, within
        self._args = [_kept(x) for x in args]
        self._saved: list[Any] = []  # what is known of each tensor that was saved
        self._recomputed: list[Any] = []
        self._for: ref[BackwardPass] | None = None  # weak, for what a pass has found holds the nodes that hold this
        self._taken_by: ref[BackwardPass] | None = None
        self.ran_through = False
        """Whether forward has come to its end the first time: a pass within it needs what it has saved so far."""
        self._goes_on = False

    def pack(self, tensor: Any) -> int:
        self._saved.append(None if self.metadata is None else self.metadata(tensor))
        self._recomputed = []
        return len(self._saved) - 1

    def unpack(self, number: int) -> Any:
        running = BackwardPass.running()  # None at a node that the core runs, and outside of passes
        now = None if running is None or running.began_in_core else running
        taken = bool(self._recomputed) and self._recomputed[number] is None
        same = now is (None if self._for is None else self._for()) and (now is None) == (self._for is None)
        by_it = running is not None and self._taken_by is not None and self._taken_by() is running
        self._taken_by = None if running is None else ref(running)
        if not self._recomputed or not same or (taken and now is None and not by_it):
            self._recomputed, self._for = self._again(), None if now is None else ref(now)
        elif taken:
            raise CheckpointError(
                "torch.utils.checkpoint: Unpack is being triggered for a tensor that was already unpacked once. If you "
                "are calling ctx.saved_tensors in backward, make sure to do so only once. Otherwise please open an "
                "issue with details on your use case."
            )
        found, self._recomputed[number] = self._recomputed[number], None
        return found

    def _again(self) -> list[Any]:
        found: list[Any] = []

        def pack(x: Any) -> Any:
            if isinstance(self._within, _Once):
                self._within.check()
            x = x.detach() if x.requires_grad else x
            if len(found) == len(self._saved) and not self.ran_through:
                self._goes_on = True
                return x
            if len(found) == len(self._saved):
                raise CheckpointError(
                    "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original "
                    f"forward pass.\n{_TIP}"
                )
            found.append(x)
            if self.stops_early and len(found) == len(self._saved):
                raise _EnoughError
            return x

        args = [x.tensor(_NOWHERE) if isinstance(x, SavedTensor) else x for x in self._args]
        hooks = saved_tensors_hooks(pack, lambda x: x)
        with enable_grad(), suppress(_EnoughError), self._circumstances.again(), hooks, self._within:
            self._function(*args, **self._kwargs)
        self._check(found)
        return found

    def _check(self, found: list[Any]) -> None:
        """Raises CheckpointError unless the same was saved as the first time, as far as that was seen."""
        if self._goes_on:
            return
        if len(found) != len(self._saved):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(self._saved)}\n"
                f"Number of tensors saved during recomputation: {len(found)}.\n{_TIP}"
            )
        now = [None if self.metadata is None else self.metadata(x) for x in found]
        other = "".join(
            f"tensor at position {k}:\nsaved metadata: {before}\nrecomputed metadata: {after}\n"
            for k, (before, after) in enumerate(zip(self._saved, now, strict=True))
            if before != after
        )
        if other:
            raise CheckpointError(
                "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than "
                f"during the forward pass.\n{other}.\n{_TIP}"
            )


class _EnoughError(Exception):
    """All that was saved has been computed again: what forward does after that is not needed."""


def _kept(x: Any) -> Any:
    """An argument as nodes keep theirs: what is written over it meanwhile is noticed."""
    if not isinstance(x, Tensor) or isinstance(x, Wrapped):
        return x  # within vmap a batch is over before any backward, where nothing that it holds is of use
    kept = SavedInput(x)
    if not HOOKS or not isinstance(HOOKS[-1], tuple):
        return kept
    pack, unpack = HOOKS[-1]
    packed = PackedTensor(kept, _NOWHERE, unpack)
    packed.keep(pack)
    return packed


class _Nowhere:
    """Stands for the node of what no node keeps."""

    sequence_nr = 0


_NOWHERE: Any = _Nowhere()
_METADATA: dict[str, Callable[[Any], Any] | None] = {
    "default": lambda x: {"shape": x.shape, "dtype": x.dtype, "device": x.device},
    "none": None,
}
_TIP = """
Tip: To see a more detailed error message, either pass `debug=True` to
`torch.utils.checkpoint.checkpoint(...)` or wrap the code block
with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to
enable checkpoint\u2011debug mode globally.

If this error occurs under torch.compile with automatic_dynamic_shapes enabled,
it may be because the recomputation selected a different compiled graph than the
forward pass (e.g., a dynamic graph instead of the original static graph).
To fix this, either:
  - Use torch._dynamo.mark_dynamic() to explicitly mark varying dimensions as
    dynamic upfront, avoiding the static-to-dynamic transition.
  - Call torch._C._dynamo.eval_frame._set_lru_cache(False) to disable LRU cache
    reordering, which can change which graph is checked first between forward
    and recompute.
See https://github.com/pytorch/pytorch/issues/166926 for more details and
workaround examples.
"""


class _Circumstances:
    """The random numbers, unless told otherwise, and the precision that forward ran with."""

    def __init__(self, preserve_random: bool) -> None:
        self._random = default_generator.get_state() if preserve_random else None
        self._precision = autocast("cpu", Precision.dtype, Precision.enabled, Precision.caches)

    @contextmanager
    def again(self) -> Iterator[None]:
        """Have them in force."""
        now = default_generator.get_state()
        if self._random is not None:
            default_generator.set_state(self._random)
        try:
            with self._precision:
                yield
        finally:
            if self._random is not None:
                default_generator.set_state(now)


class CheckpointFunction(Function):
    """The older way: one node whose backward runs forward again and backward through that."""

    @staticmethod
    def forward(ctx: Any, run_function: Callable[..., Any], preserve_rng_state: bool, *args: Any) -> Any:
        ctx.run_function = run_function
        ctx.circumstances = _Circumstances(preserve_rng_state)
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
        with enable_grad(), ctx.circumstances.again():
            given = ctx.run_function(*arguments)
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

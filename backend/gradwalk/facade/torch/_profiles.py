"""What is under ``torch.profiler``: blocks that run as they would under a profiler, and measure nothing.

How long an op takes here is not how long it takes in PyTorch, and times are no part of a trace; which ops there are,
and on what, the record shows. So a table says so in words, and whoever reads its rows is refused.
"""

from __future__ import annotations

from typing import Any, NoReturn

from gradwalk.engine.warn import warn

NO_TIMES = "Gradwalk measures no times: the record shows every op that ran, with what it was given and what it gave."


class EventList:
    """What was measured: nothing. It prints as a line of words; its rows are refused."""

    __module__ = "torch.autograd.profiler_util"

    def table(self, *args: Any, **kwargs: Any) -> str:
        """The line that stands for a table, whatever it was to be sorted by."""
        return NO_TIMES

    def __str__(self) -> str:
        return NO_TIMES

    def __iter__(self) -> NoReturn:
        raise no_events("rows")

    def __len__(self) -> NoReturn:
        raise no_events("rows")

    def __getitem__(self, place: Any) -> NoReturn:
        raise no_events("rows")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise no_events(f"'{name}'")


def no_events(wanted: str) -> NotImplementedError:
    """The error for who asks a profile for more than to be printed."""
    return NotImplementedError(
        f"Gradwalk's profiler has no {wanted}, for it measures nothing: print key_averages().table(), and read the "
        "record, which shows every op."
    )


_UNAVAILABLE = {"cuda": "CUDA", "xpu": "XPU", "hpu": "HPU"}


class profile:  # noqa: N801 (the name is PyTorch's)
    """``torch.autograd.profiler.profile``: a block that runs, once."""

    __module__ = "torch.autograd.profiler"

    def __init__(
        self, enabled: bool = True, *, use_cuda: bool = False, use_device: str | None = None,
        record_shapes: bool = False, with_flops: bool = False, profile_memory: bool = False, with_stack: bool = False,
        with_modules: bool = False,
        use_kineto: bool = False, use_cpu: bool = True, acc_events: bool = False,
    ) -> None:  # fmt: skip
        self.enabled = enabled
        if not enabled:
            return
        if use_cuda:
            warn(
                "The attribute `use_cuda` will be deprecated soon, please use ``use_device = 'cuda'`` instead.",
                FutureWarning,
            )
            use_device = "cuda"
        self.entered = self.has_left = False
        self.record_shapes = record_shapes or with_flops
        self.with_flops, self.with_stack, self.with_modules = with_flops, with_stack, with_modules
        self.profile_memory, self.acc_events, self.use_cpu = profile_memory, acc_events, use_cpu
        if not use_cpu and not use_kineto:
            raise AssertionError("Device-only events supported only with Kineto (use_kineto=True)")
        if use_device in _UNAVAILABLE:
            kind = _UNAVAILABLE[use_device]
            warn(f"{kind} is not available, disabling {kind} profiling")
        elif use_device is not None:
            warn(f"The {use_device} is not a valid device option.")
        self.use_device = self.use_cuda = None
        if not use_cpu:
            raise AssertionError("No activities specified for the profiler")

    def __enter__(self) -> profile | None:
        if not self.enabled:
            return None
        if self.entered:
            raise RuntimeError("Profiler context manager is not reentrant")
        self.entered = True
        return self

    def __exit__(self, *_: object) -> None:
        if self.enabled:
            self.has_left = True

    def __repr__(self) -> str:
        return NO_TIMES if self.has_left else "<unfinished torch.autograd.profile>"

    @property
    def function_events(self) -> EventList:
        return EventList()

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> EventList:
        """What prints as a line of words."""
        return EventList()

    def table(self, *args: Any, **kwargs: Any) -> str:
        """The line that stands for a table."""
        return NO_TIMES

    def __getattr__(self, name: str) -> Any:
        if name in _READS:
            raise no_events(f"'{name}'")
        raise AttributeError(f"'profile' object has no attribute '{name}'")


_READS = frozenset(("total_average", "self_cpu_time_total", "export_chrome_trace", "export_stacks"))

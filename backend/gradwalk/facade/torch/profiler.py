"""``torch.profiler``: blocks run with their steps and schedules as under PyTorch's, and nothing is measured."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import ContextDecorator
from enum import Enum, IntEnum
from typing import Any

from gradwalk.engine.warn import warn, warn_once_for_all

from . import _profiles
from ._missing import missing

__all__ = [
    "ProfilerAction", "ProfilerActivity", "profile", "record_function", "schedule", "supported_activities",
    "tensorboard_trace_handler",
]  # fmt: skip


class record_function(ContextDecorator):  # noqa: N801
    """A block, or a function, with a name that a profiler would show."""

    __module__ = "torch.autograd.profiler"

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name = name
        self.args = args

    def __enter__(self) -> record_function:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was measured."""


class ProfilerActivity(IntEnum):
    """What a profiler could look at."""

    CPU = 0
    XPU = 1
    MTIA = 4
    CUDA = 2
    HPU = 3
    PrivateUse1 = 5

    def __str__(self) -> str:
        return f"ProfilerActivity.{self.name}"


class ProfilerAction(Enum):
    """What a profiler does at a step."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3
    DEVICE_STOPPED = 4


_NONE, _WARMUP, _RECORD, _SAVE, _STOPPED = ProfilerAction
Schedule = Callable[[int], ProfilerAction]


def supported_activities() -> set[ProfilerActivity]:
    """What a profiler can look at here: the CPU."""
    return {ProfilerActivity.CPU}


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, skip_first_wait: int = 0
) -> Schedule:
    """Which action is due at a step: cycles of so many steps without any, of warming up and of recording.

    Raises AssertionError for fewer steps than there can be.
    """
    if min(wait, warmup, repeat, skip_first) < 0 or active <= 0:
        raise AssertionError(
            f"Invalid profiler schedule arguments. Got wait={wait} (need >= 0), warmup={warmup} (need >= 0), "
            f"active={active} (need > 0), repeat={repeat} (need >= 0), skip_first={skip_first} (need >= 0)."
        )
    if not warmup:
        warn("Profiler won't be using warmup, this can skew profiler results")
    length = wait + warmup + active

    def due(step: int) -> ProfilerAction:
        if step < 0:
            raise AssertionError(f"Step must be non-negative. Got {step}.")
        if step < skip_first:
            return _NONE
        cycle, place = divmod(step - skip_first + (wait if skip_first_wait else 0), length)
        if (repeat > 0 and cycle >= repeat) or place < wait:
            return _NONE
        if place < wait + warmup:
            return _WARMUP
        return _SAVE if place == length - 1 else _RECORD

    return due


def tensorboard_trace_handler(
    dir_name: str, worker_name: str | None = None, use_gzip: bool = False, use_python_export: bool = False
) -> Callable[[Any], None]:
    """What makes the folder, as a ``SummaryWriter`` does, and writes nothing into it: there is nothing to write."""

    def handle(prof: Any) -> None:
        if not os.path.isdir(dir_name):
            os.makedirs(dir_name, exist_ok=True)

    return handle


class profile:  # noqa: N801 (the name is PyTorch's)
    """A block that goes through the steps of its schedule and calls ``on_trace_ready`` where PyTorch's does.

    ``step_num`` counts steps, ``current_action`` is what is due. Raises AssertionError without activities, ValueError
    for a schedule that gives what only the profiler may.
    """

    __module__ = "torch.profiler.profiler"

    def __init__(
        self, *, activities: Iterable[ProfilerActivity] | None = None, schedule: Schedule | None = None,
        on_trace_ready: Callable[..., Any] | None = None, record_shapes: bool = False, profile_memory: bool = False,
        with_stack: bool = False, with_flops: bool = False, with_modules: bool = False,
        experimental_config: object = None, execution_trace_observer: object = None, acc_events: bool = False,
        use_cuda: bool | None = None,
    ) -> None:  # fmt: skip
        given = supported_activities() if activities is None else set(activities)
        if use_cuda is not None:
            warn("`use_cuda` is deprecated, use `activities` argument instead", FutureWarning)
            given = given | {ProfilerActivity.CUDA} if use_cuda else given - {ProfilerActivity.CUDA}
        if not any(isinstance(item, ProfilerActivity) for item in given):
            raise AssertionError("No valid profiler activities found")
        self.activities = given
        self.record_shapes, self.profile_memory, self.acc_events = record_shapes, profile_memory, acc_events
        self.with_stack, self.with_flops, self.with_modules = with_stack, with_flops, with_modules
        self.schedule = schedule or _always
        self.on_trace_ready = on_trace_ready
        self.profiler: _profiles.profile | None = None
        self.step_num = 0
        self.current_action = self._due(0)

    def _due(self, step: int) -> ProfilerAction:
        action = self.schedule(step)
        if action is _STOPPED:
            raise ValueError(
                "ProfilerAction.DEVICE_STOPPED is set internally by the profiler and must not be returned by a "
                "user-provided schedule"
            )
        return action

    def start(self) -> None:
        """Begin with what is due at the first step."""
        self._go(_NONE, self.current_action)

    def stop(self) -> None:
        """End, wherever the schedule is."""
        self._go(self.current_action, None)

    def step(self) -> None:
        """The next step."""
        before, after = self.current_action, self._due(self.step_num + 1)
        self.step_num += 1
        self.current_action = after
        self._go(before, after)

    def _go(self, before: ProfilerAction, after: ProfilerAction | None) -> None:
        """Leave one action for the next; None is the end."""
        if before is _SAVE or (before is _RECORD and after is None):
            self._running("stopping")
            if self.on_trace_ready:
                self.on_trace_ready(self)
        elif (before is _RECORD and after in (_NONE, _WARMUP)) or (before is _WARMUP and after is _NONE):
            assert after is not None
            warn(f"Incorrect schedule: {before.name} followed by {after.name}")
        if before in (_NONE, _SAVE) and after in (_WARMUP, _RECORD, _SAVE):
            self._prepare()

    def _prepare(self) -> None:
        """A new cycle begins."""
        if self.profiler is not None and not self.acc_events:
            warn_once_for_all(
                "profiler clears events",
                "Warning: Profiler clears events at the end of each cycle. Only events from the current cycle will be "
                "reported. To keep events across cycles, set acc_events=True.",
            )
        if self.profiler is None or not self.acc_events:
            other = next((x.name.lower() for x in (_CUDA, _XPU) if x in self.activities), None)
            on_cpu = ProfilerActivity.CPU in self.activities
            self.profiler = _profiles.profile(use_cpu=on_cpu, use_device=other, use_kineto=True)

    def _running(self, doing: str) -> _profiles.profile:
        if self.profiler is None:
            raise AssertionError(f"Profiler must be initialized before {doing} trace")
        return self.profiler

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> _profiles.EventList:
        """What prints as a line of words. Raises AssertionError before the first cycle."""
        if self.profiler is None:
            raise AssertionError("Profiler must be initialized before getting key averages")
        return self.profiler.key_averages()

    def events(self) -> _profiles.EventList:
        """The same. Raises AssertionError before the first cycle."""
        if self.profiler is None:
            raise AssertionError("Profiler must be initialized before accessing events")
        return self.profiler.function_events

    def export_chrome_trace(self, path: str, use_python_export: bool = False) -> None:
        """Raises NotImplementedError: there is nothing to export; AssertionError before the first cycle."""
        if self.profiler is None:
            raise AssertionError("Profiler must be initialized before exporting chrome trace")
        raise _profiles.no_events("chrome trace")

    def export_stacks(self, path: str, metric: str = "self_cpu_time_total") -> None:
        """Raises NotImplementedError: there are none."""
        raise _profiles.no_events("stacks")

    def export_memory_timeline(self, path: str, device: str | None = None) -> None:
        """Raises NotImplementedError: there is none."""
        raise _profiles.no_events("memory timeline")

    def add_metadata(self, key: str, value: str) -> None:
        """A note for a file that nobody writes."""

    def add_metadata_json(self, key: str, value: str) -> None:
        """The same."""


def _always(step: int) -> ProfilerAction:
    """What is due without a schedule."""
    return _RECORD


_CUDA, _XPU = ProfilerActivity.CUDA, ProfilerActivity.XPU


def __getattr__(name: str) -> Any:
    raise missing("torch.profiler", name)

"""``torch.profiler``: the record shows every op; blocks with names run, and what would time them is refused."""

from __future__ import annotations

from contextlib import ContextDecorator
from enum import IntEnum
from typing import Any

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.profiler",
    ("profile", "schedule", "tensorboard_trace_handler"),
    "the record shows every op; leave the profiler out",
)
globals().update(_REFUSED)

__all__ = ["ProfilerActivity", "record_function", *_REFUSED]


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


def __getattr__(name: str) -> Any:
    raise missing("torch.profiler", name)

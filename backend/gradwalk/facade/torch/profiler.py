"""``torch.profiler``: the record shows every op; what would time them is refused."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.profiler",
    ("profile", "record_function", "schedule", "tensorboard_trace_handler"),
    "the record shows every op; leave the profiler out",
)
globals().update(_REFUSED)

__all__ = ["ProfilerActivity", *_REFUSED]


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

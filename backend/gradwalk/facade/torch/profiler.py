"""``torch.profiler``: the record shows every op; what would time them is refused."""

from __future__ import annotations

from typing import Any

from ._missing import missing
from ._refused import refused

_REFUSED = refused(
    "torch.profiler",
    ("profile", "record_function", "schedule", "tensorboard_trace_handler"),
    "the record shows every op; leave the profiler out",
)
globals().update(_REFUSED)

__all__ = [*_REFUSED]


def __getattr__(name: str) -> Any:
    raise missing("torch.profiler", name)

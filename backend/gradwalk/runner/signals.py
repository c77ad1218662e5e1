"""The kernel's soft limits as exceptions: a run that is told to stop in time ends in order, its record whole."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gradwalk.limits import LIMITS
from gradwalk.recorder.limits import CpuLimit, WallLimit


@contextmanager
def soft_limits() -> Iterator[None]:
    """While this lasts, SIGXCPU and SIGALRM raise. Who sets the limits and the timer is no business of this module."""
    previous = {}
    for number, handler in ((signal.SIGXCPU, _cpu), (signal.SIGALRM, _wall)):
        try:
            previous[number] = signal.signal(number, handler)
        except (ValueError, OSError):  # not the main thread, or no right to: then only the hard limits hold
            continue
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)


def _cpu(number: int, frame: FrameType | None) -> None:
    raise CpuLimit(f"stopped after {LIMITS.cpu_seconds:g} s of CPU time")


def _wall(number: int, frame: FrameType | None) -> None:
    raise WallLimit(f"stopped after {LIMITS.wall_seconds:g} s")

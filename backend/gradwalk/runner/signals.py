"""The kernel's soft limits as exceptions: a run that is told to stop in time ends in order, its record whole.

A signal strikes anywhere. In the middle of the recorder's work it would leave half an event or half a frame behind, and
from the callback of a weak reference Python lets no exception out: there it waits until that work is done.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from gradwalk.limits import LIMITS, Limits
from gradwalk.recorder.limits import CpuLimit, LimitReached, WallLimit

_UNDISTURBED = ("gradwalk.recorder", "weakref", "_weakrefset")


_limits: Limits | None = None
"""Those of the run that is under way."""
_began = 0.0
"""When it began."""


def catch_soft_limits() -> dict[signal.Signals, Any]:
    """Have SIGXCPU and SIGALRM heard, and obeyed while a run is under way; returns who heard them before. A confined
    process may no longer choose: it needs to have this from the process it was forked from."""
    if sys.platform == "win32":  # which has neither
        return {}
    handlers = {signal.SIGXCPU: _cpu, signal.SIGALRM: _wall}
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}


@contextmanager
def soft_limits(limits: Limits = LIMITS) -> Iterator[None]:
    """While this lasts, SIGXCPU and SIGALRM raise. Who sets the limits and the timer is no business of this module."""
    global _limits, _began
    try:
        previous = catch_soft_limits()
    except (ValueError, OSError):  # not the main thread: only hard limits hold; or confined: they are heard already
        previous = {}
    _limits, _began = limits, time.monotonic()
    try:
        yield
    finally:
        _limits = None
        for number, before in previous.items():
            signal.signal(number, before)


def _cpu(number: int, frame: FrameType | None) -> None:
    if _limits is not None:
        _stop(CpuLimit(_limits.cpu_seconds), frame)


def _wall(number: int, frame: FrameType | None) -> None:
    if _limits is not None:
        patience = _limits.patience if time.monotonic() - _began > _limits.wall_seconds * _limits.patience else 1
        _stop(WallLimit(_limits.wall_seconds * patience), frame)


def _stop(limit: LimitReached, frame: FrameType | None) -> None:
    """Raise, here or where whoever called what may not be disturbed goes on."""
    undisturbed = None
    while frame:
        if str(frame.f_globals.get("__name__")).startswith(_UNDISTURBED):
            undisturbed = frame
        frame = frame.f_back
    if undisturbed is None or undisturbed.f_back is None:
        raise limit
    _raise_in(undisturbed.f_back, limit)


def _raise_in(frame: FrameType, limit: LimitReached) -> None:
    """Raise as soon as a frame further up goes on: a trace function is called before its next instruction."""

    def on_the_way(_frame: FrameType, _event: str, _argument: Any) -> None:
        """Calls made until then are not traced."""

    def back(_frame: FrameType, _event: str, _argument: Any) -> None:
        sys.settrace(None)
        raise limit

    frame.f_trace = back
    frame.f_trace_opcodes = True
    sys.settrace(on_the_way)

"""``torch.cpu``: the one device there is, asked as one asks for GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._missing import missing
from . import amp

__all__ = [
    "Event", "Stream", "amp", "current_device", "current_stream", "device_count", "is_available", "is_initialized",
    "set_device", "stream", "synchronize",
]  # fmt: skip


class Stream:
    """There is one order of things."""

    def __init__(self, priority: int = -1) -> None:
        del priority

    def wait_stream(self, stream: Any) -> None:
        """There is nothing to wait for."""

    def record_event(self) -> None:
        """There is nothing to record."""

    def wait_event(self, event: Any) -> None:
        """There is nothing to wait for."""


class Event:
    """Something that has happened already."""

    def query(self) -> bool:
        """It has."""
        return True

    def record(self, stream: Any = None) -> None:
        """Nothing is waited for."""

    def synchronize(self) -> None:
        """Nothing is waited for."""

    def wait(self, stream: Any = None) -> None:
        """Nothing is waited for."""


_STREAM = Stream()


def is_available() -> bool:
    """It is."""
    return True


def is_initialized() -> bool:
    """It is."""
    return True


def device_count() -> int:
    """One, whatever the number of its cores."""
    return 1


def current_device() -> str:
    """Its name."""
    return "cpu"


def set_device(device: Any) -> None:
    """There is no other."""


def synchronize(device: Any = None) -> None:
    """Everything is done when a call is over."""


def current_stream(device: Any = None) -> Stream:
    """The only one."""
    return _STREAM


@contextmanager
def stream(stream: Any) -> Iterator[None]:
    """Within, all is as it was."""
    yield


def __getattr__(name: str) -> Any:
    raise missing("torch.cpu", name)

"""``torch.accelerator``: there is none, so that scripts stay on the CPU."""

from __future__ import annotations

from typing import Any

from ._missing import missing

__all__ = ["current_accelerator", "device_count", "is_available"]


def is_available() -> bool:
    """There is no accelerator."""
    return False


def device_count() -> int:
    """None."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """None."""


def __getattr__(name: str) -> Any:
    raise missing("torch.accelerator", name)

"""``torch.mps``: devices of which there is none."""

from __future__ import annotations

from typing import Any

from ._missing import missing

__all__ = ["device_count", "is_available", "manual_seed"]


def is_available() -> bool:
    """There is no such device."""
    return False


def device_count() -> int:
    """None."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing draws from such a device's generator."""
    int(seed)


def __getattr__(name: str) -> Any:
    raise missing("torch.mps", name)

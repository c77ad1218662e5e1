"""What ``torch`` says of devices of a kind of which there is none."""

from __future__ import annotations


def is_available() -> bool:
    """There is no such device."""
    return False


def device_count() -> int:
    """None."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing draws from such a device's generator."""
    int(seed)

"""``torch.mps``: devices of which there is none."""

from __future__ import annotations

from typing import Any

from ._missing import missing
from ._no_device import device_count, is_available, manual_seed

__all__ = ["device_count", "is_available", "manual_seed"]


def __getattr__(name: str) -> Any:
    raise missing("torch.mps", name)

"""``torch.utils``."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import checkpoint, data, hooks

__all__ = ["checkpoint", "data", "hooks"]


def __getattr__(name: str) -> Any:
    raise missing("torch.utils", name)

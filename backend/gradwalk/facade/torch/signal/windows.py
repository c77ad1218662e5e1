"""``torch.signal.windows``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.signal_windows import WINDOWS

from .._missing import missing

globals().update(WINDOWS)

__all__ = [*WINDOWS]


def __getattr__(name: str) -> Any:
    raise missing("torch.signal.windows", name)

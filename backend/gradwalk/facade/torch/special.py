"""``torch.special``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.special import SPECIAL

from ._missing import missing

globals().update(SPECIAL)

__all__ = [*SPECIAL]


def __getattr__(name: str) -> Any:
    raise missing("torch.special", name)

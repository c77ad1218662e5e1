"""``torch.utils.hooks``."""

from __future__ import annotations

from gradwalk.engine.hooks import RemovableHandle

__all__ = ["RemovableHandle"]

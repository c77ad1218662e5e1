"""Switches for warnings of what changed long ago, how sizes broadcast and whether dimensions are kept: PyTorch's
functions give none any more, and the switches only remember."""

from __future__ import annotations

from typing import Any


class Warning:
    """A switch."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._enabled = False

    @property
    def enabled(self) -> bool:
        """Whether it is on."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: Any) -> None:
        if not isinstance(value, bool):
            kind = type(value).__name__
            raise RuntimeError(f"set_backcompat_{self._name}_warn expects a bool, but got {kind}")
        self._enabled = value


broadcast_warning, keepdim_warning = Warning("broadcast"), Warning("keepdim")

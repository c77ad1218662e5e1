"""``torch.utils.hooks``: what a hook's handle is, and which hooks a saved tensor may lose without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gradwalk.engine.copying import warn_if_has_hooks
from gradwalk.engine.hooks import RemovableHandle

__all__ = ["RemovableHandle", "unserializable_hook", "warn_if_has_hooks"]

Hook = TypeVar("Hook", bound=Callable[..., Any])


def unserializable_hook(f: Hook) -> Hook:
    """Mark a hook as one that a saved tensor need not have."""
    f.__torch_unserializable__ = True  # type: ignore[attr-defined]
    return f

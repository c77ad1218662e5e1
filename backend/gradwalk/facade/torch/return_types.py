"""``torch.return_types``: the named results of functions that return several tensors."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.results import RETURN_TYPES

from ._missing import missing

__all__ = list(RETURN_TYPES)


def __getattr__(name: str) -> Any:
    if name in RETURN_TYPES:
        return RETURN_TYPES[name]
    raise missing("torch.return_types", name)

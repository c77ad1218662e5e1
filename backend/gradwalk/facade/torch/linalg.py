"""``torch.linalg``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.ops._matrix_checks import LinAlgError
from gradwalk.engine.surface.registry import LINALG

from ._missing import missing

globals().update(LINALG)

__all__ = ["LinAlgError", *LINALG]


def __getattr__(name: str) -> Any:
    raise missing("torch.linalg", name)
